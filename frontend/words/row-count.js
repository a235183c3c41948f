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

/**
 * How many rows match, for who selects all of them: `all 212 devices`.
 * @param {{count: number, more: boolean} | undefined} total
 * @param {string} noun
 * @param {string} [nouns]
 */
export function allWords(total, noun, nouns = `${noun}s`) {
  if (!total) return `all ${nouns} that match`;
  return `all ${total.more ? "more than " : ""}${units(total.count, noun, nouns)}`;
}
