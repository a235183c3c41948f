/**
 * The facts of an order: who drives it, when, and how much of it is done.
 * @module
 */
import { change, date, h, number, time, units, unknown } from "../../page/page.js";
import { plannedUnits, PURPOSES, routeOf, visitOf } from "../../words/order-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("./service-order-edit.js").OrderEdit} OrderEdit */

/** @param {ServiceOrder} order @param {OrderEdit | null} edit null where nothing may be changed */
export function factsOf(order, edit) {
  const skipped = order.cabinets.filter(({ skip }) => skip !== null).length;
  const visited = order.cabinets.filter((stop) => visitOf(stop));
  return h(
    "dl",
    { class: "facts" },
    fact("Route", routeOf(order)),
    fact("Driver", edit ? edit.driver() : (order.driver_name ?? unknown("No driver yet"))),
    fact("Date", edit ? dayField(order, edit) : dayOf(order)),
    order.purpose !== "fill" && fact("Purpose", PURPOSES[order.purpose]),
    order.origin === "unplanned" && fact("Planned by", "nobody: visited without an order"),
    fact(
      "Visited",
      `${number(visited.length)} of ` +
        `${number(order.cabinets.length)}${skipped > 0 ? `, ${number(skipped)} skipped` : ""}`,
    ),
    order.origin === "planned" && fact("Planned", units(order.units)),
    fact(
      "Loaded",
      visited.length === 0 ? unknown("No stop visited yet") : loadedOf(order, visited),
    ),
    fact("Created", time(order.created_at)),
  );
}

/** @param {string} label @param {import("../../page/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** @param {ServiceOrder} order @param {OrderEdit} edit */
function dayField({ scheduled_on }, edit) {
  const day = h("input", {
    class: "input",
    type: "date",
    value: scheduled_on ?? "",
    "aria-label": "Date",
    onchange: () => edit.day(day.value || null),
  });
  return day;
}

/** @param {ServiceOrder} order */
const dayOf = ({ scheduled_on }) =>
  scheduled_on === null ? unknown("No day given") : date(scheduled_on);

/**
 * Units loaded, and for a planned order how they compare with the plan of the visited stops.
 * @param {ServiceOrder} order
 * @param {ServiceOrder["cabinets"]} visited
 */
function loadedOf({ origin }, visited) {
  const loaded = visited.reduce((sum, stop) => sum + (visitOf(stop)?.units_added ?? 0), 0);
  const planned = visited.reduce((sum, stop) => sum + plannedUnits(stop), 0);
  return [units(loaded), origin === "planned" && difference(loaded - planned)];
}

/** Loaded against planned, over the visited stops. @param {number} delta */
const difference = (delta) =>
  delta === 0
    ? h("span", { class: "muted small" }, " as planned")
    : h("span", { class: "muted small" }, ` ${change(delta)} against plan`);
