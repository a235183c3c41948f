import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Draft, isOffMachine } from "../../frontend/pages/fleet/planogram-draft.js";

const COLA = { id: 1, name: "Cola", price_cents: 180 };
const JUICE = { id: 2, name: "Juice", price_cents: 250 };

const slot = (id, more = {}) => ({
  id,
  label: `A${id}`,
  selection: String(id),
  product_id: 1,
  product_name: "Cola",
  product_archived_at: null,
  list_price_cents: 180,
  sells_out_at: null,
  capacity: 12,
  par_level: 10,
  price_cents: 180,
  quantity: 6,
  estimated_quantity: null,
  machine_price_cents: null,
  units_per_day: 1,
  units_per_day_basis: "measured",
  lost_cents_per_day: 0,
  state: "ok",
  ...more,
});
const bare = { product_id: null, product_name: null, list_price_cents: null, quantity: null };
const planogram = (...slots) => ({ cabinet_id: 9, version: 3, slots });

/** @type {Draft} */
let draft;
beforeEach(() => {
  draft = new Draft(planogram(slot(1), slot(2, { ...bare, capacity: 0, par_level: 0 }), slot(3)));
});

describe("changes", () => {
  test("a change shows at once, is sent, and is told to who listens", () => {
    let told = 0;
    draft.addEventListener("change", () => told++);
    draft.set([1, 3], { price_cents: 200 });
    assert.deepEqual(
      draft.slots.map(({ price_cents }) => price_cents),
      [200, 180, 200],
    );
    assert.deepEqual(draft.request(), [
      { id: 1, price_cents: 200 },
      { id: 3, price_cents: 200 },
    ]);
    assert.equal(draft.changedCount, 2);
    assert.equal(draft.isChanged(2), false);
    assert.equal(told, 1);
    assert.deepEqual([draft.version, draft.cabinetId], [3, 9]);
  });

  test("what is changed back is no change", () => {
    draft.set([1], { price_cents: 200 });
    draft.set([1], { price_cents: 180 });
    assert.equal(draft.changedCount, 0);
    assert.deepEqual(draft.request(), []);
  });

  test("a product that is placed brings its price, and nobody knows how much of it is there", () => {
    draft.place([1, 2], JUICE);
    const [one, two] = draft.slots;
    assert.deepEqual(
      [one.product_name, one.price_cents, one.quantity, one.state],
      ["Juice", 250, null, "unknown"],
    );
    assert.deepEqual([one.units_per_day, one.capacity], [null, 12]);
    assert.deepEqual([two.capacity, two.par_level], [12, 12], "as most slots here hold");
    assert.deepEqual(draft.request()[0], { id: 1, product_id: 2, price_cents: 250 });
  });

  test("a product that is there already is not placed again", () => {
    draft.place([1], COLA);
    assert.equal(draft.changedCount, 0);
  });

  test("a slot that was never set up holds the usual where no other says", () => {
    const empty = new Draft(planogram(slot(1, { ...bare, capacity: 0, par_level: 0 })));
    empty.place([1], COLA);
    assert.equal(empty.slot(1).capacity, 10);
  });

  test("an emptied slot has no state", () => {
    draft.empty([1]);
    assert.deepEqual([draft.slot(1).product_id, draft.slot(1).state], [null, null]);
    assert.deepEqual(draft.request(), [{ id: 1, product_id: null }]);
  });

  test("a product sells out, and is refilled again", () => {
    draft.sellOut([1, 2], true);
    assert.deepEqual(draft.request(), [{ id: 1, sells_out: true }]);
    assert.match(draft.slot(1).sells_out_at, /^\d{4}-.*Z$/);
    draft.sellOut([1], false);
    assert.equal(draft.changedCount, 0);
    const old = new Draft(planogram(slot(1, { sells_out_at: "2026-01-01T00:00:00Z" })));
    old.sellOut([1], false);
    assert.deepEqual(old.request(), [{ id: 1, sells_out: false }]);
    old.sellOut([1], true);
    assert.equal(old.slot(1).sells_out_at, "2026-01-01T00:00:00Z");
  });

  test("what the machine charges is taken where it is another price", () => {
    const off = new Draft(planogram(slot(1, { machine_price_cents: 200 }), slot(2)));
    assert.equal(off.takeMachinePrices([1, 2]), 1);
    assert.deepEqual(off.request(), [{ id: 1, price_cents: 200 }]);
    assert.equal(isOffMachine(slot(1, { ...bare, machine_price_cents: 200 })), false);
  });

  test("two slots exchange what they hold, and keep their selections", () => {
    const two = new Draft(
      planogram(slot(1), slot(2, { product_id: 2, product_name: "Juice", quantity: 2 })),
    );
    two.swap(1, 2);
    assert.deepEqual(
      two.slots.map(({ product_name, quantity, selection }) => [product_name, quantity, selection]),
      [
        ["Juice", 2, "1"],
        ["Cola", 6, "2"],
      ],
    );
    two.swap(1, 1);
    assert.equal(two.canUndo, true);
    draft.swap(1, 2);
    assert.equal(draft.slot(1).product_id, null);
    assert.equal(draft.slot(2).product_name, "Cola");
  });

  test("a count ends an estimate, also when it confirms the books", () => {
    const old = new Draft(
      planogram(slot(1, { estimated_quantity: 0, state: "sold_out", lost_cents_per_day: 90 })),
    );
    old.set([1], { quantity: 6 });
    assert.deepEqual([old.slot(1).estimated_quantity, old.slot(1).state], [null, "ok"]);
    assert.equal(old.slot(1).lost_cents_per_day, 0);
    assert.deepEqual(old.request(), [{ id: 1, quantity: 6 }]);
    old.set([1], { quantity: 0 });
    assert.equal(old.slot(1).lost_cents_per_day, 90);
  });

  test("what cannot be saved is said, slot by slot", () => {
    draft.set([1], { par_level: 13 });
    draft.set([3], { quantity: 14 });
    assert.deepEqual(
      draft.mistakes.map(({ id, message }) => [id, message]),
      [
        [1, "A1: par 13 is more than the 12 that fit"],
        [3, "A3: 14 are in the slot, 12 fit. Set what is left"],
      ],
    );
    draft.set([1, 3], { par_level: 12, quantity: 12 });
    assert.deepEqual(draft.mistakes, []);
  });

  test("a guess is marked until somebody changes the slot", () => {
    draft.change(
      new Map([
        [1, { price_cents: 200 }],
        [3, {}],
      ]),
      new Map([
        [1, ["price_cents"]],
        [3, ["selection"]],
      ]),
    );
    assert.deepEqual(draft.guessesOf(1), ["price_cents"]);
    assert.deepEqual(draft.guessesOf(3), []);
    draft.set([1], { price_cents: 210 });
    assert.deepEqual(draft.guessesOf(1), []);
  });

  test("a slot that the cabinet has not is a mistake of the page", () => {
    assert.throws(() => draft.slot(77), /no slot 77/);
  });
});

describe("undo and redo", () => {
  test("steps are taken back and made again", () => {
    draft.undo();
    draft.redo();
    draft.set([1], { price_cents: 200 });
    draft.set([1], { price_cents: 210 });
    draft.undo();
    assert.equal(draft.slot(1).price_cents, 200);
    assert.deepEqual([draft.canUndo, draft.canRedo], [true, true]);
    draft.redo();
    assert.equal(draft.slot(1).price_cents, 210);
    draft.undo();
    draft.set([1], { price_cents: 190 });
    assert.equal(draft.canRedo, false);
  });

  test("a reset forgets all steps, on the old ground or on a new one", () => {
    draft.set([1], { price_cents: 200 });
    draft.reset();
    assert.deepEqual([draft.canUndo, draft.changedCount], [false, 0]);
    draft.reset({ ...planogram(slot(1)), version: 4 });
    assert.equal(draft.version, 4);
  });
});

describe("somebody else's save", () => {
  test("it clashes where both set the same field to different values", () => {
    draft.set([1], { price_cents: 200, capacity: 14, quantity: 5 });
    draft.sellOut([3], true);
    const theirs = planogram(slot(1, { price_cents: 210, capacity: 14 }), slot(3));
    assert.deepEqual(draft.clashes(theirs), [
      {
        id: 1,
        label: "A1",
        fields: [{ field: "price_cents", before: 180, theirs: 210, mine: 200 }],
      },
    ]);
    assert.deepEqual(draft.clashes(planogram()), []);
  });

  test("a clash is told in words where a number says nothing", () => {
    const old = new Draft(planogram(slot(1, { sells_out_at: "2026-01-01T00:00:00Z" })));
    old.place([1], JUICE);
    const other = slot(1, { product_id: 3, product_name: "Tea", sells_out_at: null });
    assert.deepEqual(old.clashes(planogram(other))[0].fields[0], {
      field: "product_id",
      before: "Cola",
      theirs: "Tea",
      mine: "Juice",
    });
    const [told] = sellingOut().clashes(planogram(slot(1, { sells_out_at: null })));
    assert.equal(told, undefined, "both refill it");
  });

  test("these changes stay on their ground, but for the slots where theirs is taken", () => {
    draft.change(
      new Map([
        [1, { price_cents: 200 }],
        [3, { price_cents: 300 }],
      ]),
      new Map([[1, ["price_cents"]]]),
    );
    const theirs = { ...planogram(slot(1), slot(2), slot(3, { price_cents: 310 })), version: 4 };
    draft.rebase(theirs, new Set([3]));
    assert.deepEqual(draft.request(), [{ id: 1, price_cents: 200 }]);
    assert.equal(draft.slot(3).price_cents, 310);
    assert.deepEqual(draft.guessesOf(1), ["price_cents"]);
    draft.rebase(planogram(slot(1, { price_cents: 200 }), slot(2), slot(3)));
    assert.equal(draft.changedCount, 0, "they saved the same");
  });

  function sellingOut() {
    const old = new Draft(planogram(slot(1, { sells_out_at: "2026-01-01T00:00:00Z" })));
    old.sellOut([1], false);
    return old;
  }
});
