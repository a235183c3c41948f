import { h } from "../../page/dom.js";
import { dateTime, relative } from "../../words/format.js";
import { unknown } from "../unknown/unknown.js";

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

/**
 * A relative time that keeps itself current, the absolute one on focus.
 * @param {string | null | undefined} time
 * @param {string} [reason] why there may be none
 */
export function time(time, reason = "Never happened") {
  return time ? h("cvd-time", { datetime: time }) : unknown(reason);
}
