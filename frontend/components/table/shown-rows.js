/**
 * The rows of a table that are in the document. Two empty rows are as high as all the others.
 * @module
 */
import { h } from "../../page/dom.js";

export class ShownRows {
  /** @type {Map<number, HTMLTableRowElement>} */ #shown = new Map();
  #above = spacer();
  #below = spacer();
  body = h("tbody", { role: "rowgroup" }, this.#above, this.#below);

  /** @param {number} index */
  at(index) {
    return this.#shown.get(index);
  }

  [Symbol.iterator]() {
    return this.#shown[Symbol.iterator]();
  }

  clear() {
    for (const tr of this.#shown.values()) tr.remove();
    this.#shown.clear();
  }

  /**
   * @param {{first: number, last: number}} window from the first row to before the last
   * @param {{rows: number, rowHeight: number}} all
   * @param {(index: number) => HTMLTableRowElement} make
   */
  show({ first, last }, { rows, rowHeight }, make) {
    for (const [index, tr] of this.#shown) {
      if (index >= first && index < last) continue;
      tr.remove();
      this.#shown.delete(index);
    }
    /** @type {Element} */ let after = this.#above;
    for (let index = first; index < last; index += 1) {
      let tr = this.#shown.get(index);
      if (!tr) {
        tr = make(index);
        this.#shown.set(index, tr);
        after.after(tr);
      }
      after = tr;
    }
    this.#above.style.height = `${first * rowHeight}px`;
    this.#below.style.height = `${(rows - last) * rowHeight}px`;
    this.#above.hidden = first === 0;
    this.#below.hidden = last >= rows;
  }
}

/**
 * A row without its cells yet.
 * @param {string} id
 * @param {number} index
 * @param {string} style
 * @param {boolean | null} picked null where rows cannot be selected
 */
export const rowOf = (id, index, style, picked) =>
  h("tr", {
    role: "row",
    id,
    class: style,
    "aria-rowindex": index + 2,
    "aria-selected": picked === null ? null : String(picked),
    dataset: { index: String(index) },
  });

/** Holds the place of rows that are not in the document. */
function spacer() {
  return h("tr", { class: "spacer", "aria-hidden": "true", hidden: true });
}
