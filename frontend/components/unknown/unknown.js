import { h } from "../../page/dom.js";
import { NONE } from "../../words/format.js";

/**
 * `–`, with the reason on focus and hover: a figure is measured or absent.
 * @param {string} reason
 */
export function unknown(reason) {
  return h(
    "span",
    { class: "unknown", tabindex: 0, "data-tip": reason },
    h("span", { "aria-hidden": "true" }, NONE),
    h("span", { class: "visually-hidden" }, `unknown: ${reason}`),
  );
}
