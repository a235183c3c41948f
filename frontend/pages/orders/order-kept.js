/**
 * The stops of an order and all they need, kept on this device: the next stop opens without a
 * connection.
 * @module
 */
import { api, ApiError } from "../../api.js";
import { keep, recall } from "../../page/kept.js";
import { isDone, isOpen, visitOf } from "../../words/order-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../api.js").Schemas["Planogram"]} Planogram */

const ANEW_AFTER_MS = 300_000;
/** When the stops of an order were loaded last. @type {Map<number, number>} */
const loadedAt = new Map();

/**
 * What holds now, or else what was kept when there was a connection; at once where the device knows
 * that there is none.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function nowOrKept(name, ask) {
  const known = navigator.onLine ? null : recall(name);
  if (known !== null) return known;
  try {
    const found = await ask();
    keep(name, found);
    return found;
  } catch (error) {
    const kept = error instanceof ApiError && error.status === 0 ? recall(name) : null;
    if (kept === null) throw error;
    return kept;
  }
}

/** @param {number} user_id @param {number} service_order_id @returns {Promise<ServiceOrder>} */
export const readOrder = (user_id, service_order_id) =>
  nowOrKept(`order-${user_id}-${service_order_id}`, () =>
    api.service_order_service.get_service_order({ service_order_id }),
  );

/** @param {number} user_id @param {ServiceOrder} order */
export const keepOrder = (user_id, order) => keep(`order-${user_id}-${order.id}`, order);

/** @param {number} user_id @param {number} cabinet_id @returns {Promise<Planogram>} */
export const readPlanogram = (user_id, cabinet_id) =>
  nowOrKept(`planogram-${user_id}-${cabinet_id}`, () =>
    api.planogram_service.get_planogram({ cabinet_id }),
  );

/**
 * Loads the stops that are to do, one after another; without a connection what was kept stays.
 * @param {number} user_id
 * @param {ServiceOrder} order
 */
export async function loadStops(user_id, order) {
  if (Date.now() - (loadedAt.get(order.id) ?? 0) < ANEW_AFTER_MS) return;
  loadedAt.set(order.id, Date.now());
  for (const stop of order.cabinets.filter((each) => !isDone(each))) {
    try {
      await readPlanogram(user_id, stop.cabinet_id);
    } catch (error) {
      loadedAt.delete(order.id);
      if (error instanceof ApiError) return;
      throw error;
    }
  }
}

/** @param {ServiceOrder} order @param {number} id of its cabinet */
export const stopOf = ({ cabinets }, id) => cabinets.find(({ cabinet_id }) => cabinet_id === id);

/**
 * The slots of a stop, where something can be recorded.
 * @param {ServiceOrder} order @param {{ user_id: number, cabinet_id: number }} where
 */
export async function planogramAt(order, { user_id, cabinet_id }) {
  const here = stopOf(order, cabinet_id);
  const isOn = here !== undefined && isOpen(order) && !visitOf(here);
  return isOn ? readPlanogram(user_id, cabinet_id) : null;
}
