import { h } from "../../page/dom.js";
import { number, percent } from "../../words/format.js";
import { unknown } from "../unknown/unknown.js";
import { kindOf, stateOf, stateWords, stockOf } from "../../words/levels.js";
import { mark } from "../../words/velocity.js";
import { status } from "../status/status.js";

/**
 * `<cvd-level quantity="4" par="8" capacity="10">`: how full, with the par level as a mark. Without
 * `quantity` it is unknown.
 * `state` colours it, found from quantity and par where it is left out; `estimated` says that the
 * quantity is an estimate.
 * `words` adds "4 of 10" beside the bar.
 */
export class Level extends HTMLElement {
  static observedAttributes = ["quantity", "par", "capacity", "state", "estimated"];

  connectedCallback() {
    this.#render();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#render();
  }

  /** @param {number | null} quantity @param {number} capacity */
  #words(quantity, capacity) {
    if (quantity === null) return unknown("Never counted or filled");
    return `${mark(this.hasAttribute("estimated"))}${number(quantity)}/${number(capacity)}`;
  }

  #render() {
    const quantity = figure(this.getAttribute("quantity"));
    const par = figure(this.getAttribute("par"));
    const capacity = figure(this.getAttribute("capacity")) ?? par ?? 0;
    const isEstimate = this.hasAttribute("estimated");
    const state = /** @type {import("../../words/levels.js").State} */ (
      this.getAttribute("state") ?? stateOf({ quantity, par_level: par ?? capacity })
    );
    const known = `${isEstimate ? "About " : ""}${number(quantity)} of ${number(capacity)}`;
    const parWords = par === null ? "" : `, par ${number(par)}`;
    const words = quantity === null ? "Stock unknown: never counted or filled" : known + parWords;
    const bar = h("span", {
      class: "bar-track",
      role: "img",
      "aria-label": words,
      "data-tip": words,
    });
    bar.classList.toggle("is-unknown", quantity === null);
    bar.classList.toggle("is-out", quantity === 0);
    bar.classList.toggle("is-estimate", isEstimate);
    if (quantity !== null && capacity > 0) {
      const share = Math.min(1, quantity / capacity);
      bar.append(
        h("span", { class: `bar-fill ${kindOf(state)}`, style: { width: `${share * 100}%` } }),
      );
    }
    if (par !== null && capacity > 0 && par < capacity)
      bar.append(h("span", { class: "bar-mark", style: { left: `${(par / capacity) * 100}%` } }));
    this.replaceChildren(bar, this.hasAttribute("words") ? this.#words(quantity, capacity) : "");
  }
}

customElements.define("cvd-level", Level);

/** @param {string | null} text */
const figure = (text) => (text === null || text === "" ? null : Number(text));

/**
 * @param {{quantity: number | null, estimated_quantity: number | null, par_level?: number | null,
 *   capacity?: number | null, state?: string | null}} slot
 * @param {{words?: boolean}} [options]
 */
export const level = (slot, { words = false } = {}) =>
  h("cvd-level", {
    quantity: stockOf(slot),
    par: slot.par_level,
    capacity: slot.capacity,
    state: slot.state,
    estimated: slot.estimated_quantity !== null,
    words,
  });

/**
 * A machine's product level, a percentage 0..100, as a bar in the colour of its state, with its
 * figure.
 * @param {{product_level_percent: number | null, state: string, estimated_stock_slots: number}}
 *   figures
 * @param {string} [reason]
 */
export const levelPercent = (
  { product_level_percent: value, state, estimated_stock_slots: estimates },
  reason = "No slot has a known quantity",
) =>
  value === null
    ? unknown(reason)
    : h(
        "span",
        { class: "level-percent" },
        h("cvd-level", {
          quantity: Math.round(value),
          par: 100,
          capacity: 100,
          state,
          estimated: estimates > 0,
          "aria-hidden": "true",
        }),
        h("span", null, estimates > 0 ? "≈\u00a0" : "", percent(value)),
      );

/**
 * The state of a slot as shape, word and colour.
 * @param {import("../../words/levels.js").State} state
 * @param {boolean} [isEstimate]
 */
export const stateStatus = (state, isEstimate) => status(...stateWords(state, isEstimate));
