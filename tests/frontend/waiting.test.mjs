import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ApiError, api } from "../../frontend/api.js";

const SENTENCE = "You ask more often than CVD answers one person: wait 2 seconds, then try again.";
/** What the server answers, one after the other. @type {(() => Response)[]} */
let answers = [];
/** @type {string[]} */
let asked = [];
/** @type {number[]} */
let waits = [];

const tooOften = (seconds) => () =>
  new Response(JSON.stringify({ title: "Too many", detail: SENTENCE, status: 429 }), {
    status: 429,
    headers: { "Content-Type": "application/problem+json", "Retry-After": String(seconds) },
  });
const well = () =>
  new Response('{"items":[]}', { headers: { "Content-Type": "application/json" } });

beforeEach(() => {
  [answers, asked, waits] = [[], [], []];
  mock.method(globalThis, "fetch", async (_url, { method }) => {
    asked.push(method);
    return answers.shift()();
  });
  mock.method(globalThis, "setTimeout", (run, ms) => {
    waits.push(ms);
    if (ms >= 2000) queueMicrotask(run);
    return 0;
  });
});

afterEach(() => mock.restoreAll());

test("what reads is asked once more after the wait that the server asks for", async () => {
  answers = [tooOften(2), well];
  assert.deepEqual(await api.product_service.list_products({}), { items: [] });
  assert.deepEqual(asked, ["GET", "GET"]);
  assert.ok(waits.includes(2000));
});

test("a second refusal is told, with its sentence", async () => {
  answers = [tooOften(2), tooOften(2), well];
  await assert.rejects(
    api.product_service.list_products({}),
    (error) => error instanceof ApiError && error.status === 429 && error.message === SENTENCE,
  );
  assert.equal(asked.length, 2);
});

test("a long wait is told rather than waited for", async () => {
  answers = [tooOften(60), well];
  await assert.rejects(api.product_service.list_products({}), { status: 429 });
  assert.deepEqual(asked, ["GET"]);
});

test("what writes is not sent again by itself", async () => {
  answers = [tooOften(2), well];
  await assert.rejects(api.product_service.create_product({ name: "Cola", price_cents: 150 }), {
    status: 429,
  });
  assert.deepEqual(asked, ["POST"]);
});
