/**
 * What the chosen cabinets need: the totals, and the pick list beside the board.
 * @module
 */
import { api, byId, debounce, fill, h, isolated, number, units } from "../../page/page.js";
import { endingMark } from "../../components/ending/ending.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import { byCategory, casesOf, ofDay } from "../../words/order-words.js";
import { relative } from "../../words/format.js";
import { mark } from "../../words/velocity.js";
import { MOST_CABINETS } from "./route-board-choice.js";

/** @typedef {import("../../api.js").Schemas["ServiceOrderPreview"]} Preview */

const NAMED = 4;

export class Load {
  /** @type {import("./route-board-choice.js").Choice} */ #choice;
  /** @type {Preview | null} */ #preview = null;
  /** @type {AbortController | null} */ #asking = null;
  #askSoon = debounce(() => this.#ask(), 150);

  /** @param {import("./route-board-choice.js").Choice} choice */
  constructor(choice) {
    this.#choice = choice;
  }

  /**
   * Shows what is known at once, and asks for the rest; an answer to an older choice is dropped.
   */
  refresh() {
    this.#asking?.abort();
    if (!this.#choice.fits) {
      this.#preview = null;
      this.#show();
      return;
    }
    this.#showTotals();
    this.#askSoon();
  }

  /** What is chosen, in one line. */
  get words() {
    return (
      `${units(this.#choice.stops, "stop")}, ${units(this.#choice.ids.length, "cabinet")}, ` +
      `${units(this.#units)} to load.`
    );
  }

  /** The days on which what is chosen waits in an order already. */
  get days() {
    return new Set(
      this.#isCurrent ? this.#preview?.in_open_orders.map(({ scheduled_on }) => scheduled_on) : [],
    );
  }

  /** What is chosen and waits in an order already, to be said before another is made. */
  get waiting() {
    return this.#isCurrent && this.#preview ? waitingWords(this.#preview) : null;
  }

  async #ask() {
    if (!this.#choice.fits) return;
    this.#asking?.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      const preview = await api.service_order_service.create_service_order_preview(
        { cabinet_ids: this.#choice.ids },
        { signal },
      );
      if (signal.aborted) return;
      this.#preview = preview;
      this.#show();
    } catch (error) {
      if (signal.aborted) return;
      this.#preview = null;
      fill(
        byId("pick-list"),
        problemBox(error, () => this.#ask()),
      );
    }
  }

  /** Does the last answer speak of what is chosen now? */
  get #isCurrent() {
    const ids = new Set(this.#choice.ids);
    return (
      this.#preview?.cabinets.length === ids.size &&
      this.#preview.cabinets.every(({ cabinet_id }) => ids.has(cabinet_id))
    );
  }

  /** The board's own figure until the server has said it. */
  get #units() {
    return this.#isCurrent && this.#preview
      ? this.#preview.units
      : this.#choice.cabinets.reduce((sum, { cabinet }) => sum + cabinet.units_to_par, 0);
  }

  #showTotals() {
    const { stops, ids, fits } = this.#choice;
    const isOld = fits && !this.#isCurrent;
    fill(
      byId("totals"),
      fact("Stops", stops),
      fact("Cabinets", ids.length),
      fact("Units", this.#units, isOld),
    );
    byId("pick-list").classList.toggle("is-old", isOld);
    byId("create", HTMLButtonElement).disabled = !fits;
  }

  #show() {
    this.#showTotals();
    if (this.#choice.ids.length > MOST_CABINETS)
      fill(
        byId("pick-list"),
        h(
          "p",
          { class: "unknowns" },
          `An order holds up to ${MOST_CABINETS} cabinets: choose fewer.`,
        ),
      );
    else if (!this.#preview)
      fill(
        byId("pick-list"),
        empty({
          icon: "list-checks",
          heading: "Nothing chosen",
          text: "Choose machines to see what to load. Press x on a row, or use the choices above.",
        }),
      );
    else
      fill(
        byId("pick-list"),
        waitingWords(this.#preview),
        unknownWords(this.#preview),
        estimateWords(this.#preview),
        pickList(this.#preview),
      );
  }
}

/** @param {string} label @param {number} value @param {boolean} [isOld] */
const fact = (label, value, isOld = false) =>
  h("div", null, h("dt", null, label), h("dd", { class: isOld ? "is-old" : null }, number(value)));

/** @param {Preview} preview */
function pickList({ pick_list, warnings }) {
  if (pick_list.length === 0)
    return h(
      "p",
      { class: "muted" },
      `${warnings.join(" ")} An order can be made all the same, for a count or a repair.`,
    );
  return byCategory(pick_list).map(([category, items]) => [
    h(
      "h3",
      null,
      category || "Without a category",
      h("span", null, number(items.reduce((sum, { quantity }) => sum + quantity, 0))),
    ),
    h(
      "ul",
      null,
      items.map((item) =>
        h(
          "li",
          null,
          h(
            "span",
            {
              "data-tip":
                item.estimated_units > 0
                  ? `${units(item.estimated_units)} of it by estimate`
                  : null,
            },
            mark(item.estimated_units > 0),
            number(item.quantity),
          ),
          h("span", { class: "truncate" }, item.name, endingMark(item.archived_at)),
          h("span", { class: "cases" }, casesOf(item)),
        ),
      ),
    ),
  ]);
}

/** What is loaded does not know of visits that other orders wait for. @param {Preview} preview */
function waitingWords({ in_open_orders: waiting }) {
  if (waiting.length === 0) return null;
  const words = waiting
    .slice(0, NAMED)
    .map(
      ({ asset, service_order_id, scheduled_on }) =>
        `${isolated(asset)} is in order ${service_order_id} ${ofDay(scheduled_on)}`,
    );
  const more = waiting.length > NAMED ? `, and ${number(waiting.length - NAMED)} more` : "";
  return h(
    "p",
    { class: "unknowns" },
    `${words.join(", ")}${more}, not visited yet: what is loaded does not know of ` +
      `${waiting.length === 1 ? "that visit" : "those visits"}.`,
  );
}

/** @param {Preview} preview */
function estimateWords({ cabinets }) {
  const items = cabinets.flatMap(({ items }) => items).filter(({ known_at }) => known_at !== null);
  if (items.length === 0) return null;
  const oldest = items.map(({ known_at }) => known_at).sort()[0] ?? null;
  return h(
    "p",
    { class: "muted small" },
    `≈ ${units(items.length, "slot")} by estimate: last known ` +
      `${oldest ? relative(oldest) : "long ago"}, less what sells since.`,
  );
}

/** @param {Preview} preview */
function unknownWords({ cabinets }) {
  const slots = cabinets.flatMap(({ unknown_slots }) => unknown_slots);
  if (slots.length === 0) return null;
  const most = slots.reduce((sum, { par_level }) => sum + par_level, 0);
  return h(
    "p",
    { class: "unknowns" },
    `${units(slots.length, "slot")} of unknown quantity not counted in: the driver counts ` +
      `${slots.length === 1 ? "it" : "them"} on site. At most ${units(most)} more.`,
  );
}
