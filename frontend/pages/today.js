import { api, byId, changed, date, dayOfMonth, fill, h, icon, link, money, moneyMarks, number, onChanged, percent, period, start, time, toast, toastProblem, units } from "../modules/page.js";
import { inTurn } from "../modules/in-turn.js";
import { settleRows, walkRows } from "../modules/row-keys.js";
import { differenceWords, seen } from "../modules/count-differences.js";
import { totalLine } from "../modules/sales.js";
import { isOpen, orderStatus, routeOf } from "../modules/service-orders.js";
import { Chart } from "../components/chart/chart.js";
import { empty } from "../components/empty/empty.js";
import { status } from "../components/status/status.js";
import { Title } from "../components/title/title.js";

/** @typedef {import("../api.js").Schemas["Dashboard"]} Dashboard */
/** @typedef {import("../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../api.js").Schemas["ServiceOrderSummary"]} Order */
/** @typedef {Dashboard["attention"]["silent"]["items"][number]} Device */
/** @typedef {import("../modules/page.js").Page} Page */
/** @typedef {{to: string, label: string}} Fix */

const FEW = 5;
const REFRESH_MS = 120_000;
const chart = new Chart();
/** Groups whose rows are all shown. @type {Set<string>} */
const opened = new Set();
let shownText = "";
/** Asks again, once the page runs. */
let refreshNow = async () => {};

start(async (page) => {
  chart.setAttribute("label", "Sales of the last 14 days and of the 14 days before");
  const refresh = inTurn(async () => {
    const dashboard = await api.dashboard_service.get_dashboard();
    const text = JSON.stringify(dashboard);
    if (text === shownText) return;
    shownText = text;
    show(dashboard, page);
  });
  const refreshQuietly = () => { refresh().catch(toastProblem); };
  walkRows(byId("figures"));
  refreshNow = refresh;
  await refresh();
  onChanged(["device", "dex-read", "planogram", "product", "route", "sale", "service-order", "stock", "visit", "settings", "everything"], refreshQuietly);
  document.addEventListener("shown", refreshQuietly);
  setInterval(() => { if (document.visibilityState === "visible") refresh().catch(() => {}); }, REFRESH_MS);
});

/** @param {Dashboard} dashboard @param {Page} page */
function show(dashboard, page) {
  byId("title", Title).beside = [date(dashboard.today)];
  const isEmpty = dashboard.devices === 0 && dashboard.attention.audits.count === 0;
  byId("figures").hidden = isEmpty;
  byId("begin").hidden = !isEmpty;
  // The first of the steps is the same button.
  document.getElementById("upload")?.toggleAttribute("hidden", isEmpty);
  if (isEmpty) {
    fill(byId("begin"), beginning(page));
    return;
  }
  byId("attention").ariaBusy = null;
  showAttention(dashboard, page);
  showOrders(dashboard.orders, page);
  showSales(dashboard);
  showLevels(dashboard);
  for (const list of document.querySelectorAll("ul.rows")) settleRows(/** @type {HTMLElement} */ (list));
}

/** What to do in an installation that has nothing yet. @param {Page} page */
function beginning(page) {
  if (!page.may("device_service.create_device")) {
    return empty({ icon: "house", heading: "Nothing to show yet", text: "Figures appear here once a manager has uploaded the first machine's audit." });
  }
  return h("div", { class: "begin stack loose" },
    h("p", { class: "muted" }, "From a machine's audit to a filled machine takes four steps. Everything else builds on them."),
    h("ol", { class: "steps" },
      step("Upload an audit", "Drop the DEX file of a machine. CVD reads what it sold, at which prices, and what is wrong with it.", h("a", { class: "button primary", href: "/#/dex" }, icon("upload"), "Upload an audit")),
      step("Say what the machine is", "From its audit, CVD proposes cabinets, slots, prices and products. You check them, and say what is in it now."),
      step("Send somebody", "The route board shows what each machine needs. Choose the ones worth a stop: the order and its pick list are made for you."),
      step("Fill and confirm", "The driver confirms at each cabinet, on a phone. Stock, sales and the audit log follow.")),
    page.may("example_service.create_example_fleet") && h("p", { class: "muted" }, "Only looking around? ", h("button", { class: "button", type: "button", onclick: loadExample }, "Load the example fleet"), " 24 machines in 3 routes with 60 days of audits."),
    h("p", { class: "muted" }, "No audit at hand? ", link("/products", "Add products"), " and ", link("/devices", "add a device"), " by hand: a counted machine works as well as one that reports."));
}

/** @param {Event} event */
async function loadExample({ currentTarget }) {
  const button = /** @type {HTMLButtonElement} */ (currentTarget);
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    const { devices } = await api.example_service.create_example_fleet();
    toast(`Loaded ${units(devices, "machine")}.`);
    changed("everything");
    location.reload();
  } catch (error) {
    toastProblem(error);
    button.ariaBusy = null;
  }
}

/** @param {string} heading @param {string} text @param {import("../modules/page.js").Child} [action] */
const step = (heading, text, action) => h("li", null, h("div", { class: "stack" }, h("h2", null, heading), h("p", null, text), action && h("div", null, action)));

/** @param {Dashboard} dashboard @param {Page} page */
function showAttention({ attention, devices }, page) {
  const planVisit = (/** @type {Device} */ { device_id, route_id, open_service_order_id: order }) => {
    if (order !== null && page.may("service_order_service.get_service_order")) return { to: `/service-orders/${order}`, label: `Open order ${order}` };
    if (!page.may("service_order_service.create_service_order")) return { to: `/devices/${device_id}`, label: "See the device" };
    return route_id === null ? { to: `/devices/${device_id}`, label: "Put it on a route" } : { to: `/route-board/${route_id}`, label: "Plan a visit" };
  };
  const readIt = (/** @type {Device} */ { device_id }) => ({ to: `/devices/${device_id}?tab=reads`, label: page.may("dex_read_service.create_dex_read") ? "Upload an audit" : "See its audits" });
  const lookAt = (/** @type {Device} */ { device_id }) => ({ to: `/devices/${device_id}`, label: "See the device" });
  const readsOf = (/** @type {Device} */ { device_id }) => ({ to: `/devices/${device_id}?tab=reads`, label: "See its audits" });
  const comparePrices = (/** @type {Device} */ { device_id }) => ({ to: `/devices/${device_id}/planogram?view=price`, label: "Compare prices" });
  const groups = [
    deviceGroup("sold-out", "Sold out", "Sold out", "bad", attention.sold_out, planVisit, "/devices?sort=need"),
    deviceGroup("running-out", "Running out", "Runs out within two days", "warn", attention.running_out, planVisit),
    group("late-orders", "Late orders", "Late orders", "warn", attention.late_orders, orderRow, "/service-orders"),
    group("audits", "Audits", "Audits to look at", "warn", attention.audits, (read) => auditRow(read, page), "/dex"),
    deviceGroup("unbooked", "Not booked", "Counted but not booked", "warn", attention.unbooked, readsOf),
    deviceGroup("faults", "Faults", "Faults", "bad", attention.faults, lookAt),
    deviceGroup("silent", "Silent", "Silent machines", "warn", attention.silent, readIt, "/devices?sort=last_read_at"),
    group("counts", "Counts", "Counts that differ", "warn", attention.count_differences, (visit) => countRow(visit, page), "/count-differences"),
    group("archived", "Archived", "Archived products in use", "warn", attention.archived_products, productRow),
    deviceGroup("prices", "Prices", "Price differs from the machine", "warn", attention.price_differences, comparePrices),
  ].filter(({ count }) => count > 0);
  if (groups.length === 0) {
    fill(byId("attention"), empty({ icon: "circle-check", heading: "Nothing needs you", text: `${units(devices, "device")} in use: no slot known to be sold out, no fault, no late order, no audit to look at.` }));
    return;
  }
  fill(byId("attention"), h("nav", { class: "bar swipe", "aria-label": "What needs attention" }, groups.map(jump)), groups.map(({ section }) => section));
}

/** @param {{name: string, short: string, figure: string}} group */
const jump = ({ name, short, figure }) => h("button", { class: "chip", type: "button", onclick: () => {
  byId(name).scrollIntoView({ block: "start" });
  byId(`${name}-heading`).focus({ preventScroll: true });
} }, short, h("strong", null, figure));

/**
 * @template Item
 * @param {string} name @param {string} short its word among the chips @param {string} heading @param {import("../components/status/status.js").Kind} kind
 * @param {{count: number, more?: boolean, items: Item[]}} found `more`: there are more than were counted @param {(item: Item) => HTMLLIElement} row @param {string} [all] where all of them are listed
 */
function group(name, short, heading, kind, { count, more: isMore, items }, row, all) {
  const figure = number(count) + (isMore ? "+" : "");
  const rows = items.map(row);
  const hidden = rows.slice(FEW);
  for (const each of hidden) each.hidden = !opened.has(name);
  const more = hidden.length > 0 && !opened.has(name) && h("button", { class: "button plain", type: "button", onclick: (/** @type {Event} */ event) => {
    opened.add(name);
    for (const each of hidden) each.hidden = false;
    /** @type {HTMLElement} */ (event.currentTarget).remove();
    hidden[0]?.querySelector("a")?.focus();
  } }, `Show ${number(hidden.length)} more`);
  const rest = count > items.length && (all ? link(all, `All ${figure}`) : h("span", { class: "muted" }, `The worst ${number(items.length)} of ${figure}`));
  const section = h("section", { class: "section", id: name },
    h("header", null, h("h2", { id: `${name}-heading`, tabindex: -1 }, status(kind, heading)), h("span", { class: "count" }, figure), rest && h("span", { class: "end small" }, rest)),
    h("ul", { class: "rows needs" }, rows), more);
  return { name, short, count, figure, section };
}

/**
 * @param {string} name @param {string} short its word among the chips @param {string} heading @param {import("../components/status/status.js").Kind} kind
 * @param {{count: number, more: boolean, items: Device[]}} found @param {(device: Device) => Fix} fix @param {string} [all]
 */
const deviceGroup = (name, short, heading, kind, found, fix, all) => group(name, short, heading, kind, found, (device) => need({
  subject: link(`/devices/${device.device_id}`, device.asset),
  beside: [device.name !== device.asset ? device.name : null, device.location_name],
  detail: name === "sold-out" && device.lost_cents_per_day > 0 ? `${device.detail}, ${money(device.lost_cents_per_day)} lost a day` : device.detail,
  since: device.stock_known_at ? h("span", { "data-tip": "The last fact that the estimate starts from" }, time(device.stock_known_at)) : time(device.since, "No audit has come in"),
  fix: fix(device),
}), all);

/** @param {DexRead} read @param {Page} page */
function auditRow(read, page) {
  const known = read.device_id !== null;
  const mayDecide = page.may("dex_read_service.assign_dex_read");
  const what = read.status === "unassigned" ? "Belongs to no device yet" : read.status === "damaged" ? "Damaged on its way" : (read.held_reason ?? "Held back");
  return need({
    subject: link(`/dex/${read.id}`, known ? (read.asset ?? "") : read.filename),
    beside: known ? [read.device_name] : [read.reported_asset && `Asset ${read.reported_asset}`, read.serial && `Serial ${read.serial}`],
    detail: what,
    since: time(read.received_at),
    fix: { to: `/dex/${read.id}`, label: !mayDecide ? "See the audit" : known ? "Check and decide" : "Say whose it is" },
  });
}

/** @param {Order} order */
const orderRow = (order) => need({
  subject: link(`/service-orders/${order.id}`, `Order ${order.id}`),
  beside: [routeOf(order), order.driver_name ?? "no driver"],
  detail: `${number(order.cabinets_visited)} of ${units(order.cabinets, "cabinet")} visited${order.cabinets_skipped > 0 ? `, ${number(order.cabinets_skipped)} skipped` : ""}`,
  since: order.scheduled_on && h("span", null, "due ", dayOfMonth(order.scheduled_on)),
  fix: { to: `/service-orders/${order.id}`, label: "Open the order" },
});

/** @param {Dashboard["attention"]["count_differences"]["items"][number]} visit @param {Page} page */
const countRow = (visit, page) => need({
  subject: link(`/devices/${visit.device_id}`, visit.asset),
  beside: [visit.device_name !== visit.asset ? visit.device_name : null, visit.location_name, visit.username],
  detail: differenceWords(visit),
  since: time(visit.occurred_at),
  fix: { to: `/service-orders/${visit.service_order_id}?visit_id=${visit.visit_id}`, label: "See the visit" },
  also: page.may("count_difference_service.create_count_acknowledgement") && h("button", { class: "button plain", type: "button", "aria-label": `Seen: ${visit.asset}, ${differenceWords(visit)}`, onclick: () => seen(visit.visit_id, () => { refreshNow().catch(toastProblem); }) }, icon("check"), "Seen"),
});

/** @param {Dashboard["attention"]["archived_products"]["items"][number]} product */
const productRow = (product) => need({
  subject: link(`/products/${product.product_id}`, product.name),
  beside: [],
  detail: `still refilled in ${units(product.slots, "slot")} of ${units(product.machines, "machine")}`,
  since: time(product.archived_at),
  fix: { to: `/products/${product.product_id}`, label: "Replace or sell out" },
});

/** @param {{subject: Node, beside: (string | null)[], detail: string, since: import("../modules/page.js").Child, fix: Fix, also?: import("../modules/page.js").Child}} row */
const need = ({ subject, beside, detail, since, fix, also = null }) => h("li", { dataset: { row: "" } },
  h("span", { class: "subject truncate" }, subject, h("span", { class: "muted" }, beside.filter(Boolean).join(" · "))),
  h("span", { class: "detail truncate", title: detail }, detail),
  h("span", { class: "since muted" }, since),
  also ? h("span", { class: "fixes" }, also, fixLink(fix)) : fixLink(fix));

/** @param {Fix} fix */
const fixLink = ({ to, label }) => h("a", { class: "fix", href: `/#${to}` }, label, icon("chevron-right"));

/** @param {Dashboard["orders"]} orders @param {Page} page */
function showOrders({ count, completed, more, items }, page) {
  const over = more ? "+" : "";
  byId("order-count").textContent = count > 0 ? `${number(completed)} of ${number(count)}${over} completed` : "";
  if (items.length === 0) {
    const mayPlan = page.may("service_order_service.create_service_order");
    fill(byId("orders"), h("li", { class: "muted" }, "No order for today.", mayPlan && link("/route-board", "Plan one")));
    return;
  }
  const rest = count > items.length && h("li", { class: "muted" }, `${number(count - items.length)}${over} more`);
  fill(byId("orders"), items.map((order) => h("li", { dataset: { row: "" } },
    h("span", { class: "subject truncate" }, link(`/service-orders/${order.id}`, `Order ${order.id}`), h("span", { class: "muted" }, [routeOf(order), order.driver_name ?? "no driver", order.scheduled_on === null && isOpen(order) ? "any day" : null].filter(Boolean).join(" · "))),
    orderStatus(order.status),
    h("cvd-progress", { label: "Cabinets", value: order.cabinets_visited, max: order.cabinets }))), rest);
}

/** @param {Dashboard} dashboard */
function showSales({ sales }) {
  const [first, last] = [sales.days[0], sales.days.at(-1)];
  const [firstBefore, lastBefore] = [sales.previous[0], sales.previous.at(-1)];
  if (!first || !last || !firstBefore || !lastBefore) return;
  const before = period(firstBefore.date, lastBefore.date);
  if (sales.total.units === 0 && sales.previous_total.units === 0) {
    fill(byId("sales"), h("p", { class: "muted" }, `No sale between ${period(firstBefore.date, last.date)}. Sales are known from a device's second audit on.`));
    return;
  }
  fill(byId("sales"),
    totalLine({ now: sales.total, before: sales.previous_total, earlier: before }),
    chart);
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
  fill(byId("levels"),
    h("ol", { class: "levels" }, levels.map(({ from_percent: from, to_percent: to, devices: count }) => h("li", null,
      h("span", { class: "devices", "aria-hidden": "true" }, count > 0 ? number(count) : ""),
      h("span", { class: "column", "aria-hidden": "true", style: { height: `${(72 * count) / most}px` } }),
      h("span", { class: "visually-hidden" }, `${from} to ${percent(to)} of par: ${units(count, "device")}`),
      h("span", { class: "from muted", "aria-hidden": "true" }, percent(from))))),
    known < devices && h("p", { class: "muted small" }, `Product level, as a share of par. Not known for ${units(devices - known, "device")}.`),
    known === devices && h("p", { class: "muted small" }, "Product level, as a share of par."));
}
