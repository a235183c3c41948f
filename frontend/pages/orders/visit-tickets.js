/**
 * What is known to be wrong where somebody stands, and the form that says what is found there.
 * @module
 */
import { h, isolated } from "../../page/page.js";

/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("../../words/order-words.js").Stop} Stop */

const host = h("section", { class: "section" });

/** Writes a ticket of the machine; null where that may not be done. @param {Page} page @param {Stop} stop */
export function reporter(page, stop) {
  if (!page.may("ticket_service.create_ticket")) return null;
  return async () => {
    const { openTicketForm } = await import("../tickets/ticket-form.js");
    const { asset, device_id } = stop;
    openTicketForm(page, { of: { name: isolated(asset), device_id }, done: () => show(stop) });
  };
}

/**
 * Open tickets and notes of the machine and its location, where there are any.
 * @param {Stop} stop
 */
export function ticketsAt(stop) {
  host.hidden = true;
  show(stop);
  return host;
}

/** @param {Stop} stop */
function show({ device_id }) {
  import("../tickets/tickets-of.js")
    .then(({ showTicketsAt }) => showTicketsAt(host, device_id))
    // Without a connection the visit goes on without them.
    .catch(() => {});
}
