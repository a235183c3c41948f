/**
 * Estimated stock in words: how old the last fact is, and what the estimate rests on.
 * @module
 */
import { h } from "./dom.js";
import { dateTime, relative, units } from "./format.js";
import { basisWords, mark } from "./velocity.js";

/** @typedef {import("../api.js").Schemas["NullableVelocityBasis"]} Basis */

/** Of one slot. @param {{known_at: string | null, quantity: number | null, units_per_day_basis: Basis}} slot */
export const slotEstimateWords = ({ known_at, quantity, units_per_day_basis: basis }) => `Estimated. Last known ${known_at ? `${relative(known_at)} (${dateTime(known_at)})` : "long ago"}: the books say ${units(quantity)}. Less what it sells since. ${basisWords(basis)}`;

/** Of a machine; empty where nothing is estimated. @param {{estimated_stock_slots: number, stock_known_at: string | null}} figures */
export function stockEstimateWords({ estimated_stock_slots: count, stock_known_at }) {
  if (count === 0) return "";
  return `Stock of ${units(count, "slot")} estimated: last known ${stock_known_at ? relative(stock_known_at) : "long ago"}, less what sells since`;
}

/** A figure that rests on an estimated stock, marked and explained; plain where `words` is empty. @param {import("./dom.js").Child} figure @param {string} words */
export function estimated(figure, words) {
  if (!words) return figure;
  return h("span", { class: "estimate", tabindex: 0, "data-tip": words }, h("span", { "aria-hidden": "true" }, mark(true)), h("span", { class: "visually-hidden" }, "about "), figure, h("span", { class: "visually-hidden" }, `: ${words}`));
}
