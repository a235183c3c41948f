/**
 * The tickets of a device, and how much of the last weeks it was up.
 * @module
 */
import { api, byId, fill, h, isolated, localDate, toastProblem, units } from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";
import { isOpen, lengthWords, upWords } from "../../words/ticket-words.js";
import { OF_ONE } from "../tickets/ticket-columns.js";
import { openTicketForm } from "../tickets/ticket-form.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

const DAYS = 90;

/** @param {import("../../page/page.js").Page} page */
export function ticketsTab(page) {
  const table = byId("tickets", Table);
  table.columns = OF_ONE;
  table.rowClass = (/** @type {Ticket} */ ticket) => (isOpen(ticket) ? "" : "muted");
  table.empty = () =>
    empty({
      icon: "wrench",
      heading: "No ticket yet",
      text: "What is wrong or to be done here, notes too. Faults of its audits open theirs.",
    });

  return async (/** @type {Device} */ { id: device_id, asset }) => {
    const create = document.getElementById("new-ticket");
    const of = { name: isolated(asset), device_id };
    const done = () => {
      table.refresh();
      showAvailability(device_id).catch(toastProblem);
    };
    if (create) create.onclick = () => openTicketForm(page, { of, done });
    table.source = ({ cursor, counted, limit, signal }) =>
      api.ticket_service.list_tickets(
        { device_id, status: "any", sort: "newest", cursor, counted, limit },
        { signal },
      );
    await showAvailability(device_id);
  };
}

/** @param {number} device_id */
async function showAvailability(device_id) {
  const period = { from: localDate(1 - DAYS), to: localDate() };
  const { items } = await api.availability_service.list_availability({ device_id, ...period });
  const [found] = items;
  if (!found) return;
  const { up_percent, down_seconds, outages } = found;
  fill(
    byId("availability"),
    h("strong", null, upWords(up_percent)),
    ` up in ${DAYS} days`,
    outages.length > 0 && `, ${units(outages.length, "outage")} of ${lengthWords(down_seconds)}`,
  );
}
