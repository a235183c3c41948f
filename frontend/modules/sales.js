/**
 * Sales of a period beside those of the period before: what the sales page, a device's sales and Today share.
 * @module
 */
import { api } from "../api.js";
import { h } from "./dom.js";
import { change, date, dayOfMonth, money, movedDate, number, percent, period, units, unknown } from "./format.js";

/** @typedef {import("../api.js").Schemas["Sales"]} Sales */
/** @typedef {Sales["items"][number]} Item */
/** @typedef {{from: string, to: string, device_id?: number, route_id?: number}} Scope */
/** @typedef {"day" | "device" | "product" | "selection"} Group */
/** @typedef {Item & {share: number | null, before: number | null, position: number}} Row */

const DAY_MS = 86_400_000;
/** So many devices are ranked: five pages. */
export const MOST_DEVICES = 1_000;
/** Days to a bar, how the table heads them, how the legend says it, and up to how many days of a period. @type {[[number, string, string, number], ...[number, string, string, number][]]} */
const BARS = [[1, "Day", "", 92], [7, "Week from", ", by week", 732], [28, "Four weeks from", ", by four weeks", Infinity]];

/** How many days from one local date to another, both counted. @param {string} from @param {string} to */
export const daysBetween = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;

/** The period of the same length that ends the day before. @template {Scope} T @param {T} scope @returns {T} */
export const scopeBefore = (scope) => ({ ...scope, from: movedDate(scope.from, -daysBetween(scope.from, scope.to)), to: movedDate(scope.from, -1) });

/**
 * The groups of a period and of the one before; of devices the first so many by asset (`MOST_DEVICES`), and a
 * `next_cursor` where there are more.
 * @param {Group} group_by @param {Scope} scope @param {AbortSignal} [signal]
 */
export async function loadSales(group_by, scope, signal) {
  const [now, before] = await Promise.all([allPages(group_by, scope, signal), allPages(group_by, scopeBefore(scope), signal)]);
  return { now, before };
}

/** Its pages in one, the total of the last. @param {Group} group_by @param {Scope} scope @param {AbortSignal} [signal] */
async function allPages(group_by, scope, signal) {
  /** @type {Item[]} */
  const items = [];
  /** @type {string | undefined} */
  let cursor;
  for (;;) {
    const page = /** @type {Sales} */ (await api.sale_service.list_sales({ group_by, ...scope, cursor }, { signal }));
    items.push(...page.items);
    if (page.next_cursor === null || items.length >= MOST_DEVICES) return { ...page, items };
    cursor = page.next_cursor;
  }
}

/** Each day of the period: the API leaves out those on which nothing was sold. @param {Sales} sales @param {Scope} scope @returns {Item[]} */
export function everyDay({ items }, { from, to }) {
  const sold = new Map(items.map((item) => [item.key, item]));
  return Array.from({ length: daysBetween(from, to) }, (_, index) => {
    const key = movedDate(from, index);
    return sold.get(key) ?? { key, label: key, units: 0, amount_cents: 0 };
  });
}

/**
 * The chart of a period over the one before: by day, and in longer periods by weeks of seven days, or by four of them.
 * @param {{now: Sales, before: Sales}} sales @param {Scope} scope @param {"amount_cents" | "units"} measure
 * @returns {import("../components/chart/chart.js").ChartData}
 */
export function dailyChart({ now, before }, scope, measure) {
  const earlier = scopeBefore(scope);
  const length = daysBetween(scope.from, scope.to);
  const [size, heading, by] = BARS.find(([, , , most]) => length <= most) ?? BARS[0];
  const bars = (/** @type {Sales} */ sales, /** @type {Scope} */ of) => inBars(everyDay(sales, of), size, measure);
  return {
    heading,
    labels: bars(now, scope).map(({ key }) => (size === 1 ? dayOfMonth(key) : date(key))),
    series: [
      { label: period(scope.from, scope.to) + by, values: bars(now, scope).map(({ sum }) => sum) },
      { label: period(earlier.from, earlier.to), values: bars(before, earlier).map(({ sum }) => sum), compare: true },
    ],
    format: measure === "units" ? (value) => number(value) : money,
  };
}

/** @param {Item[]} days @param {number} size days to a bar @param {"amount_cents" | "units"} measure */
function inBars(days, size, measure) {
  return Array.from({ length: Math.ceil(days.length / size) }, (_, index) => {
    const part = days.slice(index * size, (index + 1) * size);
    return { key: part[0]?.key ?? "", sum: part.reduce((sum, day) => sum + day[measure], 0) };
  });
}

/** The total of a period and how it compares. @param {{now: Sales["total"], before: Sales["total"], earlier: string}} totals `earlier`: the period compared with, in words */
export const totalLine = ({ now, before, earlier }) => h("p", { class: "sales-line" },
  h("strong", { class: "sales-total" }, money(now.amount_cents)), h("span", { class: "muted" }, units(now.units)),
  before.amount_cents === 0 ? h("span", { class: "muted" }, unknown("Nothing to compare with"), ` nothing sold ${earlier}`) : h("span", null, changeOf(now.amount_cents, before.amount_cents), h("span", { class: "muted" }, ` on ${earlier}`)));

/** A signed change in per cent; more sales are good. @param {number} now @param {number} before */
export function changeOf(now, before) {
  if (before === 0) return unknown("Nothing was sold in the period before");
  const share = (100 * (now - before)) / before;
  return h("span", { class: now > before ? "ok" : now < before ? "bad" : null }, change(share, "%", Math.abs(share) < 10 ? 1 : 0));
}

/**
 * Groups with their share of the total and what they sold before (null: on a page that was not loaded); `position`
 * keeps the order of the API.
 * @param {Item[]} items @param {Sales} before @param {number} total
 * @returns {Row[]}
 */
export function rowsOf(items, before, total) {
  const sold = new Map(before.items.map((item) => [item.key, item.amount_cents]));
  const missing = before.next_cursor === null ? 0 : null;
  return items.map((item, position) => ({ ...item, position, share: shareOf(item.amount_cents, total), before: sold.get(item.key) ?? missing }));
}

/** @param {number} amount @param {number} total */
export const shareOf = (amount, total) => (total > 0 ? (100 * amount) / total : null);

/** The columns of such rows; `name` words the group. @param {string} label @param {(row: Row) => import("./dom.js").Child} name @param {string} earlier @returns {import("../components/table/table.js").Column<Row>[]} */
export const salesColumns = (label, name, earlier) => [
  { label, sort: "position", phone: "title", cell: name },
  { label: "Units", sort: "units", number: true, width: "112px", cell: (row) => units(row.units) },
  { label: "Amount", sort: "amount_cents", number: true, width: "120px", phone: "end", cell: (row) => money(row.amount_cents) },
  { label: "Share", sort: "share", number: true, width: "150px", cell: ({ share }) => (share === null ? unknown("Nothing was sold") : h("span", { class: "share" }, h("span", { class: "share-track", "aria-hidden": "true" }, h("span", { style: { width: `${share}%` } })), percent(share, share < 10 ? 1 : 0))) },
  { label: "Change", number: true, width: "96px", phone: "hide", cell: ({ amount_cents, before }) => (before === null ? unknown(`Not among the first ${number(MOST_DEVICES)} devices of the period before`) : h("span", { "data-tip": `${money(before)} ${earlier}` }, changeOf(amount_cents, before))) },
];

/** Rows in the order a column asks for: `-units`. @template {Record<string, any>} T @param {T[]} rows @param {string} sort */
export function sortedBy(rows, sort) {
  const name = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const missing = (/** @type {T} */ row) => row[name] === null || row[name] === undefined;
  return rows.toSorted((a, b) => Number(missing(a)) - Number(missing(b)) || sign * (a[name] > b[name] ? 1 : a[name] < b[name] ? -1 : 0));
}
