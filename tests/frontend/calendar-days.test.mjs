import assert from "node:assert/strict";
import { test } from "node:test";
import {
  daysOf,
  isLate,
  ordersIn,
  recurringIn,
  rowsOf,
  turned,
} from "../../frontend/words/calendar-days.js";
import { configure } from "../../frontend/words/format.js";

const in_ = (locale) =>
  configure({ company: "A", currency: "EUR", currency_decimals: 2, time_zone: "UTC", locale });
const order = (more) => ({
  id: 1,
  driver_id: 7,
  driver_name: "Dora",
  status: "planned",
  scheduled_on: "2026-02-03",
  ...more,
});

test("a month is shown in whole weeks, as the region begins them", () => {
  in_("de-DE");
  const german = daysOf("month", "2026-03-15");
  assert.deepEqual([german[0], german.at(-1), german.length], ["2026-02-23", "2026-04-05", 42]);
  in_("en-US");
  const american = daysOf("month", "2026-02-28");
  assert.deepEqual(
    [american[0], american.at(-1), american.length],
    ["2026-02-01", "2026-02-28", 28],
  );
});

test("a week has seven days around the one asked for", () => {
  in_("de-DE");
  const days = daysOf("week", "2026-01-01");
  assert.deepEqual([days[0], days.at(-1), days.length], ["2025-12-29", "2026-01-04", 7]);
});

test("one turns by weeks and by months, also over the year and from its longest days", () => {
  assert.equal(turned("week", "2025-12-29", 1), "2026-01-05");
  assert.equal(turned("month", "2026-01-31", 1), "2026-02-01");
  assert.equal(turned("month", "2026-01-15", -1), "2025-12-01");
});

test("an order is on its day, in the row of its driver", () => {
  const items = [
    { day: "2026-02-03", order: order({ id: 1 }) },
    { day: "2026-02-03", order: order({ id: 2, driver_id: null, driver_name: null }) },
    { day: "2026-02-04", order: order({ id: 3 }) },
  ];
  const ids = (cell) => ordersIn(items, cell).map(({ id }) => id);
  assert.deepEqual(ids({ day: "2026-02-03" }), [1, 2]);
  assert.deepEqual(ids({ day: "2026-02-03", driver_id: 7 }), [1]);
  assert.deepEqual(ids({ day: "2026-02-03", driver_id: null }), [2]);
});

test("a recurring day is where it was moved to, in the row of who will drive it", () => {
  const days = [
    { day: "2026-02-03", on: "2026-02-03", driver_id: 7 },
    { day: "2026-02-03", on: "2026-02-04", driver_id: null },
  ];
  const count = (cell) => recurringIn(days, cell).length;
  assert.equal(count({ day: "2026-02-03" }), 1);
  assert.equal(count({ day: "2026-02-04", driver_id: 7 }), 0);
  assert.equal(count({ day: "2026-02-04", driver_id: null }), 1);
});

test("the rows of a week are all drivers by name, those who left too, and nobody", () => {
  const items = [
    order({ driver_id: 9, driver_name: "Arno" }),
    order({ driver_id: 8, driver_name: null }),
    order({ driver_id: null }),
    order({}),
  ];
  assert.deepEqual(
    rowsOf(items, [{ id: 7, name: "Dora" }]).map(({ id }) => id),
    [8, 9, 7, null],
  );
});

test("an order is late when its day is over and it is still open", () => {
  assert.ok(isLate(order({}), "2026-02-04"));
  assert.ok(!isLate(order({}), "2026-02-03"));
  assert.ok(!isLate(order({ status: "completed" }), "2026-02-04"));
  assert.ok(!isLate(order({ scheduled_on: null }), "2026-02-04"));
});
