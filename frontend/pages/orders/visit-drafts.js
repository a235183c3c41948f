/**
 * Visits that are on this phone and not yet at the office.
 * @module
 */
import { forget, keep, keptNames, recall } from "../../page/kept.js";

/**
 * @typedef {{cabinet_id: number, fills: import("./fills.js").Fill[], notes: string, started_at?:
 *   string, finished_at?: string}} Body
 */
/**
 * What was entered at one stop. `sending` is a visit of which no answer came back: it is sent again
 * under the same key,
 * so that it is recorded once.
 * @typedef {{entries: Record<string, import("./fills.js").Entry>, notes: string, started_at: string
 *   | null, purpose?: import("../../api.js").Schemas["OrderPurpose"], sending: {key: string, body:
 *   Body} | null}} Draft
 */
/** @typedef {{user_id: number, service_order_id: number, cabinet_id: number}} Where */

/** @param {Where} where */
const nameOf = ({ user_id, service_order_id, cabinet_id }) =>
  `visit-${user_id}-${service_order_id}-${cabinet_id}`;

/** @returns {Draft} */
export const newDraft = () => ({ entries: {}, notes: "", started_at: null, sending: null });

/** @param {Where} where @returns {Draft} */
export const draftAt = (where) => ({ ...newDraft(), ...recall(nameOf(where)) });

/** False where this phone keeps nothing. @param {Where} where @param {Draft} draft */
export const keepDraft = (where, draft) => keep(nameOf(where), draft);

/** @param {Where} where */
export const forgetDraft = (where) => forget(nameOf(where));

/**
 * Those that the person said were done, and that could not be sent.
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
