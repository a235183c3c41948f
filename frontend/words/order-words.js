/**
 * Service orders in words: their state, their stops, and what a pick list says.
 * @module
 */
import { date, isolated, localDate, number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["ServiceOrder"]} ServiceOrder */
/** @typedef {ServiceOrder["cabinets"][number]} Stop */
/** @typedef {import("../api.js").Schemas["Visit"]} Visit */
/** @typedef {import("../api.js").Schemas["PickListItem"]} PickListItem */
/** @typedef {import("../api.js").Schemas["ServiceOrderStatus"]} OrderStatus */

/** @type {Record<OrderStatus, [import("../components/status/status.js").Kind, string]>} */
const STATUSES = {
  planned: ["idle", "Planned"],
  in_progress: ["info", "In progress"],
  completed: ["ok", "Completed"],
  cancelled: ["warn", "Cancelled"],
};

/** @type {{value: string, label: string}[]} */
export const STATUS_CHOICES = Object.entries(STATUSES).map(([value, [, label]]) => ({
  value,
  label,
}));

/** Its colour and its word. @param {OrderStatus} state */
export const statusWords = (state) => STATUSES[state];

/** @param {OrderStatus} state */
export const stateWord = (state) => STATUSES[state][1];

/** @param {{route_name: string | null}} order */
export const routeOf = ({ route_name }) => route_name ?? "No route";

/** May visits still be recorded? @param {{status: OrderStatus}} order */
export const isOpen = (order) => order.status === "planned" || order.status === "in_progress";

/**
 * `T-1000`, or `T-1000, cabinet 2` where the machine has several stops in the order.
 * @param {Stop} stop
 * @param {ServiceOrder} order
 */
export function stopName(stop, order) {
  const several = order.cabinets.filter(({ device_id }) => device_id === stop.device_id).length > 1;
  return several || stop.position > 1
    ? `${isolated(stop.asset)}, cabinet ${stop.position}`
    : isolated(stop.asset);
}

/** Where it is: `City hospital, 4 Quay street`. @param {Stop} stop */
export function placeOf({ location_name, device_name, address, asset }) {
  const place = location_name ?? (device_name === asset ? null : device_name);
  return [place, address]
    .map((words) => isolated(words ?? ""))
    .filter(Boolean)
    .join(", ");
}

/**
 * What the machine is called there, where it says more than its asset and its place.
 * @param {Stop} stop
 */
export const nameAt = ({ device_name, asset, location_name }) =>
  device_name !== asset && location_name !== null ? isolated(device_name) : "";

/**
 * A link that opens the place on a map: the phone's own where it has one.
 * @param {Pick<Stop, "latitude" | "longitude" | "address" | "location_name">} stop
 * @param {string} browser as it calls itself
 * @returns {string | null}
 */
export function mapOf({ latitude, longitude, address, location_name }, browser) {
  const words = address || location_name;
  const isAt = latitude !== null && longitude !== null;
  if (!isAt && !address) return null;
  if (/Android/.test(browser)) {
    const point = isAt ? `${latitude},${longitude}` : "0,0";
    return `geo:${point}?q=${encodeURIComponent(isAt ? `${point}(${words ?? ""})` : String(words))}`;
  }
  if (isAt)
    return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(String(words))}`;
}

/** Nothing is left to do there: visited, or skipped. @param {Stop} stop */
export const isDone = (stop) => visitOf(stop) !== undefined || stop.skip !== null;

/** A day as in `order 26 of today`. @param {string | null} day */
export const ofDay = (day) =>
  day === null ? "without a day" : day === localDate() ? "of today" : `of ${date(day)}`;

/**
 * `8 of 10, 2 skipped`.
 * @param {{cabinets: number, cabinets_visited: number, cabinets_skipped: number}} order
 */
export const visitedWords = ({ cabinets, cabinets_visited, cabinets_skipped }) =>
  `${number(cabinets_visited)} of ` +
  `${number(cabinets)}${cabinets_skipped > 0 ? `, ${number(cabinets_skipped)} skipped` : ""}`;

/**
 * What it is, where that is not the usual: `Count, unplanned`.
 * @param {{purpose: import("../api.js").Schemas["OrderPurpose"], origin: string}} order
 */
export const kindWords = ({ purpose, origin }) =>
  [
    purpose === "fill" ? "" : PURPOSES[purpose].toLowerCase(),
    origin === "planned" ? "" : "unplanned",
  ]
    .filter(Boolean)
    .join(", ");

/** @type {Record<import("../api.js").Schemas["OrderPurpose"], string>} */
export const PURPOSES = { fill: "Fill", count: "Count", repair: "Repair" };

/** The visit that stands, if there is one. @param {Stop} stop @returns {Visit | undefined} */
export const visitOf = (stop) => stop.visits.find(({ reversed_at }) => reversed_at === null);

/**
 * The order after a visit of one of its stops was recorded.
 * @param {ServiceOrder} order
 * @param {Stop} stop
 * @param {Visit} visit
 * @returns {ServiceOrder}
 */
export const withVisit = (order, stop, visit) => ({
  ...order,
  id: visit.service_order_id,
  status: visit.service_order_status,
  cabinets: order.cabinets.map((each) =>
    each.cabinet_id === stop.cabinet_id
      ? { ...stop, visited_at: visit.finished_at, skip: null, visits: [visit, ...stop.visits] }
      : each,
  ),
});

/** @param {Stop} stop */
export const plannedUnits = (stop) => stop.items.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * The next stop to carry out after one of them, round to the first; undefined when all are done.
 * @param {ServiceOrder} order
 * @param {number} [afterCabinet]
 */
export function nextStop(order, afterCabinet) {
  const at = order.cabinets.findIndex(({ cabinet_id }) => cabinet_id === afterCabinet);
  const onwards = [...order.cabinets.slice(at + 1), ...order.cabinets.slice(0, at + 1)];
  return onwards.find((stop) => !isDone(stop));
}

/** Where a stop is carried out. @param {{id: number}} order @param {{cabinet_id: number}} stop */
export const visitAddress = ({ id }, { cabinet_id }) =>
  `/service-orders/${id}/visits/${cabinet_id}`;

/**
 * Items by category, in the order they come.
 * @template {{category: string}} T
 * @param {T[]} items
 * @returns {[string, T[]][]}
 */
export function byCategory(items) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(item.category, [...(groups.get(item.category) ?? []), item]);
  return [...groups];
}

/**
 * `2 cases + 3`, `1 case`; nothing for what does not fill a case.
 * @param {{quantity: number, case_size: number}} item
 */
export function casesOf({ quantity, case_size }) {
  const cases = case_size > 1 ? Math.floor(quantity / case_size) : 0;
  if (cases === 0) return "";
  const singles = quantity - cases * case_size;
  return units(cases, "case") + (singles ? ` + ${number(singles)}` : "");
}
