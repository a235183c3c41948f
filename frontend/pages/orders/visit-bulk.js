/**
 * Entries for many slots at once, and taking them back.
 * @module
 */
import { fill, h, icon, units } from "../../page/page.js";
import { confirmed } from "../../components/dialog/dialog.js";
import { menu } from "../../components/menu/menu.js";
import { isEntered, NOTHING, proposed, toPar } from "./fills.js";

/** @typedef {import("./fills.js").Entry} Entry */
/** @typedef {import("./slot-fill.js").SlotFill} SlotFill */
/** @typedef {import("./visit-slots.js").VisitSlots} VisitSlots */

export class BulkEntry {
  /** @type {VisitSlots} */ #slots;
  /** @type {{entered: () => void, kept: () => void}} */ #told;
  /** @type {HTMLButtonElement[]} */ #buttons = [];
  /**
   * Takes back the last entries for many slots, until something else is entered.
   * @type {(() => void) | null}
   */
  #undo = null;

  /**
   * @param {VisitSlots} slots
   * @param {{entered: () => void, kept: () => void}} told `entered` hears of new entries, `kept` of
   *   entries that were taken back
   */
  constructor(slots, told) {
    this.#slots = slots;
    this.#told = told;
  }

  /** The buttons. @param {boolean} isPlanned there is an order that plans quantities */
  tools(isPlanned) {
    return h(
      "div",
      { class: "tools" },
      isPlanned &&
        this.#button("All as planned", ({ holds, entry, planned }) =>
          planned > 0 ? proposed(holds, { ...entry, counted: null }, planned) : null,
        ),
      this.#button("All to par", ({ holds, entry }) => toPar(holds, entry) || null),
      menu("More", [
        {
          label: "Clear all entries",
          icon: "rotate-ccw",
          danger: true,
          run: () => this.#clear(),
        },
      ]),
    );
  }

  /** Lets the entries stand: nothing is taken back any more. */
  letStand() {
    this.#undo = null;
    for (const button of this.#buttons) {
      button.ariaPressed = null;
      button.textContent = button.dataset.words ?? "";
    }
  }

  /**
   * Enters an amount for every slot without one; then the button takes it back.
   * @param {string} words
   * @param {(card: SlotFill) => number | null} amount
   */
  #button(words, amount) {
    const onclick = () => {
      if (this.#undo && button.ariaPressed === "true") this.#undo();
      else this.#enter(button, amount);
    };
    const button = h("button", { class: "button", type: "button", onclick }, words);
    button.dataset.words = words;
    this.#buttons.push(button);
    return button;
  }

  /** @param {HTMLButtonElement} button @param {(card: SlotFill) => number | null} amount */
  #enter(button, amount) {
    const changing = this.#slots.cards.filter(
      (card) => card.entry.added === null && amount(card) !== null,
    );
    const before = changing.map((card) => card.entry);
    for (const card of changing) card.entry = { ...card.entry, added: amount(card) };
    this.#told.entered();
    this.#slots.show();
    if (changing.length === 0) return;
    button.ariaPressed = "true";
    fill(button, icon("undo-2"), `Undo ${units(changing.length, "slot")}`);
    this.#undo = () => {
      this.letStand();
      this.#putBack(changing, before);
    };
  }

  async #clear() {
    const changing = this.#slots.cards.filter(({ entry }) => isEntered(entry));
    if (
      !(await confirmed({
        heading: "Clear all entries?",
        text: `What you entered for ${units(changing.length, "slot")} is gone then.`,
        action: "Clear",
      }))
    )
      return;
    this.letStand();
    this.#putBack(
      changing,
      changing.map(() => NOTHING),
    );
  }

  /** @param {SlotFill[]} some @param {Entry[]} before */
  #putBack(some, before) {
    for (const [index, card] of some.entries()) card.entry = before[index] ?? NOTHING;
    this.#told.kept();
  }
}
