/**
 * Lists that are walked by row: j and k go from row to row, Tab only through the links of the row
 * where somebody is.
 * @module
 */
import { keys } from "./page.js";

const ROW = "[data-row]";
const STOPS = "a[href], button, [tabindex]";

/**
 * Lets the rows of a page, each with `data-row`, be walked.
 * @param {HTMLElement} root what holds the lists, now or later
 */
export function walkRows(root) {
  keys({ j: ["Next row", () => go(root, 1)], k: ["Row before", () => go(root, -1)] });
  root.addEventListener("focusin", ({ target }) => {
    const row = target instanceof Element ? target.closest(ROW) : null;
    if (row?.parentElement) stopAt(row.parentElement, row);
  });
}

/** After a list was filled: one of its rows is where Tab stops. @param {HTMLElement} list */
export function settleRows(list) {
  const rows = [...list.querySelectorAll(`:scope > ${ROW}`)];
  const here = rows.find((row) => row.contains(document.activeElement)) ?? rows[0];
  if (here) stopAt(list, here);
}

/** @param {Element} list @param {Element} here */
function stopAt(list, here) {
  for (const row of list.children) {
    for (const stop of row.querySelectorAll(STOPS)) {
      /** @type {HTMLElement} */ (stop).tabIndex = row === here ? 0 : -1;
    }
  }
}

/** @param {HTMLElement} root @param {1 | -1} step */
function go(root, step) {
  const rows = [...root.querySelectorAll(ROW)].filter((row) => row.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))];
  const links = row ? [...row.querySelectorAll("a[href]")] : [];
  /** @type {HTMLElement | undefined} */ (links.at(-1))?.focus();
  row?.scrollIntoView({ block: "nearest" });
}
