/**
 * From picked devices to the page that shows them side by side.
 * @module
 */
import { h, icon, navigate } from "../../page/page.js";
import { MOST_MACHINES } from "../../words/comparison-words.js";

/** Nothing where these are too few or too many. @param {{id: number}[]} rows */
export function compareButton(rows) {
  if (rows.length < 2 || rows.length > MOST_MACHINES) return false;
  const onclick = () => navigate(comparisonOf(rows.map(({ id }) => id)));
  return h("button", { class: "button", type: "button", onclick }, icon("git-compare"), "Compare");
}

/** The address of these devices side by side. @param {number[]} ids */
export const comparisonOf = (ids) => `/compare?devices=${ids.join(",")}`;
