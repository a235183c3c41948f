/**
 * What can be done with the machines that are chosen on the map: an order of them, or another route.
 * @module
 */
import { api, changed, h, icon, isolated, navigate, toast, units } from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { menu } from "../../components/menu/menu.js";
import { findRoutes } from "../fleet/device-form.js";

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
  if (machines.length > MOST)
    return [h("span", { class: "muted small" }, `Choose up to ${units(MOST, "machine")}`)];
  return [may.plan && planButton(machines, routeName), may.move && moveButton(machines, moved)];
}

/**
 * An order is of one route: of machines on several, it asks which.
 * @param {Machine[]} machines
 * @param {(route_id: number) => string} routeName
 */
function planButton(machines, routeName) {
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

/** @param {Machine[]} machines @param {() => void} moved */
const moveButton = (machines, moved) =>
  h(
    "button",
    { class: "button", type: "button", onclick: () => move(machines, moved) },
    icon("route"),
    "Move to route…",
  );

/** @param {Machine[]} machines @param {() => void} moved */
function move(machines, moved) {
  const many = units(machines.length, "machine");
  const before = new Map(machines.map(({ id, route_id }) => [id, route_id]));
  const route = combobox({ name: "route_id", placeholder: "No route", source: findRoutes });
  openForm({
    heading: `Move ${many} to a route`,
    action: "Move",
    fields: [
      field("Route", route, { wide: true, hint: "Left empty, they are taken off their routes" }),
    ],
    save: async (form) => {
      const route_id = Number(form.get("route_id")) || null;
      await putOnRoutes(new Map(machines.map(({ id }) => [id, route_id])));
      moved();
      toast(route_id ? `Moved ${many}` : `Took ${many} off their routes`, {
        action: "Undo",
        run: async () => {
          await putOnRoutes(before);
          moved();
        },
      });
    },
  });
}

/** Each in turn, as it is now. @param {Map<number, number | null>} routes by machine */
async function putOnRoutes(routes) {
  for (const [device_id, route_id] of routes) {
    const { version } = await api.device_service.get_device({ device_id });
    await api.device_service.update_device({ device_id, version, route_id });
  }
  changed("device");
}
