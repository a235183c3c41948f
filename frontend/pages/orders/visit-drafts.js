/**
 * Drafts of visits: what was entered on this phone and is not yet at the office.
 * @module
 */
import { isDone, isOpen } from "../../words/order-words.js";
import { forget, keep, keptNames, recall } from "../../page/kept.js";

/**
 * @typedef {{cabinet_id: number, fills: import("./fills.js").Fill[], notes: string, started_at?:
 *   string, finished_at?: string, price_answers?: import("../../words/price-words.js").PriceAnswer[]}}
 *   Body
 */
/**
 * What was entered at one stop. `sending` is a visit that got no answer. It is sent again under the
 * same key, so that it is recorded once.
 * @typedef {{entries: Record<string, import("./fills.js").Entry>, prices: Record<string,
 *   import("../../words/price-words.js").PriceEntry>, notes: string, started_at: string
 *   | null, purpose?: import("../../api.js").Schemas["OrderPurpose"], sending: {key: string, body:
 *   Body} | null}} Draft
 */
/** @typedef {{user_id: number, service_order_id: number, cabinet_id: number}} Where */

/** @param {Where} where */
const nameOf = ({ user_id, service_order_id, cabinet_id }) =>
  `visit-${user_id}-${service_order_id}-${cabinet_id}`;

/** @param {Where} one @param {Where} other */
export const isSameStop = (one, other) => nameOf(one) === nameOf(other);

/** @returns {Draft} */
export const newDraft = () => ({
  entries: {},
  prices: {},
  notes: "",
  started_at: null,
  sending: null,
});

/** @param {Where} where @returns {Draft} */
export const draftAt = (where) => ({ ...newDraft(), ...recall(nameOf(where)) });

/** False where this phone keeps nothing. @param {Where} where @param {Draft} draft */
export const keepDraft = (where, draft) => keep(nameOf(where), draft);

/** @param {Where} where */
export const forgetDraft = (where) => forget(nameOf(where));

/**
 * The visits that a person said were done and that could not be sent.
 * @param {number} user_id
 * @returns {Where[]}
 */
export function unsentVisits(user_id) {
  return keptNames(`visit-${user_id}-`)
    .filter((name) => recall(name)?.sending)
    .map((name) => {
      const [service_order_id = 0, cabinet_id = 0] = name.split("-").slice(2).map(Number);
      return { user_id, service_order_id, cabinet_id };
    });
}

/**
 * The next stop of an order that is neither done nor waiting on this phone to be sent.
 * @param {import("../../words/order-words.js").ServiceOrder} order
 * @param {import("../../words/order-words.js").Stop} stop that it comes after
 * @param {Where} where
 */
export function nextUnsent(order, stop, where) {
  if (!isOpen(order)) return undefined;
  const at = order.cabinets.findIndex(({ cabinet_id }) => cabinet_id === stop.cabinet_id);
  const onwards = [...order.cabinets.slice(at + 1), ...order.cabinets.slice(0, at)];
  return onwards.find(
    (each) => !isDone(each) && !draftAt({ ...where, cabinet_id: each.cabinet_id }).sending,
  );
}
