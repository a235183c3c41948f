/**
 * The form that writes a note, a task or a ticket, or changes one.
 * @module
 */
import { api } from "../../api.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field, textIn } from "../../components/field/field.js";
import { sendPhoto } from "../files/lazily.js";
import { h } from "../../page/dom.js";
import { openEdit } from "../../page/edit-form.js";
import { changed, toast } from "../../page/page.js";
import { changedWords } from "../../words/conflict-words.js";
import { localTime, utcTime } from "../../words/local-time.js";
import { firstLine, isDown, KINDS } from "../../words/ticket-words.js";

/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */
/** @typedef {import("../../page/page.js").Page} Page */
/**
 * What a ticket is written of: its name as people call it, and which noun.
 * @typedef {{name: string, device_id?: number, location_id?: number, service_order_id?: number}} Subject
 */

const PHOTOS = "image/jpeg,image/png,image/webp";

/**
 * Asks for a new one; of a subject that is asked for as well where there is none yet.
 * @param {Page} page
 * @param {{of?: Subject, kind?: Ticket["kind"], done?: (ticket: Ticket) => void}} options
 */
export function openTicketForm(page, { of, kind = "fault", done }) {
  const photo = h("input", { class: "input", type: "file", name: "photo", accept: PHOTOS });
  const machine = of ? null : machineChoice();
  const controls = new Controls(page, { kind, mayBeDown: !of || of.device_id !== undefined });
  return openForm({
    heading: of ? `New ticket for ${of.name}` : "New ticket",
    action: "Save ticket",
    fields: [
      machine && field("Machine", machine, { pointer: "/device_id", wide: true }),
      controls.words(),
      field("Photo", photo, { optional: true, wide: true }),
      controls.rest(),
    ],
    save: async (form) => {
      const { name: _, ...subject } = of ?? { name: "", device_id: Number(machine?.value) || null };
      const ticket = await api.ticket_service.create_ticket({
        ...subject,
        ...controls.values(form),
      });
      const [file] = photo.files ?? [];
      if (file) await sendPhoto(page.me.id, { noun: "ticket", noun_id: ticket.id }, file);
      done?.(ticket);
      changed("ticket");
      toast(`Saved “${firstLine(ticket)}”`);
    },
  });
}

/** @param {Page} page @param {Ticket} ticket @param {(ticket: Ticket) => void} done */
export function editTicket(page, ticket, done) {
  const mayReword = page.me.role !== "driver" || ticket.user_id === page.me.id;
  const controls = new Controls(page, { ticket, kind: ticket.kind, mayReword });
  return openEdit({
    row: ticket,
    heading: "Change ticket",
    fields: [controls.words(), controls.rest()],
    differences: (before, now) =>
      changedWords(before, now, [
        ["text", "What is it?"],
        ["kind", "Kind", (kind) => KINDS[/** @type {Ticket["kind"]} */ (kind)]],
        ["status", "Status"],
        ["due_on", "Due"],
        ["assignee_name", "Given to"],
      ]),
    save: async ({ id, version }, form) => {
      const now = { ticket_id: id, version, ...controls.values(form) };
      done(await api.ticket_service.update_ticket(now));
      changed("ticket");
      toast("Saved the ticket");
    },
    shown: done,
  });
}

/** What is asked for in a ticket, and what was typed there. */
class Controls {
  #page;
  #ticket;
  #mayReword;
  #mayBeDown;
  #kind;
  #assignee;
  #isDown = h("input", { type: "checkbox", name: "is_down" });
  #since = h("input", { class: "input", type: "datetime-local", name: "down_since" });

  /**
   * @param {Page} page
   * @param {{ticket?: Ticket, kind: Ticket["kind"], mayReword?: boolean, mayBeDown?: boolean}} how
   */
  constructor(page, { ticket, kind, mayReword = true, mayBeDown = ticket?.device_id != null }) {
    this.#page = page;
    this.#ticket = ticket;
    this.#mayReword = mayReword;
    this.#mayBeDown = mayBeDown;
    this.#kind = kindChoice(kind);
    this.#assignee = page.may("ticket_service.list_ticket_assignees") ? assignee(ticket) : null;
    this.#isDown.checked = ticket !== undefined && isDown(ticket);
    if (ticket?.down_since) this.#since.value = localTime(ticket.down_since, this.#zone);
  }

  get #zone() {
    return this.#page.settings.time_zone;
  }

  words() {
    const text = h("textarea", {
      class: "textarea",
      name: "text",
      required: true,
      maxlength: 2000,
      value: this.#ticket?.text ?? "",
    });
    return (
      this.#mayReword && [
        field("What is it?", text, { wide: true, hint: "The first line stands for it in lists" }),
        field("Kind", this.#kind),
      ]
    );
  }

  rest() {
    const due = h("input", {
      class: "input",
      type: "date",
      name: "due_on",
      value: this.#ticket?.due_on ?? "",
    });
    const hint = "Whoever it is given to sees it, also of a machine on another route";
    const asked = h("div", { class: "form wide" }, [
      this.#mayReword && field("Due", due, { optional: true }),
      this.#assignee && field("Given to", this.#assignee, { optional: true, hint }),
      this.#mayBeDown && this.#down(),
    ]);
    const settle = () => {
      asked.hidden = this.#mayReword && this.#kind.value === "note";
    };
    this.#kind.addEventListener("change", settle);
    settle();
    return asked;
  }

  #down() {
    const since = field("Since", this.#since, {
      optional: true,
      hint: "Empty: since now",
      pointer: "/down_since",
    });
    const settle = () => {
      since.hidden = !this.#isDown.checked;
    };
    this.#isDown.addEventListener("change", settle);
    settle();
    return [h("label", { class: "check wide" }, this.#isDown, "The machine sells nothing"), since];
  }

  /** @param {FormData} form @returns {any} what the contract takes */
  values(form) {
    const kind = /** @type {Ticket["kind"]} */ (this.#kind.value);
    const isNote = kind === "note";
    return {
      ...(this.#mayReword && {
        kind,
        text: textIn(form, "text"),
        due_on: isNote ? null : textIn(form, "due_on") || null,
      }),
      ...(this.#assignee && { assignee_id: isNote ? null : Number(this.#assignee.value) || null }),
      ...(this.#mayBeDown && this.#outage(isNote)),
    };
  }

  /** An outage that is over stays as it was told. @param {boolean} isNote */
  #outage(isNote) {
    const { down_since = null, up_since = null } = this.#ticket ?? {};
    if (isNote) return { down_since: null };
    if (!this.#isDown.checked) return up_since === null ? { down_since: null } : {};
    const typed = this.#since.value;
    if (down_since !== null && typed === localTime(down_since, this.#zone))
      return { up_since: null };
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    return { down_since: typed ? utcTime(typed, this.#zone) : now, up_since: null };
  }
}

/** @param {Ticket["kind"]} chosen */
const kindChoice = (chosen) =>
  h(
    "select",
    { class: "select", name: "kind" },
    Object.entries(KINDS).map(([value, label]) =>
      h("option", { value, selected: value === chosen }, label),
    ),
  );

/** @param {Ticket} [ticket] */
function assignee(ticket) {
  const asked = api.ticket_service.list_ticket_assignees();
  const { assignee_id = null, assignee_name = null } = ticket ?? {};
  return combobox({
    name: "assignee_id",
    placeholder: "Nobody yet",
    chosen: assignee_id === null ? null : { value: assignee_id, label: assignee_name ?? "" },
    source: async (words) => {
      const { items } = await asked;
      const wanted = words.toLowerCase();
      return items
        .filter(({ display_name, username }) =>
          `${display_name} ${username}`.toLowerCase().includes(wanted),
        )
        .map(({ id, display_name, username }) => ({
          value: id,
          label: display_name,
          ...(display_name === username ? {} : { detail: username }),
        }));
    },
  });
}

const machineChoice = () =>
  combobox({
    name: "device_id",
    placeholder: "Its number, name or place",
    required: true,
    source: async (words, signal) => {
      const { items } = await api.device_service.list_devices({ q: words, limit: 20 }, { signal });
      return items.map(({ id, asset, name, location_name }) => ({
        value: id,
        label: asset,
        detail: [name !== asset && name, location_name].filter(Boolean).join(", "),
      }));
    },
  });
