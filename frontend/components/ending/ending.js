/**
 * How a product that goes out of use is marked wherever it shows.
 * @module
 */
import { h } from "../../page/dom.js";

/**
 * ` archived`, ` sells out`, or nothing.
 * @param {string | null} archived_at
 * @param {string | null} [sells_out_at]
 */
export function endingMark(archived_at, sells_out_at = null) {
  const words = [archived_at && "archived", sells_out_at && "not refilled"]
    .filter(Boolean)
    .join(", ");
  return words && h("span", { class: "warn small ending-mark" }, ` ${words}`);
}
