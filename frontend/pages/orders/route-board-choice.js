/**
 * What is chosen on the route board: machines by their rows, and the cabinets of these that are
 * left out.
 * @module
 */

/** @typedef {import("../../api.js").Schemas["BoardRow"]} Row */
/** @typedef {Row["cabinets"][number]} Cabinet */

/** An order holds no more. */
export const MOST_CABINETS = 200;

/** The cabinets of a machine that no open order holds. @param {Row} row */
export const free = (row) =>
  row.cabinets.filter(({ open_service_order_id }) => open_service_order_id === null);

/**
 * Those that can be chosen: where all wait in an order, another day can be planned beside it.
 * @param {Row} row
 */
export const offered = (row) => (free(row).length > 0 ? free(row) : row.cabinets);

export class Choice {
  /** @type {import("../../components/table/table.js").Table} */ #table;
  /** @type {Set<number>} */ #leftOut = new Set();

  /** @param {import("../../components/table/table.js").Table} table of machines */
  constructor(table) {
    this.#table = table;
  }

  /** @returns {{row: Row, cabinet: Cabinet}[]} */
  get cabinets() {
    return this.#machines.flatMap((row) =>
      offered(row)
        .filter(({ id }) => !this.#leftOut.has(id))
        .map((cabinet) => ({ row, cabinet })),
    );
  }

  /** @returns {number[]} */
  get ids() {
    return this.cabinets.map(({ cabinet }) => cabinet.id);
  }

  get stops() {
    return new Set(this.cabinets.map(({ row }) => row.device_id)).size;
  }

  /** Can an order be made of it? */
  get fits() {
    return this.ids.length > 0 && this.ids.length <= MOST_CABINETS;
  }

  /** @param {Row} row @param {Cabinet} cabinet */
  has(row, cabinet) {
    return (
      this.#machines.some(({ device_id }) => device_id === row.device_id) &&
      !this.#leftOut.has(cabinet.id)
    );
  }

  /** One cabinet on or off, its machine with it. @param {Row} row @param {Cabinet} cabinet */
  toggle(row, cabinet) {
    const others = this.#machines.filter(({ device_id }) => device_id !== row.device_id);
    if (this.has(row, cabinet)) this.#leftOut.add(cabinet.id);
    else {
      if (others.length === this.#machines.length)
        for (const { id } of offered(row)) this.#leftOut.add(id);
      this.#leftOut.delete(cabinet.id);
    }
    const isAny = offered(row).some(({ id }) => !this.#leftOut.has(id));
    this.#table.picked = isAny ? [...others, row] : others;
  }

  /** These, whole, and what was chosen before. @param {Row[]} rows */
  add(rows) {
    for (const row of rows) this.#takeBack(row);
    this.#table.picked = [...new Set([...this.#machines, ...rows])];
  }

  /** @param {number} cabinet_id */
  leaveOut(cabinet_id) {
    this.#leftOut.add(cabinet_id);
    this.#table.picked = this.#machines.filter((row) =>
      offered(row).some(({ id }) => !this.#leftOut.has(id)),
    );
  }

  /**
   * A machine that is no longer chosen is whole again when it is chosen next.
   * @param {Row[]} rows
   */
  tidy(rows) {
    const chosen = new Set(this.#machines.map(({ device_id }) => device_id));
    for (const row of rows) if (!chosen.has(row.device_id)) this.#takeBack(row);
  }

  /** @param {Row} row */
  #takeBack(row) {
    for (const { id } of row.cabinets) this.#leftOut.delete(id);
  }

  /** @returns {Row[]} */
  get #machines() {
    return this.#table.picked;
  }
}
