/**
 * Estimated stock in words: how old the last fact is, and what the estimate rests on.
 * @module
 */
import { dateTime, relative, units } from "./format.js";
import { basisWords } from "./velocity.js";

/** @typedef {import("../api.js").Schemas["NullableVelocityBasis"]} Basis */

/**
 * Of one slot.
 * @param {{known_at: string | null, quantity: number | null, units_per_day_basis: Basis}} slot
 */
export const slotEstimateWords = ({ known_at, quantity, units_per_day_basis: basis }) =>
  "Estimated. Last known " +
  `${known_at ? `${relative(known_at)} (${dateTime(known_at)})` : "long ago"}: the books ` +
  `say ${units(quantity)}. Less what it sells since. ${basisWords(basis)}`;

/**
 * Of a machine; empty where nothing is estimated.
 * @param {{estimated_stock_slots: number, stock_known_at: string | null}} figures
 */
export function stockEstimateWords({ estimated_stock_slots: count, stock_known_at }) {
  if (count === 0) return "";
  return (
    `Stock of ${units(count, "slot")} estimated: last known ` +
    `${stock_known_at ? relative(stock_known_at) : "long ago"}, less what sells since`
  );
}
