/** What is shown again: of two answers on their way, the one asked for last stays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inTurn } from "../../frontend/words/in-turn.js";

/** A page whose answers come when the test says so. */
function page() {
  const seen = [];
  const waits = new Map();
  const show = inTurn(
    (name) =>
      new Promise((resolve, reject) => {
        waits.set(name, {
          answer: () => {
            seen.push(name);
            resolve();
          },
          fail: () => reject(new Error(name)),
        });
      }),
  );
  return { seen, show, asked: () => [...waits.keys()], of: (name) => waits.get(name) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("an older answer does not follow a newer one", async () => {
  const { seen, show, asked, of } = page();
  show("older");
  await soon();
  const newer = show("newer");
  await soon();
  assert.deepEqual(asked(), ["older"]);
  of("older").answer();
  await soon();
  of("newer").answer();
  await newer;
  assert.deepEqual(seen, ["older", "newer"]);
});

test("many calls meanwhile are one more run, with what was given last", async () => {
  const { seen, show, asked, of } = page();
  show("first");
  await soon();
  const all = [show("second"), show("third"), show("fourth")];
  of("first").answer();
  await soon();
  assert.deepEqual(asked(), ["first", "fourth"]);
  of("fourth").answer();
  await Promise.all(all);
  assert.deepEqual(seen, ["first", "fourth"]);
});

test("who asked hears of a failure, and the next run begins all the same", async () => {
  const { seen, show, of } = page();
  const failing = show("failing");
  await soon();
  const next = show("next");
  of("failing").fail();
  await assert.rejects(failing, /failing/);
  await soon();
  of("next").answer();
  await next;
  assert.deepEqual(seen, ["next"]);
});
