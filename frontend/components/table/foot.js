/**
 * The foot of a table: how many rows there are, or what can be done with those that are selected.
 * @module
 */
import { h } from "../../page/dom.js";
import { number } from "../../words/format.js";
import { allWords, countWords } from "../../words/row-count.js";
import { sortsOf } from "../../words/sorts.js";

/** @typedef {import("./columns.js").Column} Column */

/**
 * The choice of an order, which a phone shows in place of the headings; null where no column sorts.
 * @param {Column[]} columns
 * @param {string} now what the rows are sorted by
 * @param {string | null} unsorted how rows come that no column sorts
 * @param {(sort: string) => void} choose
 */
function phoneSort(columns, now, unsorted, choose) {
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
 * @typedef {object} State of a table
 * @property {import("../../words/picks.js").Picks<any>} picks
 * @property {any[]} rows that are loaded
 * @property {{count: number, more: boolean} | undefined} total of all pages, where they are counted
 * @property {boolean} hasMore
 * @property {boolean} picksAll all rows that match may be picked, also those that are not loaded
 * @property {Column[]} columns
 * @property {string} sort
 */
/**
 * @typedef {object} Acts
 * @property {() => (Node | false)[]} bulk what is done to the rows that are picked
 * @property {() => void} clear
 * @property {() => void} chooseAll
 * @property {() => void} more
 * @property {(sort: string) => void} sortBy
 */

/**
 * @param {HTMLElement} table whose attributes name its rows
 * @param {State} state
 * @param {Acts} acts
 */
export function footParts(table, state, acts) {
  const { picks, rows, total, hasMore, columns, sort } = state;
  const nouns = /** @type {[string, string | undefined]} */ ([
    table.getAttribute("noun") ?? "row",
    table.getAttribute("nouns") ?? undefined,
  ]);
  const sorting =
    rows.length > 0 && phoneSort(columns, sort, table.getAttribute("unsorted"), acts.sortBy);
  if (picks.size > 0) return [...pickedParts(state, allWords(total, ...nouns), acts), sorting];
  const words = countWords({ loaded: rows.length, hasMore, total }, ...nouns);
  return [
    rows.length > 0 && h("span", { role: "status" }, words),
    hasMore &&
      !table.hasAttribute("fill") &&
      h("button", { class: "button", type: "button", onclick: acts.more }, "Show more"),
    sorting,
  ];
}

/** @param {State} state @param {string} all every row that matches, in words @param {Acts} acts */
function pickedParts({ picks, rows, hasMore, picksAll }, all, { bulk, clear, chooseAll }) {
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
    h("button", { class: "button plain", type: "button", onclick }, label);
  const offersAll = picksAll && hasMore && !picks.isAll && picks.hasAll(rows);
  const words = picks.isAll ? `${all.charAt(0).toUpperCase()}${all.slice(1)}` : number(picks.size);
  return [
    h("strong", null, `${words} selected`),
    offersAll && button(`Select ${all}`, chooseAll),
    bulk(),
    button("Clear", clear),
  ];
}
