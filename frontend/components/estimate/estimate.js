import { h } from "../../page/dom.js";
import { mark } from "../../words/velocity.js";

/**
 * `≈ 2.4 d`, with the reason on focus and hover; a figure without a reason is as measured.
 * @param {string} figure
 * @param {string | false} reason
 */
export function approximate(figure, reason) {
  if (!reason) return figure;
  return h(
    "span",
    { class: "estimate", tabindex: 0, "data-tip": reason },
    h("span", { "aria-hidden": "true" }, mark(true), figure),
    h("span", { class: "visually-hidden" }, `about ${figure}: ${reason}`),
  );
}
