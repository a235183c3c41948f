import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  date,
  dayOfMonth,
  fill,
  h,
  link,
  money,
  moneyMarks,
  number,
  onChanged,
  percent,
  period,
  start,
  toastProblem,
  units,
} from "../../page/page.js";
import { settleRows, walkRows } from "../../page/row-keys.js";
import { totalLine } from "./sales-figures.js";
import { isOpen, routeOf } from "../../words/order-words.js";
import { orderStatus } from "../orders/order-status.js";
import { Chart } from "../../components/chart/chart.js";
import { Title } from "../../components/title/title.js";
import { backupHint } from "../system/backup-hint.js";
import { showFirstSteps } from "./first-steps.js";
import { showAlerts } from "./today-alerts.js";
import { showAttention } from "./today-needs.js";

/** @typedef {import("../../api.js").Schemas["Dashboard"]} Dashboard */
/** @typedef {import("../../page/page.js").Page} Page */

const REFRESH_MS = 120_000;
const chart = new Chart();
let shownText = "";

start(async (page) => {
  chart.setAttribute("label", "Sales of the last 14 days and of the 14 days before");
  const refresh = inTurn(async () => {
    if (page.may("backup_service.get_backup_state")) hintAtBackups();
    showAlerts(page).catch(() => {});
    const dashboard = await api.dashboard_service.get_dashboard();
    const isEmpty = dashboard.devices === 0 && dashboard.attention.audits.count === 0;
    // Where there is nothing else to show, the page waits for them.
    const steps = showFirstSteps(page, isEmpty);
    if (isEmpty) await steps;
    else steps.catch(() => {});
    const text = JSON.stringify(dashboard);
    if (text === shownText) return;
    shownText = text;
    show(dashboard, isEmpty, page, refreshQuietly);
  });
  const refreshQuietly = () => {
    refresh().catch(toastProblem);
  };
  walkRows(byId("figures"));
  await refresh();
  onChanged(
    [
      "alert",
      "device",
      "dex_read",
      "location",
      "planogram",
      "product",
      "route",
      "sale",
      "service_order",
      "stock",
      "ticket",
      "user",
      "visit",
      "settings",
      "everything",
    ],
    refreshQuietly,
  );
  document.addEventListener("shown", refreshQuietly);
  setInterval(() => {
    if (document.visibilityState === "visible") refresh().catch(() => {});
  }, REFRESH_MS);
});

/** Beside the figures, which do not wait for it. */
async function hintAtBackups() {
  const { problem } = await api.backup_service.get_backup_state().catch(() => ({ problem: null }));
  const hint = byId("backup-hint");
  hint.hidden = problem === null;
  if (problem !== null) fill(hint, backupHint(problem, true), link("/backups", "Backups"));
}

/**
 * @param {Dashboard} dashboard
 * @param {boolean} isEmpty there is nothing yet that figures could be of
 * @param {Page} page
 * @param {() => void} refresh
 */
function show(dashboard, isEmpty, page, refresh) {
  byId("title", Title).beside = [date(dashboard.today)];
  byId("figures").hidden = isEmpty;
  // The first of the steps is the same button.
  document.getElementById("upload")?.toggleAttribute("hidden", isEmpty);
  if (isEmpty) return;
  byId("attention").ariaBusy = null;
  showAttention(dashboard, page, refresh);
  showOrders(dashboard.orders, page);
  showSales(dashboard);
  showLevels(dashboard);
  for (const list of document.querySelectorAll("ul.rows"))
    settleRows(/** @type {HTMLElement} */ (list));
}

/** @param {Dashboard["orders"]} orders @param {Page} page */
function showOrders({ count, completed, more, items }, page) {
  const over = more ? "+" : "";
  byId("order-count").textContent =
    count > 0 ? `${number(completed)} of ${number(count)}${over} completed` : "";
  if (items.length === 0) {
    const mayPlan = page.may("service_order_service.create_service_order");
    fill(
      byId("orders"),
      h(
        "li",
        { class: "muted" },
        "No order for today.",
        mayPlan && link("/route-board", "Plan one"),
      ),
    );
    return;
  }
  const rest =
    count > items.length &&
    h("li", { class: "muted" }, `${number(count - items.length)}${over} more`);
  fill(
    byId("orders"),
    items.map((order) =>
      h(
        "li",
        { dataset: { row: "" } },
        h(
          "span",
          { class: "subject truncate" },
          link(`/service-orders/${order.id}`, `Order ${order.id}`),
          h(
            "span",
            { class: "muted" },
            [
              routeOf(order),
              order.driver_name ?? "no driver",
              order.scheduled_on === null && isOpen(order) ? "any day" : null,
            ]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
        orderStatus(order.status),
        h("cvd-progress", {
          label: "Cabinets",
          value: order.cabinets_visited,
          max: order.cabinets,
        }),
      ),
    ),
    rest,
  );
}

/** @param {Dashboard} dashboard */
function showSales({ sales }) {
  const [first, last] = [sales.days[0], sales.days.at(-1)];
  const [firstBefore, lastBefore] = [sales.previous[0], sales.previous.at(-1)];
  if (!first || !last || !firstBefore || !lastBefore) return;
  const before = period(firstBefore.date, lastBefore.date);
  if (sales.total.units === 0 && sales.previous_total.units === 0) {
    fill(
      byId("sales"),
      h(
        "p",
        { class: "muted" },
        `No sale between ${period(firstBefore.date, last.date)}. Sales are known from a device's second audit on.`,
      ),
    );
    return;
  }
  fill(
    byId("sales"),
    totalLine({ now: sales.total, before: sales.previous_total, earlier: before }),
    chart,
  );
  chart.data = {
    heading: "Day",
    labels: sales.days.map((day) => dayOfMonth(day.date)),
    series: [
      { label: period(first.date, last.date), values: sales.days.map((day) => day.amount_cents) },
      { label: before, values: sales.previous.map((day) => day.amount_cents), compare: true },
    ],
    format: money,
    marks: moneyMarks,
  };
}

/** @param {Dashboard} dashboard */
function showLevels({ fill_levels: levels, devices }) {
  const known = levels.reduce((sum, level) => sum + level.devices, 0);
  const most = Math.max(1, ...levels.map((level) => level.devices));
  fill(
    byId("levels"),
    h(
      "ol",
      { class: "levels" },
      levels.map(({ from_percent: from, to_percent: to, devices: count }) =>
        h(
          "li",
          null,
          h("span", { class: "devices", "aria-hidden": "true" }, count > 0 ? number(count) : ""),
          h("span", {
            class: "column",
            "aria-hidden": "true",
            style: { height: `${(72 * count) / most}px` },
          }),
          h(
            "span",
            { class: "visually-hidden" },
            `${from} to ${percent(to)} of par: ${units(count, "device")}`,
          ),
          h("span", { class: "from muted", "aria-hidden": "true" }, percent(from)),
        ),
      ),
    ),
    known < devices &&
      h(
        "p",
        { class: "muted small" },
        `Product level, as a share of par. Not known for ${units(devices - known, "device")}.`,
      ),
    known === devices && h("p", { class: "muted small" }, "Product level, as a share of par."),
  );
}
