/**
 * One tooltip for the page: any element with `data-tip` shows it on focus and hover.
 * @module
 */
import { h } from "./dom.js";

const tip = h("div", { class: "tip", popover: "manual", role: "tooltip", id: "tip" });
/** @type {Element | null} */
let owner = null;

/** @param {EventTarget | null} target */
function show(target) {
  const element = target instanceof Element ? target.closest("[data-tip]") : null;
  if (element === owner) return;
  hide();
  const text = element?.getAttribute("data-tip");
  if (!element || !text || !("showPopover" in tip)) return;
  owner = element;
  tip.textContent = text;
  (element.closest("dialog") ?? document.body).append(tip);
  tip.showPopover();
  place(element);
}

/** @param {Element} element */
function place(element) {
  const box = element.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const below = box.bottom + own.height + 12 < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(box.left + box.width / 2 - own.width / 2, innerWidth - own.width - 8))}px`;
  tip.style.top = `${below ? box.bottom + 6 : box.top - own.height - 6}px`;
}

function hide() {
  if (owner && tip.isConnected) tip.hidePopover();
  owner = null;
}

document.addEventListener("mouseover", (event) => show(event.target));
document.addEventListener("focusin", (event) => show(event.target));
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
// Focus itself scrolls to what it reaches: that tip stays with its element.
document.addEventListener(
  "scroll",
  () => (owner && owner === document.activeElement ? place(owner) : hide()),
  { capture: true, passive: true },
);
