/**
 * How far a visit is, in words: what is loaded of what was planned, and which slots are left.
 * @module
 */
import { number, units } from "./format.js";

/**
 * `loaded` and `planned` are units, the others slots; `left` are those still without an entry.
 * @typedef {{loaded: number, planned: number, left: number, entered: number, slots: number}} Totals
 */

/** `12 of 20 units`. @param {Totals} totals */
export function loadedWords({ loaded, planned }) {
  if (planned === 0) return `${units(loaded)} loaded`;
  return loaded > planned
    ? `${units(loaded)}, ${number(loaded - planned)} more than planned`
    : `${number(loaded)} of ${units(planned)}`;
}

/** `3 slots left, show the next`. @param {Totals} totals */
export function leftWords({ planned, left, entered, slots }) {
  if (left > 0) return `${units(left, "slot")} left, show the next`;
  return planned > 0
    ? "every planned slot has an entry"
    : `${number(entered)} of ${units(slots, "slot")} entered`;
}
