import assert from "node:assert/strict";
import { test } from "node:test";
import { Pages } from "../../frontend/words/pages.js";

/** Pages of two rows; remembers what was asked for. @param {number} count of pages */
function source(count) {
  const asked = [];
  const ask = async ({ cursor, counted, limit }) => {
    asked.push({ cursor, counted, limit });
    const at = Number(cursor ?? 0);
    return { items: [at * 2, at * 2 + 1], next_cursor: at + 1 < count ? String(at + 1) : null };
  };
  return { ask, asked };
}
const fails = (error) => assert.fail(error);

test("a page is loaded, counted with the first one only", async () => {
  const { ask, asked } = source(2);
  const pages = Object.assign(new Pages(), { source: ask });
  const taken = [];
  const took = ({ items }) => taken.push(...items);
  assert.equal(await pages.load({ limit: 2 }, took, fails), true);
  assert.equal(pages.cursor, "1");
  await pages.load({ limit: 2, cursor: pages.cursor }, took, fails);
  assert.equal(pages.cursor, null);
  assert.deepEqual(taken, [0, 1, 2, 3]);
  assert.deepEqual(asked, [
    { cursor: undefined, counted: true, limit: 2 },
    { cursor: "1", counted: undefined, limit: 2 },
  ]);
});

test("as many pages as were there are loaded as one", async () => {
  const pages = Object.assign(new Pages(), { source: source(4).ask });
  let rows = [];
  await pages.load(
    { limit: 2, least: 5 },
    ({ items }) => {
      rows = items;
    },
    fails,
  );
  assert.deepEqual(rows, [0, 1, 2, 3, 4, 5]);
  assert.equal(pages.cursor, "3");
});

test("a later load takes the place of an earlier one, whose rows are not taken", async () => {
  const { ask } = source(1);
  const taken = [];
  const pages = Object.assign(new Pages(), { source: ask });
  const first = pages.load({ limit: 2 }, () => taken.push("first"), fails);
  const second = pages.load({ limit: 2 }, () => taken.push("second"), fails);
  assert.equal(pages.isLoading, true);
  assert.deepEqual(await Promise.all([first, second]), [false, true]);
  assert.deepEqual(taken, ["second"]);
  assert.equal(pages.isLoading, false);
});

test("a failure is told, unless the load was stopped", async () => {
  const told = [];
  const refuse = async () => {
    throw new Error("no");
  };
  const pages = Object.assign(new Pages(), { source: refuse });
  assert.equal(await pages.load({ limit: 2 }, fails, ({ message }) => told.push(message)), true);
  const stopped = pages.load({ limit: 2 }, fails, fails);
  pages.stop();
  assert.equal(await stopped, false);
  assert.deepEqual(told, ["no"]);
});
