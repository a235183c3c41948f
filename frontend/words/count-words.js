/**
 * What a count found, in words.
 * @module
 */
import { units } from "./format.js";

/**
 * `2 units missing, 1 too many, in 3 slots`.
 * @param {{missing: number, surplus: number, slots: number}} visit
 */
export function differenceWords({ missing, surplus, slots }) {
  const words = [
    missing > 0 && `${units(missing)} missing`,
    surplus > 0 && `${units(surplus)} too many`,
    `in ${units(slots, "slot")}`,
  ];
  return words.filter(Boolean).join(", ");
}
