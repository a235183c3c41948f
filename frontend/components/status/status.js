import { h } from "../../page/dom.js";

/** @typedef {"ok" | "warn" | "bad" | "info" | "idle"} Kind */

/**
 * `<cvd-status kind="ok">Completed</cvd-status>`: shape, word and colour. The shape is drawn by
 * CSS: disc, triangle, square, diamond, ring.
 */
export class Status extends HTMLElement {}

customElements.define("cvd-status", Status);

/** @param {Kind} kind @param {string} word @param {string} [tip] what the word means, on hover */
export const status = (kind, word, tip) => h("cvd-status", { kind, "data-tip": tip ?? null }, word);
