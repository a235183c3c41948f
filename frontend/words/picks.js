/**
 * Which rows of a list are selected.
 * @module
 */

/** @template Row */
export class Picks {
  /** @type {Set<unknown>} */ #keys = new Set();
  #anchor = -1;
  /** All rows that match are selected, also those that are not loaded. */
  #isAll = false;

  /** What tells rows apart. @type {(row: Row) => unknown} */ keyOf;
  /** May a row be selected? @type {(row: Row) => boolean} */ mayPick;

  /**
   * @param {(row: Row) => unknown} keyOf tells rows apart
   * @param {(row: Row) => boolean} mayPick
   */
  constructor(keyOf, mayPick) {
    this.keyOf = keyOf;
    this.mayPick = mayPick;
  }

  /** Of the rows that are selected one by one. */
  get size() {
    return this.#keys.size;
  }

  get isAll() {
    return this.#isAll;
  }

  /** @param {Row} row */
  has(row) {
    return this.#isAll ? this.mayPick(row) : this.#keys.has(this.keyOf(row));
  }

  /** Those of the rows that are selected. @param {Row[]} rows */
  of(rows) {
    return rows.filter((row) => this.has(row));
  }

  /** Those of the rows that may be selected. @param {Row[]} rows */
  possible(rows) {
    return rows.filter((row) => this.mayPick(row));
  }

  /** Are all of the rows selected that may be? @param {Row[]} rows */
  hasAll(rows) {
    return this.size > 0 && this.size === this.possible(rows).length;
  }

  /** Selects these rows and no other. @param {Row[]} rows */
  choose(rows) {
    this.#isAll = false;
    this.#keys = new Set(this.possible(rows).map((row) => this.keyOf(row)));
  }

  /** Selects all rows that match; these are loaded. @param {Row[]} rows */
  chooseAll(rows) {
    this.choose(rows);
    this.#isAll = true;
  }

  clear() {
    this.#isAll = false;
    this.#keys.clear();
  }

  /** Forgets a row that is gone. @param {unknown} key */
  drop(key) {
    this.#keys.delete(key);
  }

  /**
   * Selects a row or lets it go; with `range`, all rows from the one before to this one.
   * @param {Row[]} rows
   * @param {number} index
   * @param {boolean} on
   * @param {boolean} range
   */
  pick(rows, index, on, range) {
    if (this.#isAll) this.choose(rows);
    const from = range && this.#anchor >= 0 ? this.#anchor : index;
    const within = rows.slice(Math.min(from, index), Math.max(from, index) + 1);
    for (const row of this.possible(within)) {
      if (on) this.#keys.add(this.keyOf(row));
      else this.#keys.delete(this.keyOf(row));
    }
    this.#anchor = index;
  }
}
