/**
 * How well a name fits what somebody typed: "late" means what is late, not chocolate.
 * @module
 */

const [WHOLE, BEGINS] = [0, 1];
export const BEGINS_WORD = 2;
const [INSIDE, ELSEWHERE] = [3, 4];

/**
 * 0 the best: it is it, it begins with it, a word of it does, it is in the middle of a word.
 * @param {string} name
 * @param {string} words
 */
export function rankOf(name, words) {
  const [text, typed] = [name.toLowerCase(), words.toLowerCase()];
  if (text === typed) return WHOLE;
  if (text.startsWith(typed)) return BEGINS;
  const beginsWord = [...text.matchAll(/[\p{L}\p{N}]+/gu)].some(({ index }) =>
    text.startsWith(typed, index),
  );
  return beginsWord ? BEGINS_WORD : text.includes(typed) ? INSIDE : ELSEWHERE;
}
