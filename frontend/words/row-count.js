/**
 * How many rows a list has, in words.
 * @module
 */
import { number, units } from "./format.js";

/**
 * How many rows there are, and how many of them are loaded.
 * @param {{loaded: number, hasMore: boolean, total?: {count: number, more: boolean}}} rows
 * @param {string} noun
 * @param {string} [nouns]
 */
export function countWords({ loaded, hasMore, total }, noun, nouns) {
  const words = (/** @type {number} */ count) => units(count, noun, nouns);
  if (!hasMore) return words(loaded);
  if (!total || total.count < loaded) return `First ${words(loaded)}`;
  return `1–${number(loaded)} of ${total.more ? "more than " : ""}${words(total.count)}`;
}
