/**
 * Rows in the order that the heading of a column asks for.
 * @module
 */

/**
 * Rows in the order a column asks for: `-units`.
 * @template {Record<string, any>} T
 * @param {T[]} rows
 * @param {string} sort
 */
export function sortedBy(rows, sort) {
  const name = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const missing = (/** @type {T} */ row) => row[name] === null || row[name] === undefined;
  return rows.toSorted(
    (a, b) =>
      Number(missing(a)) - Number(missing(b)) ||
      sign * (a[name] > b[name] ? 1 : a[name] < b[name] ? -1 : 0),
  );
}
