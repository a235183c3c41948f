/**
 * The lines above the slots of a visit: where it is, what it is for, and which orders wait there.
 * @module
 */
import { h, icon, link } from "../../page/page.js";
import { mapOf, nameAt, ofDay, placeOf as addressOf, PURPOSES } from "../../words/order-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {ServiceOrder["purpose"]} Purpose */

/**
 * Where it is and what a driver must know of the place.
 * @param {Stop} stop
 * @param {(() => void) | null} couldNot says that it cannot be done, where that may be said
 * @param {(() => void) | null} report writes a ticket, where that may be done
 */
export function placeOf(stop, couldNot, report) {
  const map = mapOf(stop, navigator.userAgent);
  const words = [nameAt(stop), addressOf(stop)].filter(Boolean).join(", ");
  const skip = { class: "button could-not", type: "button", onclick: couldNot };
  return h(
    "div",
    { class: "place" },
    words && h("p", { class: "where" }, words),
    couldNot && h("button", skip, icon("ban"), "Could not do it"),
    report && h("button", { ...skip, onclick: report }, icon("wrench"), "Report"),
    map &&
      h(
        "a",
        { class: "map", href: map, target: "_blank", rel: "noopener" },
        icon("map-pin"),
        "Map",
      ),
    stop.location_notes &&
      h("p", { class: "place-note" }, icon("info"), h("span", null, stop.location_notes)),
  );
}

/**
 * Asks what a visit without an order is for.
 * @param {ServiceOrder} order
 * @param {(purpose: Purpose) => void} choose
 */
export function purposes({ id, purpose }, choose) {
  if (id !== 0)
    return purpose === "fill"
      ? null
      : h("p", { class: "where" }, `Purpose: ${PURPOSES[purpose].toLowerCase()}`);
  const card = (/** @type {[string, string]} */ [value, label]) => {
    const onchange = () => choose(/** @type {Purpose} */ (value));
    const radio = { type: "radio", name: "purpose", value, checked: value === purpose, onchange };
    return h("label", { class: "choice-card" }, h("input", radio), label);
  };
  return h(
    "fieldset",
    { class: "choice-cards three purposes" },
    h("legend", null, "A visit without an order, to"),
    Object.entries(PURPOSES).map(card),
  );
}

/** The other orders that wait for this machine. @param {ServiceOrder} order @param {Stop} stop */
export const elsewhere = ({ id }, { other_orders, cabinet_id }) =>
  other_orders.map(({ service_order_id: other, scheduled_on }) => {
    const to = `/service-orders/${other}${id ? "" : `/visits/${cabinet_id}`}`;
    const rest = id ? ", not visited yet." : ": record the visit there, if it is that one.";
    return h(
      "p",
      { class: "note" },
      id ? "Also in " : "This machine waits in ",
      link(to, `order ${other}`),
      ` ${ofDay(scheduled_on)}${rest}`,
    );
  });
