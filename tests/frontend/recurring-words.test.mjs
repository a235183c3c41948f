import assert from "node:assert/strict";
import { test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import {
  aheadWords,
  dayKey,
  dayStateWords,
  machinesWords,
  rhythmWords,
  spanWords,
  weekdays,
} from "../../frontend/words/recurring-words.js";

configure({
  company: "A",
  currency: "EUR",
  currency_decimals: 2,
  time_zone: "UTC",
  locale: "en-GB",
});

test("a rhythm is said as people say it", () => {
  const words = (weekdays, every_weeks = 1) => rhythmWords({ weekdays, every_weeks });
  assert.equal(words("5"), "Every Fri");
  assert.equal(words("15"), "Every Mon and Fri");
  assert.equal(words("135", 2), "Every 2 weeks on Mon, Wed and Fri");
  assert.equal(words("12345"), "Every working day");
  assert.equal(words("1234567"), "Every day");
  assert.equal(words("12345", 2), "Every 2 weeks on working days");
  assert.equal(words("1234567", 3), "Every 3 weeks on all days");
});

test("the weekdays begin with Monday and are numbered so", () => {
  assert.deepEqual(weekdays()[0], { value: "1", label: "Mon" });
  assert.deepEqual(weekdays()[6], { value: "7", label: "Sun" });
});

test("a span is said as far as it is not simply on", () => {
  const span = (starts_on, ends_on) => spanWords({ starts_on, ends_on }, "2026-01-10");
  assert.equal(span("2026-01-01", null), "");
  assert.match(span("2026-02-01", null), /^from .*Feb/);
  assert.match(span("2026-02-01", "2026-03-01"), /^from .*Feb.* until .*Mar/);
  assert.match(span("2026-01-01", "2026-03-01"), /^until .*Mar/);
});

test("machines are counted where they were chosen", () => {
  assert.equal(machinesWords({ devices: [{}, {}], route_name: "North" }), "2 machines");
  assert.match(machinesWords({ devices: [], route_name: "North" }), /^All of .*North/);
  assert.match(machinesWords({ devices: [], route_name: null }), /^All of .*no route/);
});

test("an order is made on its day or before it", () => {
  assert.equal(aheadWords({ days_ahead: 0 }), "on the day");
  assert.equal(aheadWords({ days_ahead: 1 }), "1 day before");
});

test("a day has a state and a key", () => {
  assert.deepEqual(dayStateWords({ state: "missed" }), ["warn", "No order could be made"]);
  assert.equal(dayKey({ recurring_visit_id: 3, day: "2026-01-09" }), "3:2026-01-09");
});
