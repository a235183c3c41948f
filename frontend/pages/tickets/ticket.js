import { inTurn } from "../../words/in-turn.js";
import {
  api,
  ApiError,
  byId,
  changed,
  dateTime,
  fill,
  h,
  icon,
  keys,
  link,
  onChanged,
  setTitle,
  start,
  time,
  toast,
  toastProblem,
  unknown,
} from "../../page/page.js";
import { menu } from "../../components/menu/menu.js";
import { Title } from "../../components/title/title.js";
import { showPhotos } from "../files/lazily.js";
import {
  firstLine,
  headingOf,
  isDown,
  isOpen,
  kindLabel,
  seenWords,
  subjectOf,
} from "../../words/ticket-words.js";
import { editTicket } from "./ticket-form.js";
import { dueLine, ticketStatus } from "./ticket-status.js";
import { Thread } from "./ticket-thread.js";

/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

const ALERTS =
  "Where a rule asks for it, an alert tells of this fault, and goes by itself once audits no " +
  "longer do. What is done about it stands here.";
const HINT = "A photo says where it is and how bad.";
const title = byId("title", Title);
/** @type {import("../../page/page.js").Page} */ let page;
/** @type {Ticket} */ let ticket;
/** @type {Thread} */ let thread;

start(async (started) => {
  page = started;
  const ticket_id = Number(page.params.ticket_id);
  thread = new Thread(ticket_id, () => load().catch(toastProblem));
  const load = inTurn(async () => {
    ticket = await api.ticket_service.get_ticket({ ticket_id });
    await show();
  });
  onChanged(["ticket", "dex_read", "everything"], () => load().catch(toastProblem));
  const mayChange = page.may("ticket_service.update_ticket");
  if (mayChange)
    keys({
      e: ["Edit this ticket", edit],
      d: ["Done", () => update({ status: "done" }), () => isOpen(ticket)],
    });
  await load();
  showPhotos(byId("photos"), page, {
    noun: "ticket",
    noun_id: ticket_id,
    name: firstLine(ticket),
    hint: HINT,
  });
});

async function show() {
  draw();
  await thread.show(ticket);
}

function draw() {
  title.heading = headingOf(ticket);
  title.beside = [ticketStatus(ticket)];
  setTitle(headingOf(ticket));
  fill(byId("actions"), page.may("ticket_service.update_ticket") && actions());
  const isMore = ticket.text.trim() !== headingOf(ticket);
  fill(
    byId("ticket"),
    isMore && h("p", { class: "words" }, ticket.text),
    facts(),
    ticket.code && h("p", { class: "muted small" }, ALERTS),
  );
}

function facts() {
  const { to, label, beside } = subjectOf(ticket);
  const { kind, assignee_name, down_since, up_since, code } = ticket;
  return h(
    "dl",
    { class: "facts" },
    fact("Of", [link(to, label), beside && h("span", { class: "muted" }, ` ${beside}`)]),
    fact("Kind", kindLabel(kind)),
    kind !== "note" && fact("Due", dueLine(ticket) || unknown("No day given")),
    kind !== "note" && fact("Given to", assignee_name ?? unknown("Nobody yet")),
    down_since &&
      fact("Down", [dateTime(down_since), " – ", up_since ? dateTime(up_since) : "now"]),
    code && fact("Audits", [seenWords(ticket), " ", time(ticket.over_at ?? ticket.last_seen_at)]),
  );
}

/** @param {string} label @param {import("../../page/page.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

function actions() {
  const open = isOpen(ticket);
  const more = [
    ticket.status === "open" && {
      label: "Start",
      icon: "play",
      run: () => update({ status: "in_progress" }),
    },
    ticket.device_id !== null &&
      open &&
      !isDown(ticket) && {
        label: ticket.down_since ? "Machine is down again" : "Machine is down",
        icon: "circle-alert",
        run: () => update(ticket.down_since ? { up_since: null } : { down_since: nowUtc() }),
      },
    isDown(ticket) && {
      label: "Machine is up",
      icon: "circle-check",
      run: () => update({ up_since: nowUtc() }),
    },
  ].filter((each) => each !== false);
  return [
    more.length > 0 && menu("More about this ticket", more),
    h("button", { class: "button", type: "button", onclick: edit }, icon("pencil"), "Edit"),
    open && button("Done", "check", { status: "done" }, "button primary"),
    ticket.status === "done" && button("Open again", "undo-2", { status: "open" }, "button"),
  ];
}

/** @param {string} label @param {string} sign @param {Changes} changes @param {string} style */
const button = (label, sign, changes, style) =>
  h("button", { class: style, type: "button", onclick: () => update(changes) }, icon(sign), label);

const nowUtc = () => `${new Date().toISOString().slice(0, 19)}Z`;

function edit() {
  editTicket(page, ticket, take);
}

/** @param {Ticket} now */
function take(now) {
  ticket = now;
  show().catch(toastProblem);
}

/**
 * @typedef {{status?: "open" | "in_progress" | "done", down_since?: string | null,
 *   up_since?: string | null}} Changes
 */

/** Changes it, and offers to take that back. @param {Changes} changes */
async function update(changes) {
  const before = ticket;
  try {
    take(await api.ticket_service.update_ticket({ ...of(ticket), ...changes }));
    changed("ticket");
    toast(changes.status === "done" ? "Done" : "Saved the ticket", {
      action: "Undo",
      run: () => undo(before),
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 409 && error.current)
      take(/** @type {Ticket} */ (error.current));
    toastProblem(error);
  }
}

/** @param {Ticket} before */
async function undo({ status, down_since, up_since }) {
  try {
    const was = { status: /** @type {"open"} */ (status), down_since, up_since };
    take(await api.ticket_service.update_ticket({ ...of(ticket), ...was }));
    changed("ticket");
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Ticket} ticket */
const of = ({ id, version }) => ({ ticket_id: id, version });
