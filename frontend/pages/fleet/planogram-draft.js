/**
 * A planogram with changes that are not saved yet: what it would look like, undo and redo, what to
 * send, and what clashes with somebody else's save.
 * Fires `change`.
 * @module
 */
import { stateOf, stockOf } from "../../words/levels.js";

/** @typedef {import("../../api.js").Schemas["Planogram"]} Planogram */
/** @typedef {import("../../api.js").Schemas["Slot"]} Slot */
/** @typedef {import("../../api.js").Schemas["SlotChange"]} SlotChange */
/** @typedef {{id: number, name: string, price_cents: number}} Product */
/**
 * @typedef {Partial<Slot> & {sells_out?: boolean}} Edit `sells_out` is what is asked for,
 *   `sells_out_at` what it looks like
 */
/** @typedef {{edits: Map<number, Edit>, guesses: Map<number, string[]>}} State */
/**
 * @typedef {{id: number, label: string, fields: {field: Field, before: any, theirs: any, mine:
 *   any}[]}} Clash
 */

export const FIELDS = /** @type {const} */ ([
  "product_id",
  "selection",
  "capacity",
  "par_level",
  "price_cents",
  "quantity",
  "sells_out",
]);
/** @typedef {typeof FIELDS[number]} Field */
const SWAPPED = /** @type {const} */ ([
  "product_id",
  "product_name",
  "product_archived_at",
  "list_price_cents",
  "capacity",
  "par_level",
  "price_cents",
  "quantity",
]);
/** What a tile shows of its product, never sent. */
const SHOWN_WITH_PRODUCT = new Set(["product_name", "product_archived_at", "list_price_cents"]);
const USUAL_CAPACITY = 10;

/** Does the machine charge another price? @param {Slot} slot */
export const isOffMachine = ({ product_id, price_cents, machine_price_cents }) =>
  product_id !== null && machine_price_cents !== null && machine_price_cents !== price_cents;

export class Draft extends EventTarget {
  /** @type {Planogram} */ #base;
  /** @type {State} */ #now = { edits: new Map(), guesses: new Map() };
  /** @type {State[]} */ #past = [];
  /** @type {State[]} */ #future = [];

  /** @param {Planogram} planogram */
  constructor(planogram) {
    super();
    this.#base = planogram;
  }

  get version() {
    return this.#base.version;
  }

  get cabinetId() {
    return this.#base.cabinet_id;
  }

  /** As it would be once saved. @returns {Slot[]} */
  get slots() {
    return this.#base.slots.map((slot) => this.#edited(slot));
  }

  /** @param {number} id @returns {Slot} */
  slot(id) {
    return this.#edited(this.#saved(id));
  }

  /** @param {number} id */
  isChanged(id) {
    return this.#now.edits.has(id);
  }

  /** The fields of a slot that an audit only suggests. @param {number} id */
  guessesOf(id) {
    return this.#now.guesses.get(id) ?? [];
  }

  get changedCount() {
    return this.#now.edits.size;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Slots that cannot be saved as they are, in words.
   * @returns {{id: number, message: string}[]}
   */
  get mistakes() {
    return [...this.#now.edits.keys()]
      .map((id) => this.slot(id))
      .flatMap(({ id, label, par_level, capacity, quantity }) => {
        if (par_level > capacity)
          return [
            { id, message: `${label}: par ${par_level} is more than the ${capacity} that fit` },
          ];
        if (quantity !== null && quantity > capacity)
          return [
            {
              id,
              message: `${label}: ${quantity} are in the slot, ${capacity} fit. Set what is left`,
            },
          ];
        return [];
      });
  }

  // Changes

  /** @param {Map<number, Edit>} edits @param {Map<number, string[]>} [guesses] */
  change(edits, guesses = new Map()) {
    /** @type {State} */
    const next = { edits: new Map(this.#now.edits), guesses: new Map(this.#now.guesses) };
    for (const [id, edit] of edits) {
      const kept = this.#differing(id, { ...next.edits.get(id), ...edit });
      if (kept) next.edits.set(id, kept);
      else next.edits.delete(id);
      if (guesses.get(id)?.length && kept) next.guesses.set(id, guesses.get(id) ?? []);
      else next.guesses.delete(id);
    }
    this.#past.push(this.#now);
    this.#future = [];
    this.#become(next);
  }

  /** @param {number[]} ids @param {Edit} edit */
  set(ids, edit) {
    this.change(new Map(ids.map((id) => [id, edit])));
  }

  /**
   * Puts a product into slots; what is in them is then unknown until somebody counts.
   * @param {number[]} ids
   * @param {Product} product
   */
  place(ids, product) {
    const usual = this.#usualCapacity();
    this.change(
      new Map(
        ids
          .filter((id) => this.slot(id).product_id !== product.id)
          .map((id) => [
            id,
            {
              product_id: product.id,
              product_name: product.name,
              product_archived_at: null,
              list_price_cents: product.price_cents,
              sells_out_at: null,
              price_cents: product.price_cents,
              quantity: null,
              ...(this.slot(id).capacity === 0 ? { capacity: usual, par_level: usual } : {}),
            },
          ]),
      ),
    );
  }

  /** @param {number[]} ids */
  empty(ids) {
    this.set(ids, {
      product_id: null,
      product_name: null,
      product_archived_at: null,
      list_price_cents: null,
      sells_out_at: null,
      quantity: null,
    });
  }

  /**
   * Sells out what is in these slots, or refills them again.
   * @param {number[]} ids
   * @param {boolean} sells_out
   */
  sellOut(ids, sells_out) {
    const now = new Date().toISOString().replace(/\.\d+/, "");
    this.change(
      new Map(
        ids
          .filter((id) => this.slot(id).product_id !== null)
          .map((id) => [
            id,
            { sells_out, sells_out_at: sells_out ? (this.#saved(id).sells_out_at ?? now) : null },
          ]),
      ),
    );
  }

  /**
   * Takes what the machine charges as the price, where it is another one.
   * @param {number[]} ids
   * @returns {number} of how many slots
   */
  takeMachinePrices(ids) {
    const off = ids.map((id) => this.slot(id)).filter(isOffMachine);
    this.change(
      new Map(off.map(({ id, machine_price_cents }) => [id, { price_cents: machine_price_cents }])),
    );
    return off.length;
  }

  /**
   * Exchanges what two slots hold; each keeps its selection.
   * @param {number} a
   * @param {number} b
   */
  swap(a, b) {
    if (a === b) return;
    const [one, other] = [this.slot(a), this.slot(b)];
    this.change(
      new Map([
        [a, taken(other)],
        [b, taken(one)],
      ]),
    );
  }

  undo() {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.#now);
    this.#become(before);
  }

  redo() {
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.#now);
    this.#become(after);
  }

  /**
   * Takes what the server answered as the new ground, without any change.
   * @param {Planogram} planogram
   */
  reset(planogram = this.#base) {
    this.#base = planogram;
    this.#past = [];
    this.#future = [];
    this.#become({ edits: new Map(), guesses: new Map() });
  }

  // Saving

  /** What to send. @returns {SlotChange[]} */
  request() {
    return [...this.#now.edits].flatMap(([id, edit]) => {
      const named = FIELDS.filter((field) =>
        field === "quantity"
          ? edit.quantity !== undefined &&
            edit.quantity !== null &&
            this.slot(id).product_id !== null
          : field in edit,
      );
      return named.length === 0
        ? []
        : [
            /** @type {SlotChange} */ ({
              id,
              ...Object.fromEntries(named.map((field) => [field, edit[field]])),
            }),
          ];
    });
  }

  /**
   * Where somebody else's save and these changes set the same field to different values.
   * @param {Planogram} theirs
   * @returns {Clash[]}
   */
  clashes(theirs) {
    const now = new Map(theirs.slots.map((slot) => [slot.id, slot]));
    return [...this.#now.edits].flatMap(([id, edit]) => {
      const before = this.#saved(id);
      const other = now.get(id);
      if (!other) return [];
      const fields = FIELDS.filter(
        (field) =>
          field in edit &&
          field !== "quantity" &&
          told(other, field) !== told(before, field) &&
          told(other, field) !== told({ ...before, ...edit }, field),
      ).map((field) => ({
        field,
        before: worth(before, field),
        theirs: worth(other, field),
        mine: worth({ ...before, ...edit }, field),
      }));
      return fields.length === 0 ? [] : [{ id, label: other.label, fields }];
    });
  }

  /**
   * Goes on from somebody else's save: these changes stay, but for the slots where theirs is taken.
   * @param {Planogram} theirs
   * @param {Set<number>} [takeTheirs]
   */
  rebase(theirs, takeTheirs = new Set()) {
    const edits = this.#now.edits;
    const guesses = this.#now.guesses;
    this.#base = theirs;
    this.#past = [];
    this.#future = [];
    /** @type {Map<number, Edit>} */
    const kept = new Map();
    for (const [id, edit] of edits) {
      const still = takeTheirs.has(id) ? null : this.#differing(id, edit);
      if (still) kept.set(id, still);
    }
    this.#become({ edits: kept, guesses: new Map([...guesses].filter(([id]) => kept.has(id))) });
  }

  // Private

  /** @param {State} state */
  #become(state) {
    this.#now = state;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} id @returns {Slot} */
  #saved(id) {
    const found = this.#base.slots.find((slot) => slot.id === id);
    if (!found) throw new Error(`The cabinet has no slot ${id}.`);
    return found;
  }

  /** @param {Slot} slot @returns {Slot} */
  #edited(slot) {
    const edit = this.#now.edits.get(slot.id);
    if (!edit) return slot;
    // What it sold a day belongs to the product that was there.
    const edited = {
      ...slot,
      ...edit,
      ...(edit.product_id === undefined ? {} : { units_per_day: null, units_per_day_basis: null }),
    };
    // A count ends the estimate.
    if (edit.quantity !== undefined) edited.estimated_quantity = null;
    const state =
      edited.product_id === null ? null : stateOf({ ...edited, quantity: stockOf(edited) });
    return {
      ...edited,
      state,
      lost_cents_per_day: state === "sold_out" ? edited.lost_cents_per_day : 0,
    };
  }

  /**
   * What of an edit differs from what is saved; a count counts also when it confirms the books.
   * @param {number} id
   * @param {Edit} edit
   * @returns {Edit | null}
   */
  #differing(id, edit) {
    const saved = this.#saved(id);
    const sameProduct = edit.product_id === undefined || edit.product_id === saved.product_id;
    const kept = Object.entries(edit).filter(([field, value]) => {
      if (field === "quantity") return value !== null || !sameProduct;
      if (SHOWN_WITH_PRODUCT.has(field)) return !sameProduct;
      if (field === "sells_out") return value !== (saved.sells_out_at !== null);
      if (field === "sells_out_at") return (value === null) !== (saved.sells_out_at === null);
      return value !== saved[/** @type {keyof Slot} */ (field)];
    });
    return kept.length === 0 ? null : Object.fromEntries(kept);
  }

  /** What most slots here hold, for a slot that was never set up. */
  #usualCapacity() {
    /** @type {Map<number, number>} */
    const seen = new Map();
    for (const { capacity, product_id } of this.#base.slots)
      if (product_id !== null && capacity > 0) seen.set(capacity, (seen.get(capacity) ?? 0) + 1);
    return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0] ?? USUAL_CAPACITY;
  }
}

/** What one slot hands over in a swap. @param {Slot} slot @returns {Edit} */
function taken(slot) {
  const edit = {
    ...Object.fromEntries(SWAPPED.map((field) => [field, slot[field]])),
    sells_out_at: null,
  };
  return slot.product_id === null ? { ...edit, quantity: null } : edit;
}

/** A field as it is sent. @param {Slot} slot @param {Field} field */
const told = (slot, field) => (field === "sells_out" ? slot.sells_out_at !== null : slot[field]);

/** @param {Slot} slot @param {Field} field */
const worth = (slot, field) =>
  field === "product_id"
    ? slot.product_name
    : field === "sells_out"
      ? slot.sells_out_at === null
        ? "refilled"
        : "sells out"
      : slot[field];
