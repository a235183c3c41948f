/**
 * A planogram in words.
 * @module
 */
import { number, units } from "./format.js";

/**
 * `30 of 32 slots in use, 2 sold out, 1 unknown`.
 * @param {{product_id: number | null, quantity: number | null}[]} slots
 */
export function summaryWords(slots) {
  const used = slots.filter(({ product_id }) => product_id !== null);
  const out = used.filter(({ quantity }) => quantity === 0).length;
  const unknown = used.filter(({ quantity }) => quantity === null).length;
  return [
    `${number(used.length)} of ${units(slots.length, "slot")} in use`,
    out ? `${number(out)} sold out` : "",
    unknown ? `${number(unknown)} unknown` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
