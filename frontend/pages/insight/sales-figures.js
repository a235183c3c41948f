/**
 * Sales of a period beside those of the period before: what the sales page, a device's sales and
 * Today share.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import {
  change,
  date,
  dayOf,
  dayOfMonth,
  money,
  moneyMarks,
  movedDate,
  number,
  percent,
  period,
  units,
  unknown,
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
 * The groups of a period and of the one before; of devices, routes and locations the first so many
 * by name
 * (`MOST_DEVICES`), and a `next_cursor` where there are more.
 * @param {Group} group_by
 * @param {Scope} scope
 * @param {AbortSignal} [signal]
 * @param {Scope} [earlier] the period before, if it is not the one that ends the day before
 */
export async function loadSales(group_by, scope, signal, earlier = scopeBefore(scope)) {
  const [now, before] = await Promise.all([
    allPages(group_by, scope, signal),
    allPages(group_by, earlier, signal),
  ]);
  return { now, before };
}

/**
 * How both periods were read.
 * @param {Scope} scope
 * @param {AbortSignal} [signal]
 * @param {Scope} [earlier]
 */
export async function loadCoverage(scope, signal, earlier = scopeBefore(scope)) {
  const ask = (/** @type {Scope} */ { assignment: _, ...each }) =>
    api.sale_service.get_coverage(each, { signal });
  const [now, before] = await Promise.all([ask(scope), ask(earlier)]);
  return { now, before };
}

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
 * Its pages in one, the total of the last.
 * @param {Group} group_by
 * @param {Scope} scope
 * @param {AbortSignal} [signal]
 */
async function allPages(group_by, scope, signal) {
  /** @type {Item[]} */
  const items = [];
  /** @type {string | undefined} */
  let cursor;
  for (;;) {
    const page = /** @type {Sales} */ (
      await api.sale_service.list_sales({ group_by, ...scope, cursor }, { signal })
    );
    items.push(...page.items);
    if (page.next_cursor === null || items.length >= MOST_DEVICES) return { ...page, items };
    cursor = page.next_cursor;
  }
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
 * The total of a period and how it compares.
 * @param {{now: {units: number, amount_cents: number, lost_units?: number, lost_cents?: number},
 *   before: {amount_cents: number}, earlier: string, reason?: string | null}} totals
 * `earlier`: the period compared with, in words; `reason`: why it does not compare
 */
export const totalLine = ({ now, before, earlier, reason }) =>
  h(
    "p",
    { class: "sales-line" },
    h("strong", { class: "sales-total" }, money(now.amount_cents)),
    h("span", { class: "muted" }, units(now.units)),
    before.amount_cents === 0
      ? h(
          "span",
          { class: "muted" },
          unknown("Nothing to compare with"),
          ` nothing sold ${earlier}`,
        )
      : reason
        ? h("span", { class: "muted" }, unknown(reason), ` on ${earlier}`)
        : h(
            "span",
            null,
            changeOf(now.amount_cents, before.amount_cents),
            h("span", { class: "muted" }, ` on ${earlier}`),
          ),
    now.lost_units
      ? h("span", { class: "muted" }, `≈ ${money(now.lost_cents)} lost to sell-outs`)
      : null,
  );

/** A signed change in per cent; more sales are good. @param {number} now @param {number} before */
export function changeOf(now, before) {
  if (before === 0) return unknown("Nothing was sold in the period before");
  const share = (100 * (now - before)) / before;
  return h(
    "span",
    { class: now > before ? "ok" : now < before ? "bad" : null },
    change(share, "%", Math.abs(share) < 10 ? 1 : 0),
  );
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

/**
 * The columns of such rows; `name` words the group. Bars are as long as the largest share allows.
 * @param {string} label
 * @param {(row: Row) => import("../../page/dom.js").Child} name
 * @param {string} earlier
 * @param {Row[]} rows
 * @returns {import("../../components/table/table.js").Column<Row>[]}
 */
export function salesColumns(label, name, earlier, rows) {
  const largest = Math.max(1, ...rows.map(({ share }) => share ?? 0));
  const notRead = () => unknown("No audit was read: what was sold is of the day of the next one");
  return [
    { label, sort: "position", phone: "title", cell: name },
    {
      label: "Units",
      sort: "units",
      number: true,
      width: "88px",
      cell: (row) =>
        row.read === false
          ? notRead()
          : [number(row.units), phoneWord(row.units === 1 ? "unit" : "units")],
    },
    {
      label: "Amount",
      sort: "amount_cents",
      number: true,
      width: "120px",
      phone: "end",
      cell: (row) => (row.read === false ? notRead() : money(row.amount_cents)),
    },
    {
      label: "Share",
      sort: "share",
      number: true,
      width: "150px",
      phone: "hide",
      cell: (row) =>
        row.share === null
          ? unknown(row.read === false ? "No audit was read" : "Nothing was sold")
          : h(
              "span",
              { class: "share" },
              row.key !== "total" &&
                h(
                  "span",
                  { class: "share-track", "aria-hidden": "true" },
                  h("span", { style: { width: `${(100 * row.share) / largest}%` } }),
                ),
              h("span", { class: "share-figure" }, percent(row.share, row.share < 10 ? 1 : 0)),
            ),
    },
    {
      label: "Lost to sell-outs",
      sort: "lost_cents",
      number: true,
      width: "136px",
      cell: (row) => lostCell(row),
    },
    {
      label: "Change",
      number: true,
      width: "96px",
      phone: "hide",
      cell: (row) => changeCell(row, earlier),
    },
  ];
}

/** @param {Row} row */
function lostCell({ lost_cents, lost_units }) {
  if (lost_cents === null || lost_units === null) return unknown("No audit was read");
  if (lost_units === 0) return h("span", { class: "muted" }, "none", phoneWord("lost"));
  return h(
    "span",
    {
      "data-tip": `About ${number(lost_units, 1)} units: days sold out × what sold a day while in stock`,
    },
    `≈ ${money(lost_cents)}`,
    phoneWord("lost"),
  );
}

/** What a figure is, on a phone, where it has no heading. @param {string} word */
const phoneWord = (word) => h("span", { class: "phone-word" }, ` ${word}`);

/** @param {Row} row @param {string} earlier */
function changeCell({ amount_cents, before, incomparable: reason }, earlier) {
  if (before === null)
    return unknown(`Not among the first ${number(MOST_DEVICES)} of the period before`);
  if (reason) return unknown(reason);
  return h(
    "span",
    { "data-tip": `${money(before)} ${earlier}` },
    changeOf(amount_cents ?? 0, before),
  );
}

/**
 * Rows in the order a column asks for: `-units`.
 * @template {Record<string, any>} T
 * @param {T[]} rows
 * @param {string} sort
 */
export function sortedBy(rows, sort) {
  const name = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const missing = (/** @type {T} */ row) => row[name] === null || row[name] === undefined;
  return rows.toSorted(
    (a, b) =>
      Number(missing(a)) - Number(missing(b)) ||
      sign * (a[name] > b[name] ? 1 : a[name] < b[name] ? -1 : 0),
  );
}
