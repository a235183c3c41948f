/**
 * What people said of a ticket and changed in it, and what is said next.
 * @module
 */
import { api, byId, changed, fill, h, time, toastProblem } from "../../page/page.js";
import { changeWords } from "../../words/ticket-words.js";

/** @typedef {import("../../words/ticket-words.js").Entry} Entry */
/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

/** The thread of the page's ticket; `said` runs when something was added. */
export class Thread {
  /** @type {Entry[]} */ #entries = [];
  /** @type {string | null} */ #cursor = null;
  #ticketId;
  #list = byId("entries");
  #more = byId("more", HTMLButtonElement);

  /** @param {number} ticket_id @param {() => void} said */
  constructor(ticket_id, said) {
    this.#ticketId = ticket_id;
    this.#more.onclick = () => this.#showMore().catch(toastProblem);
    const form = /** @type {HTMLFormElement | null} */ (document.getElementById("say"));
    if (form)
      form.onsubmit = (event) => {
        event.preventDefault();
        this.#say(form, said);
      };
  }

  /** Shows it from its beginning. @param {Ticket} ticket */
  async show(ticket) {
    this.#begin = began(ticket);
    this.#draw([], await this.#asked(null));
    byId("thread").hidden = false;
  }

  async #showMore() {
    const before = this.#entries;
    this.#draw(before, await this.#asked(this.#cursor));
  }

  /** @param {string | null} cursor */
  #asked(cursor) {
    const asked = { ticket_id: this.#ticketId, limit: 200, cursor: cursor ?? undefined };
    return api.ticket_entry_service.list_ticket_entries(asked);
  }

  /** @param {Entry[]} before @param {import("../../api.js").Schemas["TicketEntryList"]} found */
  #draw(before, { items, next_cursor }) {
    this.#entries = [...before, ...items];
    this.#cursor = next_cursor;
    this.#more.hidden = next_cursor === null;
    fill(this.#list, this.#begin, this.#entries.map(entryLine));
  }

  /** @type {HTMLElement | null} */ #begin = null;

  /** @param {HTMLFormElement} form @param {() => void} said */
  async #say(form, said) {
    const input = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
    const text = input.value.trim();
    if (!text) return;
    try {
      await api.ticket_entry_service.create_ticket_entry({ ticket_id: this.#ticketId, text });
      input.value = "";
      changed("ticket");
      said();
    } catch (error) {
      toastProblem(error);
    }
  }
}

/** @param {Ticket} ticket */
const began = ({ username, created_at }) =>
  line(username ?? "An audit", [username ? "wrote it" : "opened it"], created_at);

/** @param {Entry} entry */
const entryLine = ({ username, text, changes, created_at }) =>
  line(username, [changes.map(changeWords).join(", ")], created_at, text);

/**
 * @param {string} who @param {string[]} what @param {string} when @param {string} [text]
 */
const line = (who, what, when, text) =>
  h(
    "li",
    null,
    h(
      "span",
      { class: "muted small" },
      h("bdi", null, who),
      " ",
      what.join(" "),
      " · ",
      time(when),
    ),
    text && h("p", null, text),
  );
