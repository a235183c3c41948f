/**
 * The headings of the rail: each folds the pages under it, and this browser remembers which.
 * @module
 */
import { h, icon } from "../page/dom.js";

/** @typedef {import("../page/addresses.js").MenuGroup} MenuGroup */

const KEPT = "cvd-rail-folded";
/** Once set up, these pages are seldom opened; folded, the rail fits on a screen without scrolling. */
const FOLDED_AT_FIRST = ["Admin"];

/**
 * A heading and the pages under it; those without a heading are never folded.
 * @param {MenuGroup | "Views" | undefined} group
 * @param {Node[]} links
 * @returns {Node[]}
 */
export function railGroup(group, links) {
  if (!group) return links;
  const id = `rail-${group.toLowerCase()}`;
  const isFolded = folded().includes(group);
  const button = h(
    "button",
    {
      type: "button",
      "aria-expanded": String(!isFolded),
      "aria-controls": id,
      onclick: () => fold(group, button),
    },
    group,
    icon("chevron-down"),
  );
  return [h("h2", null, button), h("div", { class: "rail-group", id, hidden: isFolded }, links)];
}

/** Where the reader is never stays folded away. @param {Element} link */
export function unfold(link) {
  const box = /** @type {HTMLElement | null} */ (link.closest(".rail-group"));
  if (!box?.hidden) return;
  box.hidden = false;
  document.querySelector(`[aria-controls="${box.id}"]`)?.setAttribute("aria-expanded", "true");
  link.scrollIntoView({ block: "nearest" });
}

/** @returns {string[]} */
function folded() {
  const kept = localStorage.getItem(KEPT);
  return kept === null ? FOLDED_AT_FIRST : kept.split(",");
}

/** @param {string} group @param {HTMLElement} button */
function fold(group, button) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  const others = folded().filter((name) => name !== group);
  localStorage.setItem(KEPT, (isOpen ? [...others, group] : others).join(","));
  button.setAttribute("aria-expanded", String(!isOpen));
  const box = document.getElementById(button.getAttribute("aria-controls") ?? "");
  if (box) box.hidden = isOpen;
}
