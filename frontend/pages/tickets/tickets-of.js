/**
 * The open tickets and notes of one thing, further down its page.
 * @module
 */
import { newButton } from "../../page/list-page.js";
import { api, fill, h, link, number } from "../../page/page.js";
import { firstLine } from "../../words/ticket-words.js";
import { openTicketForm } from "./ticket-form.js";
import { dueLine, ticketStatus } from "./ticket-status.js";

/** @typedef {import("./ticket-form.js").Subject} Subject */
/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

const FEW = 20;

/**
 * Shows them in `host`, with the button that writes another.
 * @param {HTMLElement} host @param {import("../../page/page.js").Page} page @param {Subject} of
 */
export async function showTickets(host, page, of) {
  const mayCreate = page.may("ticket_service.create_ticket");
  const create = () => openTicketForm(page, { of, done: () => showTickets(host, page, of) });
  fillWith(host, await ticketsOf(of), mayCreate && newButton("New ticket", create, "button end"));
}

/**
 * Shows those of a device and of the location where it stands; the page begins others elsewhere.
 * @param {HTMLElement} host @param {number} device_id
 */
export async function showTicketsAt(host, device_id) {
  const { location_id } = await api.device_service.get_device({ device_id });
  const found = await Promise.all([
    ticketsOf({ device_id }),
    location_id === null ? [] : ticketsOf({ location_id }),
  ]);
  fillWith(host, found.flat(), false);
}

/** Its notes, then what is open. @param {Omit<Subject, "name">} of */
async function ticketsOf({ device_id, location_id, service_order_id }) {
  const asked = { device_id, location_id, service_order_id, limit: FEW };
  const [notes, open] = await Promise.all([
    api.ticket_service.list_tickets({ ...asked, status: "noted", sort: "newest" }),
    api.ticket_service.list_tickets({ ...asked, status: "open" }),
  ]);
  return [...notes.items, ...open.items];
}

/** @param {HTMLElement} host @param {Ticket[]} items @param {HTMLElement | false} create */
function fillWith(host, items, create) {
  host.hidden = items.length === 0 && !create;
  fill(
    host,
    h(
      "header",
      null,
      h("h2", null, "Tickets and notes"),
      items.length > 0 && h("span", { class: "count" }, number(items.length)),
      create,
    ),
    items.length > 0 && h("ul", { class: "rows" }, items.map(row)),
  );
}

/** @param {Ticket} ticket */
const row = (ticket) =>
  h(
    "li",
    null,
    h("span", { class: "truncate" }, link(`/tickets/${ticket.id}`, firstLine(ticket))),
    dueLine(ticket),
    ticketStatus(ticket),
  );
