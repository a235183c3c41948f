// Webhooks in words.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  answerWords,
  durationWords,
  hostOf,
  isUnsent,
  leftWords,
  nameOf,
  readable,
  replayedWords,
  stateOf,
} from "../../frontend/words/webhook-words.js";

const delivery = (more = {}) =>
  /** @type {any} */ ({
    state: "waiting",
    attempts: 0,
    status: null,
    problem: null,
    duration_ms: null,
    ...more,
  });

test("a delivery that failed once and waits is said to be tried again", () => {
  assert.deepEqual(stateOf(delivery()), ["info", "Waiting"]);
  assert.deepEqual(stateOf(delivery({ attempts: 1 })), ["warn", "Tried again"]);
  assert.deepEqual(stateOf(delivery({ state: "delivered", attempts: 1 })), ["ok", "Delivered"]);
});

test("an answer is its status and how long it took, or what went wrong", () => {
  assert.equal(answerWords(delivery()), "");
  assert.equal(answerWords(delivery({ status: 204, duration_ms: 12 })), "204 in 12 ms");
  assert.equal(answerWords(delivery({ status: 204 })), "204 in 0 ms");
  assert.equal(
    answerWords(delivery({ status: 500, problem: "It answered 500." })),
    "It answered 500.",
  );
  assert.equal(durationWords(1500), "1.5 s");
});

test("a webhook without a description is called by its host", () => {
  assert.equal(nameOf({ description: "ERP", url: "https://erp.example/" }), "ERP");
  assert.equal(nameOf({ description: "", url: "https://erp.example:8443/a" }), "erp.example:8443");
  assert.equal(hostOf("no address"), "no address");
});

test("what is left is counted up to a thousand", () => {
  assert.equal(leftWords(/** @type {any} */ ({ waiting: 0, failed: 0 })), "");
  assert.equal(leftWords(/** @type {any} */ ({ waiting: 3, failed: 1 })), "3 waiting, 1 failed");
  assert.equal(
    leftWords(/** @type {any} */ ({ waiting: 1000, failed: 1000 })),
    "1,000 or more waiting, 1,000 or more failed",
  );
});

test("what was sent again is said, also when there is more and when there is nothing", () => {
  assert.equal(replayedWords({ count: 0, more: false }), "Nothing happened since then");
  assert.equal(replayedWords({ count: 1, more: false }), "1 delivery sent again");
  assert.match(replayedWords({ count: 10000, more: true }), /there are more, these are the oldest/);
});

test("a body is shown with lines, and one that is no JSON as it is", () => {
  assert.equal(readable('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(readable("no JSON"), "no JSON");
});

test("what has been due for minutes is sent by nobody", () => {
  const now = Date.parse("2026-01-31T08:10:00Z");
  const webhook = (/** @type {string} */ state, /** @type {string | null} */ next_at) =>
    /** @type {any} */ ({ state, next_at });
  assert.equal(isUnsent(webhook("active", "2026-01-31T08:00:00Z"), now), true);
  assert.equal(isUnsent(webhook("active", "2026-01-31T08:09:59Z"), now), false);
  assert.equal(isUnsent(webhook("active", null)), false);
  assert.equal(isUnsent(webhook("retrying", "2026-01-31T08:00:00Z"), now), false);
});
