/**
 * The slots of a visit: which of them show, what is left to do, and the way from one to the next.
 * @module
 */
import { byId, h, isolated, number } from "../../page/page.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { codeOf } from "../../words/slots.js";
import { fillOf, isEntered, NOTHING, whatIsWrong } from "./fills.js";
import { SlotFill } from "./slot-fill.js";
import { PriceTask } from "./price-task.js";
import { answerOf, missingWords } from "../../words/price-words.js";

/** @typedef {import("./fills.js").Entry} Entry */
/** @typedef {import("./fills.js").Slot} Slot */
/** @typedef {import("../../words/price-words.js").PriceEntry} PriceEntry */
/** @typedef {import("../../words/order-words.js").Stop} Stop */

export class VisitSlots {
  /** In the order of the door. @type {SlotFill[]} */ cards;
  #onlyPlan = true;

  /**
   * @param {Slot[]} [slots]
   * @param {Partial<Pick<Stop, "items" | "price_differences">>} [stop] what is planned, and the
   *   prices that the machine asks otherwise
   * @param {{entries?: Record<string, Entry>, prices?: Record<string, PriceEntry>}} [draft] what was
   *   entered before, by the ids of slots
   */
  constructor(slots = [], stop = {}, draft = {}) {
    const { items = [], price_differences: differences = [] } = stop;
    const { entries = {}, prices = {} } = draft;
    this.cards = slots
      .filter(({ product_id }) => product_id !== null)
      .map((slot) => cardOf(slot, items, entries[slot.id] ?? NOTHING));
    for (const each of differences.filter(({ is_to_do }) => is_to_do)) {
      const card = this.cards.find(({ holds }) => holds.id === each.slot_id);
      if (card) card.price = new PriceTask(each, prices[each.slot_id]);
    }
  }

  get hasPlan() {
    return this.cards.some(isInPlan);
  }

  /** The slots that still need an entry. */
  get left() {
    return this.cards.filter(({ isLeft }) => isLeft);
  }

  get entered() {
    return this.cards.filter(({ entry }) => isEntered(entry));
  }

  /** What was entered, as the API takes it. */
  get fills() {
    return this.cards.flatMap(({ holds, entry }) => fillOf(holds, entry) ?? []);
  }

  /** The prices to set. */
  get prices() {
    return this.cards.flatMap(({ price }) => price ?? []);
  }

  /** What was said of prices, as the API takes it. */
  get answers() {
    return this.prices.flatMap((task) => answerOf(task.of, task.entry) ?? []);
  }

  /** Units loaded. */
  get loaded() {
    return this.cards.reduce((sum, { entry }) => sum + (entry.added ?? 0), 0);
  }

  /** The slots of the plan, or all of them. @param {boolean} onlyPlan what shows at first */
  tabs(onlyPlan) {
    const tabs = /** @type {Tabs} */ (
      h(
        "cvd-tabs",
        { label: "Slots", value: onlyPlan ? "plan" : "all" },
        h("button", { value: "plan", id: "to-do" }, "To do"),
        h("button", { value: "all" }, `All slots ${number(this.cards.length)}`),
      )
    );
    tabs.addEventListener("tab", () => {
      this.#onlyPlan = tabs.value === "plan";
      this.show();
    });
    this.#onlyPlan = onlyPlan;
    return tabs;
  }

  shelves() {
    return [...new Set(this.cards.map(({ holds }) => holds.row))].map((row) =>
      h(
        "section",
        { class: "shelf" },
        h("h2", null, `Shelf ${number(row)}`),
        this.cards.filter(({ holds }) => holds.row === row),
      ),
    );
  }

  /** Shows the slots that the tab asks for, and the shelves that have any. */
  show() {
    for (const card of this.cards) card.hidden = this.#onlyPlan && !isInPlan(card);
    for (const shelf of document.querySelectorAll(".shelf")) {
      /** @type {HTMLElement} */ (shelf).hidden = !shelf.querySelector(
        "cvd-slot-fill:not([hidden])",
      );
    }
  }

  goToNextLeft() {
    const [next] = this.left;
    if (!next) return;
    next.scrollIntoView({ block: "center", behavior: "smooth" });
    /** @type {HTMLElement | null} */ (next.querySelector("button:not([hidden])"))?.focus({
      preventScroll: true,
    });
  }

  /** The next slot that shows. @param {HTMLElement} within the slot it follows */
  after(within) {
    const shown = this.cards.filter((card) => !card.hidden);
    return shown[shown.findIndex((card) => card.contains(within)) + 1];
  }

  /** Says what is wrong with the first entry that is impossible; false where none is. */
  demandFirst() {
    for (const card of this.cards) {
      const wrong = whatIsWrong(card.holds, card.entry);
      const isPriceLeft = card.price !== null && missingWords(card.price.entry) !== "";
      if (!wrong && !isPriceLeft) continue;
      if (wrong) card.demand(wrong.message, wrong.name, wrong.mayConfirm);
      else card.price?.demand();
      return true;
    }
    return false;
  }

  /**
   * Says each refusal at its slot.
   * @param {import("../../api.js").ApiError["errors"]} errors
   * @param {import("./visit-drafts.js").Body} sent
   */
  demandEach(errors, { fills, price_answers = [] }) {
    // Backwards, so that the driver ends at the first one.
    for (const { pointer, message, may_confirm } of errors.toReversed()) {
      const [, list, index, name = "added"] = pointer.split("/");
      const id = (list === "fills" ? fills : price_answers)[Number(index)]?.slot_id;
      const card = this.cards.find(({ holds }) => holds.id === id);
      if (list === "fills") card?.demand(message, name, may_confirm);
      else card?.price?.demand(message);
    }
  }

  /**
   * What slots are called, by their ids.
   * @param {Stop["items"]} items what is planned, of slots that do not show as well
   */
  codes(items) {
    return new Map(
      /** @type {[number, string][]} */ ([
        ...items.map((item) => [item.slot_id, codeOf(item)]),
        ...this.cards.map(({ holds }) => [holds.id, codeOf(holds)]),
      ]),
    );
  }
}

/**
 * A slot to fill; one that holds another product than was planned says so.
 * @param {Slot} slot
 * @param {Stop["items"]} items
 * @param {Entry} entry
 */
function cardOf(slot, items, entry) {
  const item = items.find(({ slot_id }) => slot_id === slot.id);
  const isOther = item !== undefined && item.product_id !== slot.product_id;
  const both =
    isOther && `${isolated(slot.product_name ?? "")} (planned: ${isolated(item.product_name)})`;
  return new SlotFill(
    both ? { ...slot, product_name: both } : slot,
    isOther ? 0 : (item?.quantity ?? 0),
    entry,
  );
}

/**
 * Is the slot to do? Something is planned or entered, nobody knows what is in it, or its price is to
 * be set.
 * @param {SlotFill} card
 */
const isInPlan = (card) =>
  card.planned > 0 || card.holds.quantity === null || card.price !== null || isEntered(card.entry);

/**
 * Enter goes to the same figure of the next slot, for somebody who types a visit in.
 * @param {VisitSlots} slots
 * @param {KeyboardEvent} event
 */
export function toNextSlot(slots, event) {
  const input = event.target;
  if (event.key !== "Enter" || !(input instanceof HTMLInputElement) || input.type !== "number")
    return;
  event.preventDefault();
  const next = slots.after(input);
  if (next) next.focusAdded();
  else byId("finish").focus();
}
