import { dateTime, relative } from "../../words/format.js";

/** @type {Set<Time>} */
const shown = new Set();
setInterval(() => {
  for (const each of shown) each.render();
}, 30_000);

/**
 * `<cvd-time datetime="2026-01-31T08:00:00Z">`: relative, kept current; the absolute time in the
 * operator's zone on focus and hover.
 */
export class Time extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    shown.add(this);
    this.tabIndex = 0;
    this.render();
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  attributeChangedCallback() {
    this.render();
  }

  render() {
    const value = this.getAttribute("datetime");
    if (!value) return;
    this.textContent = relative(value);
    this.dataset.tip = dateTime(value);
  }
}

customElements.define("cvd-time", Time);
