/**
 * What a visit shows in place of its slots once nothing can be entered any more.
 * @module
 */
import { h, icon } from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { skipWords } from "../../words/skip-words.js";
import { closedWords, nextLink, orderLink } from "./visit-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */

/**
 * The stop was skipped.
 * @param {ServiceOrder} order
 * @param {NonNullable<Stop["skip"]>} skip
 * @param {Stop | undefined} next
 * @param {() => void} takeBack
 */
export const skippedEnding = (order, skip, next, takeBack) => [
  h(
    "div",
    { class: "outcome is-skipped", role: "status" },
    h("strong", null, icon("ban"), "Skipped"),
    h("p", null, skipWords(skip)),
    h(
      "button",
      { class: "button", type: "button", onclick: takeBack },
      icon("undo-2"),
      "It can be done after all",
    ),
  ),
  next && nextLink(order, next),
  order.status === "completed" && h("p", { class: "where" }, `Order ${order.id} is finished.`),
  orderLink(order),
];

/**
 * The order accepts no visit any more.
 * @param {ServiceOrder} order
 * @param {string} lost what was entered and is not recorded, in words
 * @param {(() => void) | null} record records it without the order, where that may be done
 */
export const closedEnding = (order, lost, record) => [
  h("p", { class: "note" }, `${closedWords(order)} ${lost}`),
  record &&
    h(
      "button",
      { class: "button primary wide", type: "button", onclick: record },
      "Record it without the order",
    ),
  orderLink(order),
];

export const nothingChosen = () =>
  empty({
    icon: "circle-help",
    heading: "No stop is chosen",
    text: "Open one from its order, or a machine from the devices.",
    action: h("a", { class: "button", href: "/#/service-orders" }, "Service orders"),
  });

/** @param {ServiceOrder} order */
export const notInOrder = (order) =>
  empty({
    icon: "circle-help",
    heading: "This stop is not in the order",
    text: "The address may be old.",
    action: orderLink(order),
  });

/** To the next stop, or else to the order. */
export function focusWayOn() {
  /** @type {HTMLElement | null} */ (document.querySelector(".next, .rest"))?.focus();
}
