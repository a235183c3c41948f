/**
 * The foot of a table: how many rows there are, or what can be done with those that are selected.
 * @module
 */
import { h } from "../../page/dom.js";
import { sortsOf } from "../../words/sorts.js";

/** @typedef {import("./columns.js").Column} Column */

/**
 * The choice of an order, which a phone shows in place of the headings; null where no column sorts.
 * @param {Column[]} columns
 * @param {string} now what the rows are sorted by
 * @param {string | null} unsorted how rows come that no column sorts
 * @param {(sort: string) => void} choose
 */
export function phoneSort(columns, now, unsorted, choose) {
  const sortable = columns.filter((column) => column.sort);
  if (sortable.length === 0) return null;
  return h(
    "select",
    {
      class: "phone-sort",
      "aria-label": "Sort by",
      onchange: (/** @type {Event} */ event) =>
        choose(/** @type {HTMLSelectElement} */ (event.target).value),
    },
    unsorted && h("option", { value: "", selected: now === "" }, unsorted),
    sortable.flatMap((column) =>
      sortsOf(column).map(([value, arrow]) =>
        h("option", { value, selected: value === now }, `${column.label} ${arrow}`),
      ),
    ),
  );
}

/**
 * @param {string} words what is selected
 * @param {(Node | false)[]} acts
 * @param {{clear: () => void, all: {label: string, choose: () => void} | null}} more
 */
export const pickedParts = (words, acts, { clear, all }) => [
  h("strong", null, words),
  all &&
    h(
      "button",
      { class: "button plain", type: "button", onclick: all.choose },
      `Select ${all.label}`,
    ),
  acts,
  h("button", { class: "button plain", type: "button", onclick: clear }, "Clear"),
];

/** @param {() => void} more */
export const moreButton = (more) =>
  h("button", { class: "button", type: "button", onclick: more }, "Show more");
