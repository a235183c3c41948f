/**
 * The boxes that select the rows of a table: one in each row, and one for all.
 * @module
 */
import { h } from "../../page/dom.js";

/** @param {(on: boolean) => void} choose */
export const boxOfAll = (choose) =>
  h(
    "th",
    { role: "columnheader", class: "pick" },
    h("input", {
      type: "checkbox",
      "aria-label": "Select all",
      onchange: (/** @type {Event} */ event) =>
        choose(/** @type {HTMLInputElement} */ (event.target).checked),
    }),
  );

/** @param {boolean} checked @param {boolean} mayPick the row may be selected */
export const boxOfRow = (checked, mayPick) =>
  h(
    "td",
    { role: "gridcell", class: "pick" },
    mayPick && h("input", { type: "checkbox", tabindex: -1, checked, "aria-label": "Select" }),
  );

/** @param {HTMLTableRowElement} tr @param {boolean} on */
export function checkRow(tr, on) {
  tr.ariaSelected = String(on);
  const box = tr.querySelector(".pick input");
  if (box instanceof HTMLInputElement) box.checked = on;
}

/** @param {HTMLTableRowElement} head @param {boolean} all @param {boolean} some */
export function checkAll(head, all, some) {
  const box = head.querySelector(".pick input");
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = all;
  box.indeterminate = some && !all;
}
