/**
 * The pick list by stop: what goes into each machine, on paper one sheet a machine.
 * @module
 */
import { date, h, icon, isolated, number, units } from "../../page/page.js";
import { priceSheet } from "./order-prices.js";
import { codeOf } from "../../words/slots.js";
import { isDone, placeOf, plannedUnits, stopName, routeOf } from "../../words/order-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */

/** The stops that are to do; of an order that ended, all. @param {ServiceOrder} order */
export function sheets(order) {
  const left = order.cabinets.filter((stop) => !isDone(stop));
  const stops = left.length > 0 ? left : order.cabinets;
  return stops.map((stop) => sheet(order, stop, order.cabinets.indexOf(stop) + 1));
}

/** @param {ServiceOrder} order @param {Stop} stop @param {number} place */
const sheet = (order, stop, place) =>
  h(
    "section",
    { class: "sheet" },
    sheetHead(order, stop, place),
    h("p", { class: "muted" }, sheetWords(order, stop)),
    stop.location_notes &&
      h("p", { class: "place-note" }, icon("info"), h("span", null, stop.location_notes)),
    order.notes && h("p", { class: "print-only" }, order.notes),
    stop.items.length === 0 ? h("p", null, "Nothing to load.") : itemTable(stop),
    priceSheet(stop),
  );

/** @param {ServiceOrder} order @param {Stop} stop @param {number} place */
function sheetHead(order, stop, place) {
  const name = stop.device_name === stop.asset ? null : isolated(stop.device_name);
  return h(
    "header",
    null,
    h(
      "h2",
      null,
      h("span", { class: "place" }, number(place)),
      stopName(stop, order),
      h("span", { class: "muted" }, name),
    ),
    h("strong", null, units(plannedUnits(stop))),
  );
}

/** @param {ServiceOrder} order @param {Stop} stop */
function sheetWords(order, stop) {
  const words = [
    `Order ${order.id}`,
    isolated(routeOf(order)),
    isolated(order.driver_name ?? ""),
    order.scheduled_on && date(order.scheduled_on),
    placeOf(stop),
  ];
  return words.filter(Boolean).join(", ");
}

/** @param {Stop} stop */
function itemTable({ items }) {
  const heads = h(
    "tr",
    null,
    h("th", { scope: "col" }, "Slot"),
    h("th", { scope: "col" }, "Product"),
    h("th", { scope: "col", class: "number" }, "Load"),
    h("th", { scope: "col", class: "number print-only" }, "Loaded"),
  );
  const lines = items.map((item) =>
    h(
      "tr",
      null,
      h("td", null, h("strong", null, codeOf(item))),
      h("td", null, item.product_name),
      h("td", { class: "number" }, number(item.quantity)),
      h("td", { class: "box print-only" }),
    ),
  );
  return h("table", { class: "table" }, h("thead", null, heads), h("tbody", null, lines));
}
