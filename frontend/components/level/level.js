import { h } from "../../modules/dom.js";
import { number, percent, unknown } from "../../modules/format.js";

/**
 * `<cvd-level quantity="4" par="8" capacity="10">`: how full, with the par level as a mark. Without `quantity` it is unknown.
 * `words` adds "4 of 10" beside the bar.
 */
export class Level extends HTMLElement {
  static observedAttributes = ["quantity", "par", "capacity"];

  connectedCallback() {
    this.#render();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#render();
  }

  #render() {
    const quantity = figure(this.getAttribute("quantity"));
    const par = figure(this.getAttribute("par"));
    const capacity = figure(this.getAttribute("capacity")) ?? par ?? 0;
    const words = quantity === null ? "Stock unknown: never counted or filled" : `${number(quantity)} of ${number(capacity)}${par === null ? "" : `, par ${number(par)}`}`;
    const bar = h("span", { class: "bar-track", role: "img", "aria-label": words, "data-tip": words });
    bar.classList.toggle("is-unknown", quantity === null);
    bar.classList.toggle("is-out", quantity === 0);
    if (quantity !== null && capacity > 0) {
      const share = Math.min(1, quantity / capacity);
      const kind = quantity < (par ?? capacity) / 2 ? "warn" : "ok";
      bar.append(h("span", { class: `bar-fill ${kind}`, style: { width: `${share * 100}%` } }));
    }
    if (par !== null && capacity > 0 && par < capacity) bar.append(h("span", { class: "bar-mark", style: { left: `${(par / capacity) * 100}%` } }));
    const beside = !this.hasAttribute("words") ? "" : quantity === null ? unknown("Never counted or filled") : `${number(quantity)}/${number(capacity)}`;
    this.replaceChildren(bar, beside);
  }
}

customElements.define("cvd-level", Level);

/** @param {string | null} text */
const figure = (text) => (text === null || text === "" ? null : Number(text));

/** @param {{quantity: number | null, par_level?: number | null, capacity?: number | null}} slot @param {{words?: boolean}} [options] */
export const level = (slot, { words = false } = {}) => h("cvd-level", { quantity: slot.quantity, par: slot.par_level, capacity: slot.capacity, words });

/** A percentage 0..100 as a bar with its figure. @param {number | null} value @param {string} [reason] */
export const levelPercent = (value, reason = "No slot has a known quantity") =>
  value === null ? unknown(reason) : h("span", { class: "level-percent" }, h("cvd-level", { quantity: Math.round(value), par: 100, capacity: 100, "aria-hidden": "true" }), percent(value));
