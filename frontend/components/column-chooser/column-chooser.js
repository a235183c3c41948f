import { fill, h, icon } from "../../page/dom.js";
import { isKept, moved, namesOf, offeredOf } from "../../words/column-choice.js";
import { openDialog } from "../dialog/dialog.js";

/** @typedef {import("../table/columns.js").Column} Column */
/** @typedef {{column: Column, shown: boolean}} Offered */
/**
 * @typedef {object} Choosing
 * @property {Column[]} columns all of the list
 * @property {string[] | null} names of those that are shown now; null: all
 * @property {(names: string[]) => void} choose
 */

const HINT =
  "What is ticked is shown, from left to right in this order. With the keyboard, Alt and an " +
  "arrow move a column.";

/**
 * A dialog in which columns are chosen and put in order; the table follows at once.
 * @param {Choosing} options
 */
export function openColumns(options) {
  openDialog({ heading: "Columns", content: new Choice(options).content });
}

/** What somebody chooses, while the dialog is open. */
class Choice {
  #named;
  #choose;
  /** @type {Offered[]} */ #offered;
  #list = h("ol", {
    class: "column-chooser",
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
  });
  #said = h("p", { class: "visually-hidden", role: "status" });

  /** @param {Choosing} options */
  constructor({ columns, names, choose }) {
    this.#named = columns.filter(({ name }) => name);
    this.#choose = choose;
    this.#offered = offeredOf(this.#named, names);
    this.#draw();
  }

  get content() {
    const reset = h(
      "button",
      { class: "button", type: "button", onclick: () => this.#reset() },
      "As the list has them",
    );
    const hint = h("p", { class: "muted small" }, HINT);
    return [hint, this.#list, this.#said, h("div", { class: "bar" }, reset)];
  }

  #draw() {
    const last = this.#offered.length - 1;
    const lines = this.#offered.map((each, index) =>
      line(each, {
        isFirst: index === 0,
        isLast: index === last,
        show: (shown) => this.#become(this.#offered.with(index, { ...each, shown })),
        move: (step) => this.#move(index, step),
      }),
    );
    fill(this.#list, lines);
  }

  /** @param {Offered[]} next */
  #become(next) {
    this.#offered = next;
    this.#draw();
    this.#choose(namesOf(next.filter(({ shown }) => shown).map(({ column }) => column)));
  }

  /** @param {number} index @param {number} step */
  #move(index, step) {
    const next = moved(this.#offered, index, step);
    if (next === this.#offered) return;
    this.#become(next);
    const label = next[index + step]?.column.label ?? "";
    this.#said.textContent = `${label} is now ${index + step + 1} of ${next.length}`;
  }

  #reset() {
    this.#become(offeredOf(this.#named, null));
    this.#said.textContent = "The columns are as the list has them";
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target instanceof Element ? event.target.closest("li") : null;
    if (!step || !event.altKey || !row) return;
    event.preventDefault();
    this.#move([...this.#list.children].indexOf(row), step);
  }
}

/**
 * @param {Offered} offered
 * @param {{isFirst: boolean, isLast: boolean, show: (shown: boolean) => void, move: (step: number)
 *   => void}} acts
 */
function line({ column, shown }, { isFirst, isLast, show, move }) {
  const { label, name } = column;
  const box = h("input", {
    type: "checkbox",
    name: `column-${name}`,
    checked: shown,
    disabled: isKept(column),
    onchange: () => show(box.checked),
  });
  const words = isKept(column) ? h("span", { class: "muted small" }, "always shown") : null;
  return h(
    "li",
    null,
    h("label", { class: "check" }, box, label, words),
    mover(`Move ${label} up`, `up-${name}`, "arrow-up", isFirst, () => move(-1)),
    mover(`Move ${label} down`, `down-${name}`, "arrow-down", isLast, () => move(1)),
  );
}

/**
 * @param {string} label @param {string} name @param {string} arrow @param {boolean} isAtEnd
 * @param {() => void} onclick
 */
const mover = (label, name, arrow, isAtEnd, onclick) =>
  h(
    "button",
    {
      class: "button plain square",
      type: "button",
      name,
      "aria-label": label,
      "aria-disabled": isAtEnd ? "true" : null,
      onclick,
    },
    icon(arrow),
  );
