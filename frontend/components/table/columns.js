/**
 * The columns of a table: their headings, and their cells in a row.
 * @module
 */
import { h, icon } from "../../page/dom.js";
import { directionOf, sortAfter } from "../../words/sorts.js";

/**
 * @template [Row=any]
 * @typedef {object} Column
 * @property {string} label
 * @property {string} [name]     what it is called where somebody chooses columns
 * @property {(row: Row) => import("../../page/dom.js").Child} cell
 * @property {string} [sort]     name for the `sort` argument; a header with it can be clicked
 * @property {"ascending" | "descending"} [order] the one order the contract knows for this sort;
 *   without it `sort` and `-sort` are asked for in turn
 * @property {boolean} [number]  right-aligned, first sorted from large to small
 * @property {string} [width]    CSS width; without it the column shares what is left
 * @property {"title" | "end" | "detail" | "hide"} [phone] place in the two-line card on a phone;
 *   `detail` unless said
 */

/**
 * @param {Column} column
 * @param {string} now what the rows are sorted by
 * @param {(sort: string) => void} sortBy
 */
export function headOf(column, now, sortBy) {
  const { label, number: isNumber, width, sort } = column;
  const th = h("th", {
    role: "columnheader",
    scope: "col",
    class: isNumber ? "number" : null,
    style: width ? { width } : null,
  });
  if (!sort) {
    th.textContent = label;
    return th;
  }
  const direction = directionOf(column, now);
  const onclick = () => sortBy(sortAfter(column, now));
  const arrow = direction && icon(direction === "ascending" ? "arrow-up" : "arrow-down");
  th.ariaSort = direction ?? "none";
  th.append(h("button", { type: "button", tabindex: -1, onclick }, label, arrow));
  return th;
}

/** @param {Column} column @param {any} row */
export function cellOf(column, row) {
  const classes = [`phone-${column.phone ?? "detail"}`, column.number ? "number" : ""]
    .join(" ")
    .trim();
  return h("td", { role: "gridcell", class: classes }, column.cell(row));
}

/**
 * A row that sums the others up.
 * @param {Column[]} columns
 * @param {any} row
 * @param {boolean} isSelectable the rows have a box in front
 */
export const totalsOf = (columns, row, isSelectable) =>
  h(
    "tr",
    { role: "row" },
    isSelectable && h("td", { role: "gridcell", class: "pick" }),
    columns.map((column) => cellOf(column, row)),
  );
