import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import {
  answerOf,
  answerWords,
  costWords,
  missingWords,
  stateWords,
  UNANSWERED,
} from "../../frontend/words/price-words.js";

beforeEach(() => configure({ locale: "en-US", currency: "USD" }));

const plain = (text) => text.replaceAll(/[\u2068\u2069]/g, "");
const answer = { username: "dora", outcome: "done", reason: null, notes: "" };
const said = (more, is_to_do = false) =>
  plain(stateWords({ answer: { ...answer, ...more }, is_to_do }));

test("a difference says what it costs a day, or what is taken too much", () => {
  assert.equal(costWords(50), "≈ $0.50 a day lost");
  assert.equal(costWords(-50), "≈ $0.50 a day too much taken");
  assert.equal(costWords(null), "");
  assert.equal(costWords(0), "");
});

test("a price in yen and in dinars has their decimals", () => {
  configure({ locale: "en-US", currency: "JPY", currency_decimals: 0 });
  assert.equal(costWords(50), "≈ ¥50 a day lost");
  configure({ locale: "en-US", currency: "KWD", currency_decimals: 3 });
  assert.match(costWords(50), /0\.050 a day lost/);
});

test("a task says what was said of it", () => {
  assert.equal(stateWords({ answer: null, is_to_do: true }), "At the next visit");
  assert.equal(said({}), "Set by dora: the next audit shows it");
  assert.equal(said({}, true), "Set by dora, and the audit since says otherwise");
  const not = { outcome: "not_done", reason: "no_code" };
  assert.equal(said(not, true), "Not set by dora: No code or key for it");
  assert.equal(said({ ...not, reason: "other", notes: "Dead" }, true), "Not set by dora: Dead");
});

test("a visit says what it did about prices", () => {
  const of = { selection: "10", label: "A1", price_cents: 175, reason: null, notes: "" };
  assert.equal(answerWords({ ...of, outcome: "done" }), "10 set to $1.75");
  const not = { ...of, selection: null, outcome: "not_done", reason: "no_time" };
  assert.equal(plain(answerWords(not)), "A1 not set to $1.75: No time left");
  assert.equal(
    plain(answerWords({ ...not, reason: null, notes: "Lost" })),
    "A1 not set to $1.75: Lost",
  );
});

test("a price that was not set needs a reason, another reason needs words", () => {
  const not = { outcome: "not_done", reason: "", notes: "" };
  assert.equal(missingWords(UNANSWERED), "");
  assert.equal(missingWords(not), "Say why the price was not set.");
  assert.equal(missingWords({ ...not, reason: "no_time" }), "");
  assert.match(missingWords({ ...not, reason: "other", notes: " " }), /in words/);
  assert.equal(missingWords({ ...not, reason: "other", notes: "Dead" }), "");
});

test("what was entered is sent as the API takes it, and nothing where nothing was", () => {
  const of = { slot_id: 7, price_cents: 175 };
  assert.equal(answerOf(of, UNANSWERED), null);
  const done = { outcome: "done", reason: "no_time", notes: "x" };
  assert.deepEqual(answerOf(of, done), { ...of, outcome: "done" });
  const not = { outcome: "not_done", reason: "no_time", notes: "x" };
  assert.deepEqual(answerOf(of, not), { ...of, outcome: "not_done", reason: "no_time" });
  assert.deepEqual(answerOf(of, { ...not, reason: "other", notes: " x " }), {
    ...of,
    outcome: "not_done",
    reason: "other",
    notes: "x",
  });
  assert.deepEqual(answerOf(of, { ...not, reason: "" }), { ...of, outcome: "not_done" });
});
