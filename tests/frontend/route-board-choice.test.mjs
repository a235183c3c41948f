import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  Choice,
  free,
  MOST_CABINETS,
  offered,
} from "../../frontend/pages/orders/route-board-choice.js";

const machine = (device_id, ...cabinets) => ({
  device_id,
  cabinets: cabinets.map((id) => ({ id, open_service_order_id: null })),
});
const combo = machine(1, 11, 12);
const single = machine(2, 21);

/** As the table of the board: it keeps which rows are picked. */
const table = { picked: [] };
/** @type {Choice} */
let choice;
beforeEach(() => {
  table.picked = [];
  choice = new Choice(table);
});

test("a chosen machine is chosen with all its cabinets", () => {
  assert.equal(choice.fits, false);
  choice.add([combo, single]);
  assert.deepEqual(choice.ids, [11, 12, 21]);
  assert.equal(choice.stops, 2);
  assert.equal(choice.fits, true);
});

test("a cabinet that waits in an order is not offered, unless all of the machine do", () => {
  const [first, second] = combo.cabinets;
  const half = { ...combo, cabinets: [{ ...first, open_service_order_id: 5 }, second] };
  assert.deepEqual(
    free(half).map(({ id }) => id),
    [12],
  );
  assert.deepEqual(
    offered(half).map(({ id }) => id),
    [12],
  );
  const whole = { ...combo, cabinets: half.cabinets.slice(0, 1) };
  assert.deepEqual(
    offered(whole).map(({ id }) => id),
    [11],
  );
});

test("one cabinet of a machine is chosen, and its machine with it", () => {
  choice.toggle(combo, combo.cabinets[1]);
  assert.deepEqual(choice.ids, [12]);
  assert.equal(choice.has(combo, combo.cabinets[0]), false);
  choice.toggle(combo, combo.cabinets[0]);
  assert.deepEqual(choice.ids, [11, 12]);
});

test("a machine of which the last cabinet is left out is chosen no more", () => {
  choice.add([combo, single]);
  choice.toggle(combo, combo.cabinets[0]);
  choice.toggle(combo, combo.cabinets[1]);
  assert.deepEqual(table.picked, [single]);
  choice.leaveOut(21);
  assert.deepEqual(choice.ids, []);
});

test("a machine that was put aside is whole again when it is chosen next", () => {
  choice.add([combo]);
  choice.leaveOut(11);
  table.picked = [];
  choice.tidy([combo, single]);
  choice.add([combo]);
  assert.deepEqual(choice.ids, [11, 12]);
  choice.leaveOut(11);
  choice.tidy([combo]);
  assert.deepEqual(choice.ids, [12], "but not while it is chosen");
});

test("an order holds so many cabinets and no more", () => {
  choice.add(Array.from({ length: MOST_CABINETS + 1 }, (_, n) => machine(n, n)));
  assert.equal(choice.fits, false);
});
