/**
 * The open tickets and notes of one thing, further down its page.
 * @module
 */
import { api, fill, h, icon, link, number } from "../../page/page.js";
import { firstLine } from "../../words/ticket-words.js";
import { openTicketForm } from "./ticket-form.js";
import { dueLine, ticketStatus } from "./ticket-status.js";

/** @typedef {import("./ticket-form.js").Subject} Subject */
/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

const FEW = 20;

/**
 * Shows them in `host`, with the button that writes another unless the page `begins` them elsewhere.
 * @param {HTMLElement} host @param {import("../../page/page.js").Page} page @param {Subject} of
 */
export async function showTickets(host, page, of, begins = true) {
  const { name: _, ...subject } = of;
  const asked = { ...subject, limit: FEW };
  const [open, notes] = await Promise.all([
    api.ticket_service.list_tickets({ ...asked, status: "open" }),
    api.ticket_service.list_tickets({ ...asked, status: "noted", sort: "newest" }),
  ]);
  const items = [...notes.items, ...open.items];
  const mayCreate = begins && page.may("ticket_service.create_ticket");
  const create = () => openTicketForm(page, { of, done: () => showTickets(host, page, of) });
  host.hidden = items.length === 0 && !mayCreate;
  fill(
    host,
    h(
      "header",
      null,
      h("h2", null, "Tickets and notes"),
      items.length > 0 && h("span", { class: "count" }, number(items.length)),
      mayCreate &&
        h(
          "button",
          { class: "button end", type: "button", onclick: create },
          icon("plus"),
          "New ticket",
        ),
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
