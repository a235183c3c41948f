/**
 * Sums of a period beside those of the period before: days, bars, shares, and what cannot be
 * compared.
 * @module
 */
import {
  date,
  dayOf,
  dayOfMonth,
  money,
  moneyMarks,
  movedDate,
  number,
  period,
  units,
} from "../../words/format.js";

/** @typedef {import("../../api.js").Schemas["Sales"]} Sales */
/** @typedef {Sales["items"][number]} Item */
/** @typedef {import("../../api.js").Schemas["SalesCoverage"]} Coverage */
/**
 * @typedef {{from: string, to: string, device_id?: number, route_id?: number, location_id?: number,
 *   assignment?: "of_the_day" | "today"}} Scope
 */
/**
 * @typedef {"day" | "device" | "product" | "selection" | "route" | "location" | "category"} Group
 */
/**
 * What a group sold before, null on a page that was not loaded; `incomparable`: why its change says
 * nothing.
 */
/**
 * @typedef {Item & {share: number | null, before: number | null, incomparable: string | null,
 *   position: number}} Row
 */

const DAY_MS = 86_400_000;
/** Intervals that differ by more than this share are not compared. */
const COMPARED = 0.05;
/** So many devices are ranked: five pages. */
export const MOST_DEVICES = 1_000;
/**
 * Days to a bar, how the table heads them, how the legend says it, and up to how many days of a
 * period.
 * @type {[[number, string, string, number], ...[number, string, string, number][]]}
 */
const BARS = [
  [1, "Day", "", 92],
  [7, "Week from", ", by week", 732],
  [28, "Four weeks from", ", by four weeks", Infinity],
];

/**
 * How many days from one local date to another, both counted.
 * @param {string} from
 * @param {string} to
 */
export const daysBetween = (from, to) =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;

/**
 * The period of the same length that ends the day before.
 * @template {Scope} T
 * @param {T} scope
 * @returns {T}
 */
export const scopeBefore = (scope) => ({
  ...scope,
  from: movedDate(scope.from, -daysBetween(scope.from, scope.to)),
  to: movedDate(scope.from, -1),
});

/**
 * Why two periods do not compare; null where their audits span about as many days.
 * @param {number} now
 * @param {number} before
 * @param {string} earlier the period before, in words
 */
export function incomparable(now, before, earlier) {
  if (Math.abs(now - before) <= COMPARED * Math.max(now, before)) return null;
  return (
    `The audits of this period span ${units(now, "day")} of sales, those of ${earlier} ` +
    `${number(before, before % 1 ? 1 : 0)}`
  );
}

/**
 * What the audits of a period leave open: machines that were not read, an interval that began
 * before it.
 * @param {Coverage} coverage
 * @param {Scope} scope
 */
export function coverageWords({ devices, not_read, opened_at }, { from, to, device_id }) {
  if (device_id && not_read)
    return `Not read from ${period(from, to)}: what it sold is of the day of its next audit.`;
  if (not_read)
    return (
      `${number(not_read)} of ${units(devices, "machine")} ${not_read === 1 ? "was" : "were"} ` +
      "not read in this period: what " +
      `${not_read === 1 ? "it sold is of the day of its" : "they sold is of the day of their"} ` +
      "next audit."
    );
  if (opened_at && dayOf(opened_at) < movedDate(from, -1))
    return (
      "The first audit of this period closes an interval that began on " +
      `${date(dayOf(opened_at))}: part of it was sold before.`
    );
  return null;
}

/**
 * Each day of the period: the API leaves out those on which nothing was sold, unless it is asked
 * about one device.
 * @param {Sales} sales
 * @param {Scope} scope
 * @returns {Item[]}
 */
export function everyDay({ items }, { from, to }) {
  const sold = new Map(items.map((item) => [item.key, item]));
  return Array.from({ length: daysBetween(from, to) }, (_, index) => {
    const key = movedDate(from, index);
    return (
      sold.get(key) ?? { key, label: key, units: 0, amount_cents: 0, lost_units: 0, lost_cents: 0 }
    );
  });
}

/**
 * The chart of a period over the one before: by day, and in longer periods by weeks of seven days,
 * or by four of them.
 * @param {{now: Sales, before: Sales}} sales
 * @param {Scope} scope
 * @param {"amount_cents" | "units"} measure
 * @param {Scope} [earlier]
 * @returns {import("../../components/chart/chart.js").ChartData}
 */
export function dailyChart({ now, before }, scope, measure, earlier = scopeBefore(scope)) {
  const length = daysBetween(scope.from, scope.to);
  const [size, heading, by] = BARS.find(([, , , most]) => length <= most) ?? BARS[0];
  const bars = inBars(everyDay(now, scope), size, measure);
  const barsBefore = inBars(everyDay(before, earlier), size, measure);
  const say = measure === "units" ? number : money;
  return {
    heading,
    labels: bars.map(({ key }) => (size === 1 ? dayOfMonth(key) : date(key))),
    series: [
      { label: period(scope.from, scope.to) + by, values: bars.map(({ sum }) => sum) },
      {
        label: period(earlier.from, earlier.to),
        values: bars.map((_, index) => barsBefore[index]?.sum ?? null),
        compare: true,
      },
    ],
    ...(scope.device_id ? { gap: "Not read" } : {}),
    format: (value) => (value === null && scope.device_id ? "not read" : say(value)),
    marks: measure === "units" ? undefined : moneyMarks,
  };
}

/**
 * A bar of days none of which was read has no sum.
 * @param {Item[]} days
 * @param {number} size days to a bar
 * @param {"amount_cents" | "units"} measure
 */
function inBars(days, size, measure) {
  return Array.from({ length: Math.ceil(days.length / size) }, (_, index) => {
    const part = days.slice(index * size, (index + 1) * size);
    const read = part.filter((day) => day[measure] !== null);
    return {
      key: part[0]?.key ?? "",
      sum: read.length ? read.reduce((sum, day) => sum + (day[measure] ?? 0), 0) : null,
    };
  });
}

/**
 * Groups with their share of the total and what they sold before; `position` keeps the order of the
 * API.
 * @param {Item[]} items
 * @param {Sales} before
 * @param {number} total
 * @param {string} earlier the period before, in words
 * @param {string | null} [reason] why no group compares
 * @returns {Row[]}
 */
export function rowsOf(items, before, total, earlier, reason = null) {
  const sold = new Map(before.items.map((item) => [item.key, item]));
  const missing = before.next_cursor === null ? 0 : null;
  return items.map((item, position) => {
    const then = sold.get(item.key);
    const own =
      item.days === undefined ? reason : incomparable(item.days, then?.days ?? 0, earlier);
    return {
      ...item,
      position,
      share: shareOf(item.amount_cents ?? 0, total),
      before: then?.amount_cents ?? missing,
      incomparable: own,
    };
  });
}

/** @param {number} amount @param {number} total */
export const shareOf = (amount, total) => (total > 0 ? (100 * amount) / total : null);
