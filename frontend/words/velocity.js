/**
 * What a velocity rests on, in words: an estimate must never look measured.
 * @module
 */
import { number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["NullableVelocityBasis"]} Basis */

export const NO_RATE =
  "Not known yet: it takes three audits or two visits of this machine, or another machine that sells the product";

/** @param {Basis} basis */
export const isEstimate = (basis) => basis === "similar" || basis === "fleet";

/** @param {Basis} basis */
export function basisWords(basis) {
  if (basis === "similar") return "Estimated: mean of this product on similar machines";
  if (basis === "fleet") return "Estimated: mean of this product in the fleet";
  if (basis === "visits") return "From visits: what was found and filled here";
  return basis === "measured" ? "Measured on this machine" : "Not known yet";
}

/**
 * `3 of 12 slots are estimates`; without `among`, `3 slots are estimates`.
 * @param {number} count
 * @param {number} [among]
 */
export const estimatesWords = (count, among) =>
  `${among === undefined ? units(count, "slot") : `${number(count)} of ${units(among, "slot")}`} ` +
  `${count === 1 ? "is an estimate" : "are estimates"}`;

/** The mark in front of a figure that rests on an estimate. @param {boolean} estimated */
export const mark = (estimated) => (estimated ? "≈\u00a0" : "");
