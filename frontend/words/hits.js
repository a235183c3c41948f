/**
 * What a search found, in words, and where it is to be seen.
 * @module
 */
import { date, isolated } from "./format.js";
import { isOpen, routeOf, stateWord } from "./order-words.js";
import { roleLabel } from "./roles.js";

/** @typedef {import("../api.js").Schemas["SearchHits"]["items"][number]} Found */
/** @typedef {{icon: string, label: string, detail: string, to: string, rank: number}} Hit */

/** A machine by its asset, and its name where that is another. @param {string} asset @param {string | null} name */
export const deviceWords = (asset, name) =>
  name && name !== asset ? `${isolated(asset)} ${isolated(name)}` : asset;

/** @type {Record<Found["noun"], (found: Found) => Omit<Hit, "rank">>} */
const WORDS = {
  device: ({ id, title, name, detail }) => ({
    icon: "layout-grid",
    label: deviceWords(title, name),
    detail: detail ?? "Device",
    to: `/devices/${id}`,
  }),
  product: ({ id, title, detail }) => ({
    icon: "package",
    label: title,
    detail: detail ?? "Product",
    to: `/products/${id}`,
  }),
  location: ({ title, detail }) => ({
    icon: "map-pin",
    label: title,
    detail: detail ?? "Location",
    to: `/locations?q=${encodeURIComponent(title)}`,
  }),
  route: ({ id, title, detail }) => ({
    icon: "route",
    label: title,
    detail: detail === null ? "Route" : `Route of ${isolated(detail)}`,
    to: `/route-board/${id}`,
  }),
  user: ({ title, detail, status }) => ({
    icon: "circle-user",
    label: title,
    detail: `${detail} · ${roleLabel(/** @type {any} */ (status))}`,
    to: `/users?q=${encodeURIComponent(detail ?? "")}`,
  }),
  ticket: ({ id, title, detail }) => ({
    icon: "wrench",
    label: title,
    detail: detail === null ? "Ticket" : `Ticket of ${isolated(detail)}`,
    to: `/tickets/${id}`,
  }),
  service_order: (found) => ({
    icon: "clipboard-list",
    label: `Order ${found.id}, ${isolated(routeOf({ route_name: found.title || null }))}`,
    detail: orderWords(found),
    to: `/service-orders/${found.id}`,
  }),
};

/** @param {Found} found @returns {Hit} */
export const hitOf = (found) => ({ ...WORDS[found.noun](found), rank: found.rank });

/** @param {Found} found */
function orderWords({ status, detail, scheduled_on }) {
  const state = /** @type {import("../api.js").Schemas["ServiceOrderStatus"]} */ (status);
  const open = isOpen({ status: state });
  const day = scheduled_on ? date(scheduled_on) : open && "not scheduled";
  return [!open && stateWord(state), detail, day].filter(Boolean).join(" · ");
}
