/**
 * The bar below the slots of a visit: how far the visit is, and why it was not sent.
 * @module
 */
import { byId, fill, h, icon, number } from "../../page/page.js";
import { leftWords, loadedWords } from "../../words/visit-totals.js";

export function showBar() {
  byId("bar").hidden = false;
}

export function hideBar() {
  byId("bar").hidden = true;
}

/** @param {import("./visit-slots.js").VisitSlots} slots @param {number} planned units */
export function showTotals({ cards, loaded, left, entered }, planned) {
  const totals = {
    loaded,
    planned,
    left: left.length,
    entered: entered.length,
    slots: cards.length,
  };
  const toDo = document.getElementById("to-do");
  if (toDo) toDo.textContent = `To do ${number(totals.left)}`;
  fill(byId("left"), loadedWords(totals), h("span", { class: "small" }, leftWords(totals)));
  byId("left", HTMLButtonElement).disabled = totals.left === 0;
}

export function hideUnsent() {
  byId("unsent").hidden = true;
}

/**
 * Says why the visit was not sent, and what to do.
 * @param {import("../../api.js").ApiError} error
 * @param {() => void} again sends it again
 * @param {string | null} next the address of the stop to go on with, while there is no connection
 */
export function showUnsent(error, again, next) {
  const isOffline = error.status === 0;
  const words = isOffline
    ? "Not sent: no connection. It is kept on this phone and sent as soon as there is one."
    : `Not sent: ${error.detail}`;
  byId("unsent").hidden = false;
  fill(
    byId("unsent"),
    icon(isOffline ? "wifi-off" : "circle-alert"),
    h("span", null, words),
    h("button", { class: "button", type: "button", onclick: again }, "Try again"),
    isOffline &&
      next !== null &&
      h("a", { class: "button", href: `/#${next}` }, "Next stop", icon("arrow-right")),
  );
}
