/**
 * What can be done with the machines that are chosen on the map: an order of them, or another route.
 * @module
 */
import { h, isolated, navigate, units } from "../../page/page.js";
import { menu } from "../../components/menu/menu.js";
import { massButton } from "../fleet/mass-change.js";
import { ROUTE } from "../fleet/mass-kinds.js";

/** @typedef {import("../../words/map-points.js").Machine} Machine */

/** As many as one order holds cabinets. */
const MOST = 200;

/**
 * Buttons for what is chosen.
 * @param {Machine[]} machines
 * @param {{may: {plan: boolean, move: boolean}, routeName: (route_id: number) => string,
 *   moved: () => void}} options
 */
export function actionsOn(machines, { may, routeName, moved }) {
  const chosen = {
    selection: { ids: machines.map(({ id }) => id) },
    rows: units(machines.length, "machine"),
    done: moved,
  };
  return [may.plan && planButton(machines, routeName), may.move && massButton(ROUTE, chosen)];
}

/**
 * An order is of one route: of machines on several, it asks which.
 * @param {Machine[]} machines
 * @param {(route_id: number) => string} routeName
 */
function planButton(machines, routeName) {
  if (machines.length > MOST)
    return h("span", { class: "muted small" }, `An order holds up to ${units(MOST, "machine")}`);
  const routes = byRoute(machines);
  const [only, ...others] = routes;
  if (!only)
    return h(
      "button",
      {
        class: "button primary",
        type: "button",
        disabled: true,
        "data-tip": "They are on no route: move them to one first",
      },
      "Plan order",
    );
  if (others.length === 0)
    return h(
      "button",
      { class: "button primary", type: "button", onclick: () => plan(only) },
      "Plan order",
    );
  const items = routes.map((route) => ({
    label: `${isolated(routeName(route.route_id))}: ${units(route.ids.length, "machine")}`,
    run: () => plan(route),
  }));
  return menu("Plan order", items, { text: "Plan order", icon: "clipboard-list" });
}

/** @param {{route_id: number, ids: number[]}} route */
const plan = ({ route_id, ids }) => navigate(`/route-board/${route_id}?devices=${ids.join("-")}`);

/** The routes that machines are on, that of most machines first. @param {Machine[]} machines */
function byRoute(machines) {
  /** @type {Map<number, number[]>} */
  const found = new Map();
  for (const { id, route_id } of machines)
    if (route_id !== null) found.set(route_id, [...(found.get(route_id) ?? []), id]);
  return [...found]
    .map(([route_id, ids]) => ({ route_id, ids }))
    .sort((one, other) => other.ids.length - one.ids.length);
}
