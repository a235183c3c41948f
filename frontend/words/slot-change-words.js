/**
 * What happened to a slot, in words: changes of its planogram, and moves of its stock.
 * @module
 */
import { money } from "./format.js";

/** Why stock moved. */
export const MOVE_REASONS = {
  sale: "Sold",
  fill: "Filled",
  removal: "Removed",
  count: "Counted",
  planogram: "Counted",
  reversal: "Visit reversed",
  unexplained: "Unexplained",
};
const FIELD_WORDS = /** @type {Record<string, string>} */ ({
  product_id: "Product",
  selection: "Selection",
  capacity: "Capacity",
  par_level: "Par",
  price_cents: "Price",
  quantity: "Count",
  label: "Label",
});

/** @param {{field: string, from: string | number | null, to: string | number | null}} change */
export function changeWords({ field: name, from, to }) {
  const value = (/** @type {string | number | null} */ each) =>
    each === null ? "none" : name === "price_cents" ? money(Number(each)) : String(each);
  if (name === "product_id") return to === null ? "emptied" : "another product";
  return name === "quantity"
    ? `counted ${value(to)}`
    : `${FIELD_WORDS[name] ?? name} ${value(from)} → ${value(to)}`;
}
