/**
 * From picked rows to their labels.
 * @module
 */
import { h, icon, navigate } from "../../page/page.js";

/** An address holds the numbers of so many. */
const MOST = 200;

/** @param {"device" | "location"} noun @param {{id: number}[]} rows */
export function labelsButton(noun, rows) {
  const ids = rows.slice(0, MOST).map(({ id }) => id);
  const of = noun === "device" ? "" : `noun=${noun}&`;
  const onclick = () => navigate(`/labels?${of}ids=${ids.join(",")}`);
  const words = rows.length > MOST ? `Labels of the first ${MOST}` : "Labels";
  return h("button", { class: "button", type: "button", onclick }, icon("qr-code"), words);
}
