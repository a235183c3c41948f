/**
 * The keys of a table: where each goes, and how they are listed.
 * @module
 */

/**
 * How many rows a key goes on, or back; undefined for another key.
 * @param {string} key
 * @param {number} page rows that are seen at once
 * @returns {number | undefined}
 */
export const stepOf = (key, page) =>
  new Map([
    ["j", 1],
    ["ArrowDown", 1],
    ["k", -1],
    ["ArrowUp", -1],
    ["PageDown", page],
    ["PageUp", -page],
    ["Home", -Infinity],
    ["End", Infinity],
  ]).get(key);

/**
 * The keys that do something, for the list of keys.
 * @param {{isOnly: boolean, opens: boolean, picks: boolean}} table `isOnly`: it is what the page
 *   shows
 * @returns {{heading: string, keys: [string, string][]}}
 */
export function keyList({ isOnly, opens, picks }) {
  /** @type {[string, string][]} */
  const keys = [
    ["j", "Next row"],
    ["k", "Row before"],
  ];
  if (opens) keys.push(["Enter", "Open the row"]);
  if (picks)
    keys.push(
      ["x", "Select the row"],
      ["Shift ↓", "Select the next row too"],
      ["Esc", "Clear the selection"],
    );
  return { heading: isOnly ? "Rows" : "Rows of the table that has the focus", keys };
}
