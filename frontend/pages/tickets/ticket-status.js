/**
 * How a ticket stands, and when it is due, as shape, word and colour.
 * @module
 */
import { status } from "../../components/status/status.js";
import { h } from "../../page/dom.js";
import { localDate } from "../../words/format.js";
import { dueWords, isLate, stateOf } from "../../words/ticket-words.js";

/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

/** @param {Ticket} ticket */
export const ticketStatus = (ticket) => status(...stateOf(ticket));

/** Empty where no day was given. @param {Ticket} ticket */
export function dueLine(ticket) {
  const today = localDate();
  const words = dueWords(ticket, today);
  return words && h("span", { class: isLate(ticket, today) ? "warn" : "" }, words);
}
