/**
 * The columns of tickets, for the list of all and for those of one machine or order.
 * @module
 */
import { h, link, time, unknown } from "../../page/page.js";
import { firstLine, kindLabel, subjectOf } from "../../words/ticket-words.js";
import { dueLine, ticketStatus } from "./ticket-status.js";

/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */
/** @typedef {import("../../components/table/table.js").Column<Ticket>} Column */

/** @type {Column} */
const WORDS = {
  name: "ticket",
  label: "Ticket",
  phone: "title",
  cell: (ticket) => link(`/tickets/${ticket.id}`, firstLine(ticket)),
};
/** @type {Column} */
const STATUS = {
  name: "status",
  label: "Status",
  width: "140px",
  phone: "end",
  cell: ticketStatus,
};
/** @type {Column} */
const KIND = {
  name: "kind",
  label: "Kind",
  width: "136px",
  phone: "hide",
  cell: ({ kind }) => kindLabel(kind),
};
/** @type {Column} */
const OF = {
  name: "of",
  label: "Of",
  width: "22%",
  cell: (ticket) => {
    const { to, label, beside } = subjectOf(ticket);
    const of = h("a", { href: `/#${to}`, dataset: { own: "" } }, label);
    return beside ? [of, h("span", { class: "muted" }, ` ${beside}`)] : of;
  },
};
/** @type {Column} */
const DUE = {
  name: "due",
  label: "Due",
  sort: "due_on",
  order: "ascending",
  width: "148px",
  cell: (ticket) => dueLine(ticket) || unknown("No day given"),
};
/** @type {Column} */
const GIVEN = {
  name: "given_to",
  label: "Given to",
  width: "120px",
  phone: "hide",
  cell: ({ assignee_name, kind }) =>
    assignee_name ?? (kind === "note" ? "" : unknown("Nobody yet")),
};
/** @type {Column} */
const WRITTEN = {
  name: "written",
  label: "Written",
  sort: "newest",
  order: "descending",
  width: "112px",
  phone: "hide",
  cell: ({ created_at }) => time(created_at),
};

/** Of everything. @type {Column[]} */
export const ALL = [WORDS, STATUS, KIND, OF, DUE, GIVEN, WRITTEN];
/** Of one thing, which its page names. @type {Column[]} */
export const OF_ONE = [WORDS, STATUS, KIND, unsorted(DUE), GIVEN, unsorted(WRITTEN)];

/** @param {Column} column @returns {Column} */
function unsorted({ sort: _, order: __, ...rest }) {
  return rest;
}
