/**
 * What somebody else changed meanwhile, in words.
 * @module
 */

/**
 * A property, how it is called, and how its value is told: as it is unless said, `empty` where
 * there is none.
 * @template Row
 * @typedef {[name: keyof Row, label: string, say?: (value: any, row: Row) => string]} Worded
 */

/**
 * `Name is now Cola. Price is now $2.00.`; nothing where none of these changed.
 * @template Row
 * @param {Row} before
 * @param {Row} now
 * @param {Worded<Row>[]} worded
 */
export const changedWords = (before, now, worded) =>
  worded
    .filter(([name]) => before[name] !== now[name])
    .map(([name, label, say = plain]) => `${label} is now ${say(now[name], now)}.`)
    .join(" ");

/** @param {unknown} value */
const plain = (value) => (value === null || value === "" ? "empty" : String(value));
