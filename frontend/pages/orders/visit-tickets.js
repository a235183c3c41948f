/**
 * What is known to be wrong where somebody stands, and the form that says what is found there.
 * @module
 */
import { h, isolated } from "../../page/page.js";

/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("../../words/order-words.js").Stop} Stop */

const host = h("section", { class: "section" });

/** @param {Stop} stop */
const subjectOf = ({ device_id, asset }) => ({ name: isolated(asset), device_id });

/** Writes a ticket of the machine; null where that may not be done. @param {Page} page @param {Stop} stop */
export function reporter(page, stop) {
  if (!page.may("ticket_service.create_ticket")) return null;
  return async () => {
    const { openTicketForm } = await import("../tickets/ticket-form.js");
    openTicketForm(page, { of: subjectOf(stop), done: () => show(page, stop) });
  };
}

/** Open tickets and notes of the machine, where there are any. @param {Page} page @param {Stop} stop */
export function ticketsAt(page, stop) {
  host.hidden = true;
  show(page, stop);
  return host;
}

/** @param {Page} page @param {Stop} stop */
function show(page, stop) {
  import("../tickets/tickets-of.js")
    .then(({ showTickets }) => showTickets(host, page, subjectOf(stop), false))
    // Without a connection the visit goes on without them.
    .catch(() => {});
}
