/**
 * Sales of a period beside those of the period before: what the sales page, a device's sales and
 * Today share.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import { change, money, number, percent, units } from "../../words/format.js";
import { MOST_DEVICES, scopeBefore } from "./sales-sums.js";
import { unknown } from "../../components/unknown/unknown.js";

/** @typedef {import("./sales-sums.js").Sales} Sales */
/** @typedef {import("./sales-sums.js").Item} Item */
/** @typedef {import("./sales-sums.js").Scope} Scope */
/** @typedef {import("./sales-sums.js").Group} Group */
/** @typedef {import("./sales-sums.js").Row} Row */

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
