/**
 * What a device sold, by day and by product.
 * @module
 */
import {
  byId,
  fill,
  h,
  icon,
  localDate,
  period,
  setParams,
  toastProblem,
} from "../../page/page.js";
import { loadCoverage, loadSales, salesColumns, totalLine } from "../insight/sales-figures.js";
import { sortedBy } from "../../page/sorting.js";
import {
  coverageWords,
  dailyChart,
  incomparable,
  rowsOf,
  scopeBefore,
  shareOf,
} from "../insight/sales-sums.js";
import { Chart } from "../../components/chart/chart.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */

const USUAL_DAYS = "28";
const CHOICES = ["14", "28", "90", "365"];

/** @param {import("../../page/page.js").Page} page */
export function salesTab(page) {
  const table = byId("products", Table);
  const choice = byId("days", HTMLSelectElement);
  /** @type {import("../insight/sales-sums.js").Row[]} */
  let rows = [];
  /** @type {Device | null} */
  let shown = null;
  fill(
    choice,
    CHOICES.map((value) => h("option", { value }, `Last ${value} days`)),
  );
  choice.addEventListener("change", () => {
    setParams({ days: choice.value === USUAL_DAYS ? "" : choice.value });
    if (shown) load(shown).catch(toastProblem);
  });
  table.rowKey = ({ key }) => key;
  table.empty = () =>
    empty({
      icon: "chart-column",
      heading: "No sales in this period",
      text: "Sales are known from a device's second audit on.",
    });
  table.addEventListener("sort", (event) => {
    setParams({ products: /** @type {CustomEvent} */ (event).detail });
    show();
  });
  return load;

  function show() {
    table.sort = page.params.products ?? "-amount_cents";
    table.rows = sortedBy(rows, table.sort);
  }

  /** @param {Device} device */
  async function load(device) {
    shown = device;
    const { days = "" } = page.params;
    choice.value = CHOICES.includes(days) ? days : USUAL_DAYS;
    const scope = {
      from: localDate(1 - Number(choice.value)),
      to: localDate(),
      device_id: device.id,
    };
    byId("all-sales", HTMLAnchorElement).href = `/#/sales?device_id=${device.id}&group=selection`;
    rows = await showSales(table, scope);
    show();
  }
}

/**
 * Shows what a device sold in a period, but for the rows, to which it resolves.
 * @param {Table} table
 * @param {import("../insight/sales-sums.js").Scope} scope
 */
async function showSales(table, scope) {
  const [daily, grouped, coverage] = await Promise.all([
    loadSales("day", scope),
    loadSales("product", scope),
    loadCoverage(scope),
  ]);
  const before = scopeBefore(scope);
  const earlier = period(before.from, before.to);
  const { total } = grouped.now;
  const reason = incomparable(coverage.now.days, coverage.before.days, earlier);
  const open = coverageWords(coverage.now, scope);
  fill(
    byId("sales-total"),
    totalLine({ now: total, before: grouped.before.total, earlier, reason }),
    open && h("p", { class: "hint-line" }, icon("info"), h("span", null, open)),
  );
  byId("chart", Chart).data = dailyChart(daily, scope, "amount_cents");
  const rows = rowsOf(grouped.now.items, grouped.before, total.amount_cents, earlier, reason);
  table.columns = salesColumns("Product", ({ label }) => label, `in ${earlier}`, rows);
  table.totals = rows.length > 1 && {
    ...total,
    key: "total",
    label: "Total",
    share: shareOf(total.amount_cents, total.amount_cents),
    before: grouped.before.total.amount_cents,
    incomparable: reason,
    position: rows.length,
  };
  return rows;
}
