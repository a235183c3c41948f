/**
 * The rail on a phone: it comes over the page, and goes again.
 * @module
 */
import { byId, h } from "../page/dom.js";

export function openDrawer() {
  const rail = byId("rail");
  rail.classList.add("is-open");
  const scrim = {
    class: "scrim",
    type: "button",
    "aria-label": "Close the menu",
    onclick: closeDrawer,
  };
  byId("shell").append(h("button", scrim));
  /** @type {HTMLElement | null} */ (rail.querySelector(".rail-link"))?.focus();
}

export function closeDrawer() {
  byId("rail").classList.remove("is-open");
  document.querySelector(".scrim")?.remove();
}
