/**
 * What a list is sorted by, in the contract's words: `name`, `-name`.
 * @module
 */

/**
 * A column that can be sorted by; `order` is the one order that the contract knows for it, and
 * `number` is first sorted from large to small.
 * @typedef {{sort?: string, order?: "ascending" | "descending", number?: boolean}} Sortable
 */

/**
 * Which way the rows are sorted by a column, if they are.
 * @param {Sortable} column
 * @param {string} now what they are sorted by
 */
export function directionOf({ sort, order }, now) {
  if (now === sort) return order ?? "ascending";
  return now === `-${sort}` ? "descending" : null;
}

/**
 * What to sort by once a column was pressed.
 * @param {Sortable} column
 * @param {string} now what the rows are sorted by
 */
export function sortAfter(column, now) {
  if (column.order) return column.sort ?? "";
  const [up, down] = [column.sort ?? "", `-${column.sort}`];
  const [first, second] = column.number ? [down, up] : [up, down];
  return now === first ? second : first;
}

/**
 * What a column can be sorted by, and its arrow.
 * @param {Sortable} column
 * @returns {[string, string][]}
 */
export function sortsOf({ sort = "", order }) {
  if (order) return [[sort, order === "ascending" ? "↑" : "↓"]];
  return [
    [sort, "↑"],
    [`-${sort}`, "↓"],
  ];
}
