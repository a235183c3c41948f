import { h } from "../../page/dom.js";
import { number } from "../../words/format.js";

/**
 * `<cvd-progress label="Reading audits" value="3" max="10">`: what is done of what there is, never
 * an estimate.
 */
export class Progress extends HTMLElement {
  static observedAttributes = ["value", "max"];
  #bar = h("progress");
  #words = h("span", { class: "muted" });

  connectedCallback() {
    this.#bar.setAttribute("aria-label", this.getAttribute("label") ?? "Progress");
    this.replaceChildren(
      h("span", { class: "line" }, h("span", null, this.getAttribute("label")), this.#words),
      this.#bar,
    );
  }

  /** @param {number} value */
  set value(value) {
    this.setAttribute("value", String(value));
  }

  attributeChangedCallback() {
    const [value, max] = [
      Number(this.getAttribute("value") ?? 0),
      Number(this.getAttribute("max") ?? 1),
    ];
    this.#bar.max = max || 1;
    this.#bar.value = value;
    this.#words.textContent = `${number(value)} of ${number(max)}`;
  }
}

customElements.define("cvd-progress", Progress);
