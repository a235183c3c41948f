/**
 * The card of a place on the map: its machines as they are now, and the ways from here.
 * @module
 */
import { api, byId, fill, h, icon, isolated, link, time, units } from "../../page/page.js";
import { levelPercent, stateStatus } from "../../components/level/level.js";
import { problemBox } from "../../components/problem/problem.js";

/** @typedef {import("../../words/map-points.js").Place} Place */
/** @typedef {import("../../api.js").Schemas["Device"]} Device */

const MOST = 20;
const UNKNOWN_LEVEL = "No slot has a known quantity";

/**
 * @param {Place} place
 * @param {{close: () => void, ask?: () => void}} options `ask` for its position
 */
export async function showCard(place, { close, ask }) {
  const card = byId("card");
  const body = h("div", { class: "map-card-body" }, h("cvd-skeleton", { rows: 2 }));
  card.hidden = false;
  card.dataset.place = String(place.id);
  fill(
    card,
    h(
      "header",
      null,
      h("h2", null, isolated(place.name)),
      h(
        "button",
        { class: "button plain square", type: "button", "aria-label": "Close", onclick: close },
        icon("x"),
      ),
    ),
    body,
    ask &&
      h(
        "footer",
        null,
        h(
          "button",
          { class: "button", type: "button", onclick: ask },
          icon("map-pin"),
          place.position ? "Move on the map" : "Put on the map",
        ),
        link(`/devices?location_id=${place.id}`, "All devices here"),
      ),
  );
  await showMachines(place, body);
}

/** @param {Place} place @param {HTMLElement} body */
async function showMachines(place, body) {
  const asked = { location_id: place.id, sort: /** @type {const} */ ("need"), limit: MOST };
  try {
    const { items, next_cursor } = await api.device_service.list_devices(asked);
    fill(
      body,
      h("ul", { class: "rows" }, items.map(row)),
      next_cursor && h("p", { class: "muted small" }, `The worst ${units(MOST, "machine")}`),
    );
  } catch (error) {
    fill(
      body,
      problemBox(error, () => showMachines(place, body)),
    );
  }
}

/** @param {Device} device */
const row = (device) =>
  h(
    "li",
    null,
    h(
      "span",
      { class: "map-card-line" },
      link(`/devices/${device.id}`, device.asset),
      " ",
      device.name !== device.asset && device.name,
    ),
    h(
      "span",
      { class: "map-card-line" },
      stateStatus(device.state, device.estimated_stock_slots > 0),
      levelPercent(device, UNKNOWN_LEVEL),
    ),
    h(
      "span",
      { class: "map-card-line muted small" },
      device.last_read_at ? ["Last audit ", time(device.last_read_at)] : "No audit yet",
      device.route_id !== null && [
        " · ",
        link(`/route-board/${device.route_id}`, device.route_name ?? "Route board"),
      ],
    ),
  );
