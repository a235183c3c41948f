/**
 * Tickets in words: their kinds and states, when they are due, what was changed in them.
 * @module
 */
import { date, dateTime, isolated, number, percent, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["Ticket"]} Ticket */
/** @typedef {import("../api.js").Schemas["TicketEntry"]} Entry */
/** @typedef {Ticket["kind"]} Kind */
/** @typedef {import("../components/status/status.js").Kind} StatusKind */

/** What somebody writes, the commonest first. @type {Record<Kind, string>} */
export const KINDS = {
  fault: "Fault",
  damage: "Damage",
  complaint: "Complaint",
  other: "Something else",
  task: "Task",
  note: "Note",
};

/** @type {Record<Ticket["status"], [StatusKind, string]>} */
const STATUSES = {
  noted: ["idle", "Note"],
  open: ["warn", "Open"],
  in_progress: ["info", "In progress"],
  done: ["ok", "Done"],
};

/** @param {Kind} kind */
export const kindLabel = (kind) => KINDS[kind];

/** Neither a note nor done. @param {Pick<Ticket, "status">} ticket */
export const isOpen = ({ status }) => status === "open" || status === "in_progress";

/** @param {Pick<Ticket, "down_since" | "up_since">} ticket */
export const isDown = ({ down_since, up_since }) => down_since !== null && up_since === null;

/**
 * How it stands: a machine that is down is worse than any state.
 * @param {Pick<Ticket, "status" | "down_since" | "up_since">} ticket @returns {[StatusKind, string]}
 */
export const stateOf = (ticket) =>
  isDown(ticket) && isOpen(ticket) ? ["bad", "Machine down"] : STATUSES[ticket.status];

/** Its first line, which stands for it in lists. @param {Pick<Ticket, "text">} ticket */
export const firstLine = ({ text }) => text.trim().split(/\r?\n/, 1)[0] ?? "";

/** As many characters as a heading holds beside its buttons. */
const HEADING = 60;

/** What stands above its page: its first line, or as many words of it as fit. @param {Pick<Ticket, "text">} ticket */
export function headingOf(ticket) {
  const characters = [...firstLine(ticket)];
  if (characters.length <= HEADING) return characters.join("");
  const begun = characters.slice(0, HEADING).join("");
  const words = begun.slice(0, begun.lastIndexOf(" ")).replace(/[\s.,:;]+$/, "");
  return `${words || begun}…`;
}

/**
 * Where it is seen and what that is called; `to` is its address.
 * @param {Pick<Ticket, "device_id" | "asset" | "location_id" | "location_name" | "service_order_id">} ticket
 * @returns {{to: string, label: string, beside: string}}
 */
export function subjectOf({ device_id, asset, location_id, location_name, service_order_id }) {
  if (device_id !== null)
    return { to: `/devices/${device_id}`, label: asset ?? "", beside: location_name ?? "" };
  if (location_id !== null)
    return { to: `/devices?location_id=${location_id}`, label: location_name ?? "", beside: "" };
  return {
    to: `/service-orders/${service_order_id}`,
    label: `Order ${service_order_id}`,
    beside: "",
  };
}

/** Is its day over? @param {Pick<Ticket, "due_on" | "status">} ticket @param {string} today */
export const isLate = (ticket, today) =>
  isOpen(ticket) && ticket.due_on !== null && ticket.due_on < today;

/** @param {Pick<Ticket, "due_on" | "status">} ticket @param {string} today */
export function dueWords(ticket, today) {
  if (ticket.due_on === null) return "";
  if (ticket.due_on === today) return "Today";
  return `${date(ticket.due_on)}${isLate(ticket, today) ? ", late" : ""}`;
}

/**
 * What audits told of a fault: `Seen in 3 audits, over since …`.
 * @param {Pick<Ticket, "seen_count" | "over_at">} ticket
 */
export const seenWords = ({ seen_count, over_at }) =>
  `Seen in ${units(seen_count, "audit")}${over_at ? ", no longer since" : ", last"}`;

/** A length of time, in its two largest units: `2 d 4 h`. @param {number} seconds */
export function lengthWords(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor((minutes % 1440) / 60), "h"],
    [minutes % 60, "min"],
  ];
  const first = parts.findIndex(([count]) => count !== 0);
  if (first < 0) return "less than a minute";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count !== 0)
    .map(([count, unit]) => `${number(Number(count))} ${unit}`)
    .join(" ");
}

/** How much of a period a machine was up. @param {number | null} share in percent */
export const upWords = (share) => (share === null ? "–" : percent(share, share < 100 ? 2 : 0));

/** What an entry changed, in words. @param {Entry["changes"][number]} change */
export function changeWords({ field, to }) {
  switch (field) {
    case "status":
      return to === "in_progress" ? "started" : to === "open" ? "opened again" : stateWord(to);
    case "kind":
      return `made it: ${KINDS[/** @type {Kind} */ (to)]}`;
    case "text":
      return "changed the words";
    case "due_on":
      return to ? `due ${date(to)}` : "no day any more";
    case "assignee_name":
      return to ? `given to ${isolated(to)}` : "given to nobody";
    case "down_since":
      return to ? `machine down since ${dateTime(to)}` : "machine was not down";
    default:
      return to ? `machine up since ${dateTime(to)}` : "machine down again";
  }
}

/** @param {string | null} status */
const stateWord = (status) => (status === "done" ? "done" : "a note now");
