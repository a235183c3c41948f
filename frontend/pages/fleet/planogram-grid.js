/**
 * The cabinet from the front: shelves of tiles, one of which can be focused and any number
 * selected. Knows nothing of saving.
 * Fires `pick` when the selection changed, `choose` on Enter, `empty` on Delete, `type` when
 * somebody begins to type a number.
 * @module
 */
import { fill, h, icon } from "../../page/dom.js";
import { money, number } from "../../words/format.js";
import { basisWords, isEstimate, mark } from "../../words/velocity.js";
import { stockOf } from "../../words/levels.js";
import { level } from "../../components/level/level.js";

/** @typedef {import("../../api.js").Schemas["Slot"]} Slot */
/** @typedef {import("./planogram-draft.js").Draft} Draft */
/** Rows and columns that the arrows go. @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** @typedef {"level" | "sales" | "price"} View */

export class Grid extends EventTarget {
  /** @type {Draft} */ #draft;
  /** @type {View} */ #view = "level";
  /** @type {Map<number, HTMLElement>} */ #tiles = new Map();
  /** @type {Set<number>} */ #picked = new Set();
  #focused = 0;
  element = h("div", { class: "cabinet", role: "grid", "aria-multiselectable": "true" });

  /** @param {Draft} draft @param {{rows: number, columns: number, label: string}} size */
  constructor(draft, { rows, columns, label }) {
    super();
    this.#draft = draft;
    this.element.ariaLabel = label;
    this.element.style.setProperty("--columns", String(columns));
    this.element.style.setProperty("--rows", String(rows));
    const slots = draft.slots;
    for (let row = 1; row <= rows; row += 1) {
      this.element.append(
        h(
          "div",
          { class: "shelf", role: "row" },
          slots.filter((slot) => slot.row === row).map((slot) => this.#tile(slot)),
        ),
      );
    }
    this.#focused = slots[0]?.id ?? 0;
    this.element.addEventListener("click", (event) => this.#onClick(event));
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focusin", (event) => {
      const id = idOf(event.target);
      if (id) this.#rove(id);
    });
    draft.addEventListener("change", () => this.draw());
    this.draw();
  }

  /** @returns {number[]} */
  get picked() {
    return [...this.#picked];
  }

  set picked(ids) {
    this.#picked = new Set(ids);
    this.draw();
    this.dispatchEvent(new Event("pick"));
  }

  /** What keys act on: the selected slots, else the focused one. @returns {number[]} */
  get chosen() {
    return this.#picked.size > 0 ? this.picked : this.#focused ? [this.#focused] : [];
  }

  /** @param {View} view */
  set view(view) {
    this.#view = view;
    this.element.dataset.view = view;
    this.draw();
  }

  focus() {
    this.#tiles.get(this.#focused)?.focus();
  }

  /** Brings a slot to where nothing covers it. @param {number} id */
  reveal(id) {
    this.#tiles.get(id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  draw() {
    const most = Math.max(
      0.01,
      ...this.#draft.slots.map(({ units_per_day }) => units_per_day ?? 0),
    );
    const wrong = new Set(this.#draft.mistakes.map(({ id }) => id));
    for (const slot of this.#draft.slots) {
      const tile = /** @type {HTMLElement} */ (this.#tiles.get(slot.id));
      const guesses = this.#draft.guessesOf(slot.id);
      const state = lookOf(slot);
      tile.className = `tile ${state.kind}`;
      tile.classList.toggle("is-ending", endWords(slot) !== "");
      tile.classList.toggle("is-changed", this.#draft.isChanged(slot.id));
      tile.classList.toggle("is-guess", guesses.length > 0);
      tile.classList.toggle("is-wrong", wrong.has(slot.id));
      tile.style.setProperty("--heat", `${Math.round(((slot.units_per_day ?? 0) / most) * 40)}%`);
      tile.tabIndex = slot.id === this.#focused ? 0 : -1;
      tile.ariaSelected = String(this.#picked.has(slot.id));
      fill(
        tile,
        h(
          "span",
          { class: "tile-top" },
          h("b", null, slot.selection ?? slot.label),
          this.#corner(slot),
        ),
        h("span", { class: "tile-name" }, endMark(slot), slot.product_name ?? "Empty"),
        h("span", { class: "tile-foot" }, this.#foot(slot)),
        h(
          "span",
          { class: "visually-hidden" },
          [
            state.words,
            endWords(slot),
            guesses.length > 0 ? "guessed from the audit" : "",
            this.#draft.isChanged(slot.id) ? "not saved" : "",
          ]
            .filter(Boolean)
            .join(", "),
        ),
      );
    }
  }

  // Private

  /** @param {Slot} slot */
  #tile({ id }) {
    const tile = h("div", { role: "gridcell", dataset: { id } });
    this.#tiles.set(id, tile);
    return tile;
  }

  /** @param {Slot} slot */
  #corner(slot) {
    if (slot.product_id === null || this.#view === "price") return null;
    const isLosing = this.#view === "level" && slot.lost_cents_per_day > 0;
    return isLosing
      ? h(
          "span",
          { class: "tile-price is-lost", "data-tip": "Lost a day while it is sold out" },
          `−${money(slot.lost_cents_per_day)}/d`,
        )
      : h("span", { class: "tile-price" }, money(slot.price_cents));
  }

  /** @param {Slot} slot */
  #foot(slot) {
    if (slot.product_id === null) return null;
    if (this.#view === "sales") return sales(slot);
    if (this.#view === "price") return prices(slot);
    const stock = stockOf(slot);
    return [
      level(slot),
      h(
        "span",
        { "aria-hidden": "true" },
        stock === null ? "?" : mark(slot.estimated_quantity !== null) + number(stock),
        h("span", { class: "muted" }, `/${number(slot.capacity)}`),
      ),
    ];
  }

  /** @param {Event} event */
  #onClick(event) {
    const id = idOf(event.target);
    if (!id || !(event instanceof MouseEvent)) return;
    const toggles = event.ctrlKey || event.metaKey;
    const between = event.shiftKey ? this.#block(this.#focused, id) : [id];
    this.#rove(id);
    if (toggles) this.#toggle(id);
    else
      this.picked = event.shiftKey
        ? between
        : this.#picked.size === 1 && this.#picked.has(id)
          ? []
          : [id];
    this.focus();
  }

  /** @param {KeyboardEvent} event */
  #pickAll(event) {
    event.preventDefault();
    this.picked = this.#draft.slots.map((slot) => slot.id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const id = idOf(event.target);
    if (!id || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "a") this.#pickAll(event);
      return;
    }
    const step = STEPS[event.key];
    const run = this.#commandOf(event.key, id);
    if (step) this.#move(id, step, event);
    else if (event.key === "Home" || event.key === "End") this.#edge(id, event);
    else if (run) this.#consume(event, run);
    else if (/^[0-9]$/.test(event.key)) {
      // The digit itself goes where the cursor then is.
      event.stopPropagation();
      this.dispatchEvent(new Event("type"));
    }
  }

  /** What a key does in a slot. @param {string} key @param {number} id */
  #commandOf(key, id) {
    if (key === " ") return () => this.#toggle(id);
    if (key === "Enter") return () => this.dispatchEvent(new Event("choose"));
    if (key === "Delete" || key === "Backspace")
      return () => this.dispatchEvent(new Event("empty"));
    if (key !== "Escape" || this.#picked.size === 0) return null;
    return () => {
      this.picked = [];
    };
  }

  /** @param {KeyboardEvent} event @param {() => void} run */
  #consume(event, run) {
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  /** @param {number} id @param {[number, number]} step @param {KeyboardEvent} event */
  #move(id, [down, right], event) {
    event.preventDefault();
    const { row, column } = this.#draft.slot(id);
    const next = this.#at(row + down, column + right);
    if (!next) return;
    this.#rove(next);
    this.focus();
    if (event.shiftKey) this.picked = [...new Set([...this.#picked, id, next])];
  }

  /** @param {number} id @param {KeyboardEvent} event */
  #edge(id, event) {
    event.preventDefault();
    const { row } = this.#draft.slot(id);
    const shelf = this.#draft.slots.filter((slot) => slot.row === row);
    const next = event.key === "Home" ? shelf[0] : shelf.at(-1);
    if (next) this.#rove(next.id);
    this.focus();
  }

  /** @param {number} row @param {number} column */
  #at(row, column) {
    return this.#draft.slots.find((slot) => slot.row === row && slot.column === column)?.id;
  }

  /** The slots of the rectangle that two corners span. @param {number} a @param {number} b */
  #block(a, b) {
    const [one, other] = [this.#draft.slot(a), this.#draft.slot(b)];
    const within = (/** @type {"row" | "column"} */ key, /** @type {Slot} */ slot) =>
      slot[key] >= Math.min(one[key], other[key]) && slot[key] <= Math.max(one[key], other[key]);
    return this.#draft.slots
      .filter((slot) => within("row", slot) && within("column", slot))
      .map(({ id }) => id);
  }

  /** @param {number} id */
  #toggle(id) {
    this.picked = this.#picked.has(id)
      ? this.picked.filter((each) => each !== id)
      : [...this.#picked, id];
  }

  /** @param {number} id */
  #rove(id) {
    const before = this.#tiles.get(this.#focused);
    if (before) before.tabIndex = -1;
    this.#focused = id;
    const tile = this.#tiles.get(id);
    if (tile) tile.tabIndex = 0;
  }
}

/** @param {EventTarget | null} target */
export const idOf = (target) =>
  Number(
    (target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(".tile")) : null)
      ?.dataset.id,
  ) || 0;

/** How each state looks on a tile. @type {Record<import("../../words/levels.js").State, string>} */
const LOOKS = { unknown: "is-unknown", sold_out: "is-out", low: "is-low", ok: "" };

/** @param {Slot} slot */
function lookOf({ product_id, state, estimated_quantity, lost_cents_per_day: lost }) {
  if (product_id === null || state === null) return { kind: "is-empty", words: "" };
  const about = estimated_quantity === null ? "" : "probably ";
  const words =
    state === "sold_out"
      ? `${about}sold out${lost > 0 ? `, ${money(lost)} lost a day` : ""}`
      : state === "low"
        ? `${about}low`
        : "";
  return { kind: LOOKS[state], words };
}

/** @param {Slot} slot */
function sales({ units_per_day, units_per_day_basis: basis }) {
  return h(
    "span",
    { class: "sells", "data-tip": basisWords(basis) },
    units_per_day === null
      ? h("span", { class: "muted" }, "– a day")
      : [
          h("b", null, mark(isEstimate(basis)), number(units_per_day, 1)),
          h("span", { class: "muted" }, "a day"),
        ],
    h("span", { class: "visually-hidden" }, basisWords(basis)),
  );
}

/** What ends here, in words. @param {Slot} slot */
export const endWords = ({ product_archived_at, sells_out_at }) =>
  [product_archived_at && "archived", sells_out_at && "sells out, not refilled"]
    .filter(Boolean)
    .join(", ");

/** @param {Slot} slot */
function endMark(slot) {
  const words = endWords(slot);
  return (
    words &&
    h(
      "span",
      { class: "ending", "data-tip": words.charAt(0).toUpperCase() + words.slice(1) },
      icon(slot.sells_out_at ? "ban" : "archive"),
    )
  );
}

/** The slot's price, and which of the list's and the machine's it is not. @param {Slot} slot */
function prices({ price_cents, list_price_cents, machine_price_cents }) {
  const off = [
    machine_price_cents !== null &&
      machine_price_cents !== price_cents && ["machine", machine_price_cents],
    list_price_cents !== null && list_price_cents !== price_cents && ["list", list_price_cents],
  ].filter((each) => each !== false);
  const here = h("span", null, money(price_cents));
  if (off.length === 0)
    return machine_price_cents === null ? [here, h("span", { class: "muted" }, "no audit")] : here;
  const tip = off
    .map(([whose, cents]) =>
      whose === "machine"
        ? `the machine charges ${money(Number(cents))}`
        : `the product is listed at ${money(Number(cents))}`,
    )
    .join(", ");
  return h(
    "span",
    { class: "differs", "data-tip": `The slot is at ${money(price_cents)}, ${tip}` },
    h("span", null, `${money(price_cents)} slot`),
    off.map(([whose, cents]) => h("b", null, `≠ ${money(Number(cents))} ${whose}`)),
  );
}
