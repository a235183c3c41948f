/**
 * What happens to the next slots that are chosen: a swap with one of them, or a product for each.
 * @module
 */
import { byId, h, isolated } from "../../page/page.js";
import { codeOf } from "../../words/slots.js";
import { say } from "./planogram-notice.js";

/** @typedef {import("./planogram-draft.js").Draft} Draft */
/** @typedef {import("./planogram-draft.js").Product} Product */
/** @typedef {import("./planogram-grid.js").Grid} Grid */

export class Mode {
  /** @type {Draft} */ #draft;
  /** @type {Grid} */ #grid;
  /** The slot that waits for the other one of a swap. @type {number | null} */ #swapping = null;
  /** The product that the next slots get. @type {Product | null} */ #placing = null;

  /** @param {Draft} draft @param {Grid} grid */
  constructor(draft, grid) {
    this.#draft = draft;
    this.#grid = grid;
  }

  get isOn() {
    return this.#swapping !== null || this.#placing !== null;
  }

  /**
   * Swaps the chosen slots or fills them; false where nothing was begun.
   * @param {number[]} ids
   */
  take(ids) {
    if (this.#placing) this.#placeInto(ids);
    else if (this.#swapping !== null && ids[0] !== this.#swapping) this.#endSwap(ids[0]);
    else return false;
    return true;
  }

  stop() {
    this.#swapping = null;
    this.#placing = null;
    say("");
  }

  startSwap() {
    const [id] = this.#grid.chosen;
    if (!id || this.#grid.chosen.length !== 1) return;
    this.#placing = null;
    this.#swapping = id;
    byId("side").classList.remove("is-open");
    say(
      `Choose the slot to swap with ${codeOf(this.#draft.slot(id))}. Escape leaves things as they are.`,
    );
    this.#grid.focus();
  }

  /** @param {number | undefined} id */
  #endSwap(id) {
    const from = this.#swapping;
    if (from === null || id === undefined || id === from) return;
    this.stop();
    this.#draft.swap(from, id);
    this.#grid.picked = [id];
    this.#grid.focus();
  }

  /** The next slots that are chosen get this product. @param {Product} product */
  startPlacing(product) {
    this.#swapping = null;
    this.#placing = product;
    byId("side").classList.remove("is-open");
    say(
      `Choose the slots for ${isolated(product.name)}. Escape ends it.`,
      "",
      h("button", { class: "button", type: "button", onclick: () => this.stop() }, "Done"),
    );
    this.#grid.focus();
  }

  /** @param {number[]} ids */
  #placeInto(ids) {
    if (!this.#placing) return;
    this.#draft.place(ids, this.#placing);
    if (this.#grid.picked.length > 0) this.#grid.picked = [];
  }
}
