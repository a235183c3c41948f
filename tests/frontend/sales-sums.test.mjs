import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as sums from "../../frontend/pages/insight/sales-sums.js";
import { configure } from "../../frontend/words/format.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const item = (key, more = {}) => ({
  key,
  label: key,
  units: 1,
  amount_cents: 100,
  lost_units: 0,
  lost_cents: 0,
  ...more,
});
const sales = (items, next_cursor = null) => ({ items, next_cursor });

test("the period before has the same length and ends the day before", () => {
  const scope = { from: "2026-03-01", to: "2026-03-14", route_id: 3 };
  assert.equal(sums.daysBetween(scope.from, scope.to), 14);
  assert.deepEqual(sums.scopeBefore(scope), { from: "2026-02-15", to: "2026-02-28", route_id: 3 });
});

test("periods compare where their audits span about as many days", () => {
  assert.equal(sums.incomparable(14, 14, "before"), null);
  assert.match(sums.incomparable(14, 7, "before"), /span 14 days of sales, those of before 7$/);
  assert.match(sums.incomparable(14, 7.5, "before"), /7\.5$/);
});

test("what audits leave open is told in a sentence", () => {
  const scope = { from: "2026-03-02", to: "2026-03-15" };
  const coverage = { devices: 5, not_read: 0, opened_at: null };
  assert.equal(sums.coverageWords(coverage, scope), null);
  assert.match(sums.coverageWords({ ...coverage, not_read: 1 }, scope), /^1 of 5 machines was not/);
  assert.match(
    sums.coverageWords({ ...coverage, not_read: 2 }, scope),
    /^2 of 5 machines were not/,
  );
  const device = { ...scope, device_id: 7 };
  assert.match(sums.coverageWords({ ...coverage, not_read: 1 }, device), /^Not read from Mar 2/);
  const early = { ...coverage, opened_at: "2026-02-20T08:00:00Z" };
  assert.match(
    sums.coverageWords(early, scope),
    /began on Feb 20, 2026: part of it was sold before/,
  );
  assert.equal(sums.coverageWords({ ...early, opened_at: "2026-03-01T08:00:00Z" }, scope), null);
});

test("a day on which nothing was sold is a day all the same", () => {
  const days = sums.everyDay(sales([item("2026-03-02")]), { from: "2026-03-01", to: "2026-03-03" });
  assert.deepEqual(
    days.map(({ units }) => units),
    [0, 1, 0],
  );
});

test("a short period is drawn by day, beside the one before", () => {
  const scope = { from: "2026-03-01", to: "2026-03-02" };
  const chart = sums.dailyChart(
    { now: sales([item("2026-03-02")]), before: sales([item("2026-02-28")]) },
    scope,
    "amount_cents",
  );
  assert.equal(chart.heading, "Day");
  assert.deepEqual(chart.labels, ["Mar 1", "Mar 2"]);
  assert.deepEqual(
    chart.series.map(({ values }) => values),
    [
      [0, 100],
      [0, 100],
    ],
  );
  assert.equal(chart.format(100), "$1.00");
  assert.deepEqual(chart.marks([100]), ["$1"]);
});

test("a long period is drawn by weeks, a very long one by four", () => {
  const year = { from: "2025-01-01", to: "2025-12-31" };
  const none = { now: sales([]), before: sales([]) };
  const weeks = sums.dailyChart(none, year, "units");
  assert.equal(weeks.heading, "Week from");
  assert.equal(weeks.series[0].values.length, 53);
  assert.equal(weeks.format(3), "3");
  assert.equal(weeks.marks, undefined);
  assert.equal(
    sums.dailyChart(none, { ...year, from: "2023-01-01" }, "units").heading,
    "Four weeks from",
  );
});

test("a machine that was not read has no bar, rather than one of nothing", () => {
  const scope = { from: "2026-03-01", to: "2026-03-01", device_id: 7 };
  const now = sales([item("2026-03-01", { units: null, amount_cents: null })]);
  const longer = { from: "2026-02-26", to: "2026-02-27" };
  const chart = sums.dailyChart({ now, before: sales([]) }, scope, "units", longer);
  assert.deepEqual(chart.series[0].values, [null]);
  assert.equal(chart.gap, "Not read");
  assert.equal(chart.format(null), "not read");
});

test("a longer period than the one before has bars with nothing beside them", () => {
  const scope = { from: "2026-03-01", to: "2026-03-02" };
  const shorter = { from: "2026-02-28", to: "2026-02-28" };
  const chart = sums.dailyChart({ now: sales([]), before: sales([]) }, scope, "units", shorter);
  assert.deepEqual(chart.series[1].values, [0, null]);
});

test("a group has its share, and what it sold before as far as that was loaded", () => {
  const items = [item("a", { amount_cents: 300 }), item("b", { amount_cents: null })];
  const [a, b] = sums.rowsOf(items, sales([item("a")]), 600, "before", "Too few days");
  assert.deepEqual([a.share, a.before, a.position, a.incomparable], [50, 100, 0, "Too few days"]);
  assert.deepEqual([b.share, b.before, b.position], [0, 0, 1]);
  assert.equal(sums.rowsOf(items, sales([], "more"), 0, "before")[0].before, null);
  assert.equal(sums.shareOf(1, 0), null);
});

test("machines are compared by the days of their own audits", () => {
  const now = [item("a", { days: 14 }), item("b", { days: 14 })];
  const before = sales([item("a", { days: 14 })]);
  const [a, b] = sums.rowsOf(now, before, 100, "before", "never told");
  assert.equal(a.incomparable, null);
  assert.match(b.incomparable, /before 0$/);
});
