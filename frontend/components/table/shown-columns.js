/**
 * The columns that a table shows: those that somebody chose, and all of them on a phone, whose
 * cards have a place for each.
 * @module
 */
import { chosenOf } from "../../words/column-choice.js";

const PHONE = matchMedia("(max-width: 640px)");

/** @typedef {import("./columns.js").Column} Column */

export class ShownColumns {
  /** All that there are. @type {Column[]} */ all = [];
  /** Names of those that are chosen; null without a choice. @type {string[] | null} */ names =
    null;
  /** @type {() => void} */ #changed;
  #onSize = () => this.#changed();

  /** @param {() => void} changed other columns are shown */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Hears when the window becomes one of a phone. */
  hear() {
    PHONE.addEventListener("change", this.#onSize);
  }

  rest() {
    PHONE.removeEventListener("change", this.#onSize);
  }

  get shown() {
    return PHONE.matches ? this.all : chosenOf(this.all, this.names);
  }
}
