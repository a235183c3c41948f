import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  date,
  fill,
  firstOfWeek,
  h,
  icon,
  link,
  localDate,
  movedDate,
  number,
  onChanged,
  onParams,
  period,
  setParams,
  start,
} from "../../page/page.js";
import { findDevices } from "../reads/audits.js";
import { loadCoverage, loadSales, salesColumns, totalLine } from "./sales-figures.js";
import { sortedBy } from "../../page/sorting.js";
import {
  MOST_DEVICES,
  coverageWords,
  dailyChart,
  everyDay,
  incomparable,
  rowsOf,
  scopeBefore,
  shareOf,
} from "./sales-sums.js";
import { Chart } from "../../components/chart/chart.js";
import { Combobox } from "../../components/combobox/combobox.js";
import { routeFilter } from "../fleet/device-form.js";
import { offerFile } from "../../components/exports/download.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { sheetSort } from "../../words/export-words.js";
import { problemBox } from "../../components/problem/problem.js";
import { Table } from "../../components/table/table.js";
import { Tabs } from "../../components/tabs/tabs.js";

/** @typedef {import("../../page/page.js").Params} Params */
/** @typedef {import("./sales-sums.js").Group} Group */
/** @typedef {import("./sales-sums.js").Row} Row */

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/**
 * @type {Record<Group, {heading: string, noun: string, name: (row: Row) =>
 *   import("../../page/page.js").Child}>}
 */
const GROUPS = {
  product: {
    heading: "Product",
    noun: "product",
    name: ({ key, label }) =>
      Number(key) ? link(`/products?q=${encodeURIComponent(label)}`, label) : label,
  },
  device: {
    heading: "Device",
    noun: "device",
    name: ({ key, label }) => link(`/devices/${key}?tab=sales`, label),
  },
  selection: { heading: "Selection", noun: "selection", name: ({ label }) => label },
  route: {
    heading: "Route",
    noun: "route",
    name: ({ key, label }) =>
      Number(key) ? link(`/sales?group=device&route_id=${key}`, label) : label,
  },
  location: {
    heading: "Location",
    noun: "location",
    name: ({ key, label }) =>
      Number(key) ? link(`/sales?group=device&location_id=${key}`, label) : label,
  },
  category: { heading: "Category", noun: "category", name: ({ label }) => label || "No category" },
  day: {
    heading: "Day",
    noun: "day",
    name: ({ key, days = 0 }) => [
      date(key),
      days > 1.5 &&
        h("span", { class: "muted" }, ` · sales of ${number(days, days < 10 ? 1 : 0)} days`),
    ],
  },
};
/** @typedef {[from: string, to: string]} Days */
/**
 * Presets by their value in the address; `before`: what they are compared with, where that is not
 * the days just before.
 * @type {Record<string, {label: string, days: () => Days, before?: (days: Days) => Days}>}
 */
const PERIODS = {
  "this-week": {
    label: "This week",
    days: () => [firstOfWeek(localDate()), localDate()],
    before: ([from, to]) => [movedDate(from, -7), movedDate(to, -7)],
  },
  "last-week": {
    label: "Last week",
    days: () => [movedDate(firstOfWeek(localDate()), -7), movedDate(firstOfWeek(localDate()), -1)],
  },
  "7d": { label: "Last 7 days", days: () => [localDate(-6), localDate()] },
  "14d": { label: "Last 14 days", days: () => [localDate(-13), localDate()] },
  "28d": { label: "Last 28 days", days: () => [localDate(-27), localDate()] },
  "90d": { label: "Last 90 days", days: () => [localDate(-89), localDate()] },
  month: {
    label: "Month to date",
    days: () => [firstOfMonth(localDate()), localDate()],
    before: ([from, to]) => [monthBefore(from), sameDay(monthBefore(from), to)],
  },
  "last-month": {
    label: "Last month",
    days: () => [monthBefore(localDate()), movedDate(firstOfMonth(localDate()), -1)],
    before: ([from]) => [monthBefore(from), movedDate(from, -1)],
  },
  year: {
    label: "Year to date",
    days: () => [`${localDate().slice(0, 4)}-01-01`, localDate()],
    before: ([from, to]) => [movedDate(from, -364), movedDate(to, -364)],
  },
};
const USUAL = "28d";
const TOTAL = "total";

/** Takes all of them as a file of a format. @type {ReturnType<typeof offerFile>} */
let takeAs;
const table = byId("rows", Table);
const chart = byId("chart", Chart);
const tabs = byId("groups", Tabs);
const device = byId("device", Combobox);
const filters = byId("filters", Filters);
const periods = byId("period", HTMLSelectElement);
const [from, to] = [byId("from", HTMLInputElement), byId("to", HTMLInputElement)];
/** @type {AbortController | null} */
let loading = null;
/** @type {Row[]} */
let rows = [];
/** @type {import("../../components/filters/filters.js").Filter} */
let route;

start(async (page) => {
  fill(
    periods,
    Object.entries(PERIODS).map(([value, { label }]) => h("option", { value }, label)),
    h("option", { value: "" }, "Own dates"),
  );
  periods.addEventListener("change", () => {
    const scope = scopeOf(page.params);
    choose(
      periods.value
        ? { period: periods.value, from: "", to: "" }
        : { period: "", from: scope.from, to: scope.to },
    );
  });
  for (const input of [from, to])
    input.addEventListener("change", () => {
      if (from.value && to.value) choose({ period: "", from: from.value, to: to.value });
    });
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    choose({ [name]: value });
  });
  device.source = findDevices;
  device.addEventListener("choose", () => choose({ device_id: device.value }));
  tabs.addEventListener("tab", (event) =>
    choose({ group: /** @type {CustomEvent} */ (event).detail, sort: "" }),
  );
  takeAs = offerFile("sale_service.list_sales", () => askedOf(page.params));
  table.rowKey = ({ key }) => key;
  table.empty = () => nothing(page.params);
  table.addEventListener("sort", (event) => {
    setParams({ sort: /** @type {CustomEvent} */ (event).detail });
    showRows(page.params);
  });
  route = await routeFilter();
  onParams(() => load(page.params));
  onChanged(["sale", "everything"], () => load(page.params));
  // A page kept open overnight has another "last 28 days".
  document.addEventListener("shown", () => load(page.params));
  load(page.params);

  /** @param {Params} choice */
  function choose(choice) {
    setParams(choice);
    load(page.params);
  }
});

/** @param {string} day */
const firstOfMonth = (day) => `${day.slice(0, 7)}-01`;

/** The first day of the month before. @param {string} day */
const monthBefore = (day) => firstOfMonth(movedDate(firstOfMonth(day), -1));

/**
 * The same day of another month, or its last one.
 * @param {string} first of that month
 * @param {string} day
 */
function sameDay(first, day) {
  const last = movedDate(firstOfMonth(movedDate(first, 31)), -1);
  return `${first.slice(0, 8)}${day.slice(8) < last.slice(8) ? day.slice(8) : last.slice(8)}`;
}

/** @param {Params} params */
const periodOf = ({ period: name, from: first = "", to: last = "" }) =>
  DATE.test(first) && DATE.test(last) ? "" : name && name in PERIODS ? name : USUAL;

/**
 * Which sales the address asks for.
 * @param {Params} params
 * @returns {import("./sales-sums.js").Scope}
 */
function scopeOf(params) {
  const preset = PERIODS[periodOf(params)];
  const [first, last] = preset ? preset.days() : [params.from ?? "", params.to ?? ""];
  const id = (/** @type {string} */ name) => Number(params[name]) || undefined;
  return {
    from: first,
    to: last,
    device_id: id("device_id"),
    route_id: id("route_id"),
    location_id: id("location_id"),
    ...(params.today ? { assignment: "today" } : {}),
  };
}

/** What it is compared with. @param {Params} params */
function earlierOf(params) {
  const scope = scopeOf(params);
  const days = PERIODS[periodOf(params)]?.before?.([scope.from, scope.to]);
  return days ? { ...scope, from: days[0], to: days[1] } : scopeBefore(scope);
}

/** @param {Params} params @returns {Group} */
const groupOf = ({ group }) =>
  group && group in GROUPS ? /** @type {Group} */ (group) : "product";

/** What the address says, in the controls. @param {Params} params */
function showControls(params) {
  const scope = scopeOf(params);
  periods.value = periodOf(params);
  filters.values = {
    route_id: params.route_id ?? "",
    location_id: params.location_id ?? "",
    today: params.today ?? "",
    units: params.units ?? "",
  };
  showFilters(params);
  tabs.value = groupOf(params);
  [from.value, to.value] = [scope.from, scope.to];
  from.max = scope.to;
  to.min = scope.from;
  if (!scope.device_id) device.chosen = null;
  else if (Number(device.value) !== scope.device_id)
    api.device_service.get_device({ device_id: scope.device_id }).then(
      ({ id, asset }) => {
        device.chosen = { value: id, label: asset };
      },
      () => {},
    );
}

/** What its file is: filtered and sorted as the page. @param {Params} params */
const askedOf = (params) => ({
  group_by: groupOf(params),
  ...scopeOf(params),
  sort: sheetSort(sortOf(params)),
});

const showFilters = inTurn(async (/** @type {Params} */ { group, route_id, location_id }) => {
  const isPlaced =
    group === "route" || group === "location" || Boolean(route_id) || Boolean(location_id);
  const here = Number(location_id)
    ? await api.location_service
        .get_location({ location_id: Number(location_id) })
        .catch(() => null)
    : null;
  filters.filters = [
    route,
    ...(here
      ? [
          {
            name: "location_id",
            label: "Location",
            options: [{ value: String(here.id), label: here.name }],
          },
        ]
      : []),
    ...(isPlaced ? [{ name: "today", label: "Places of today" }] : []),
    { name: "units", label: "Chart units" },
  ];
});

/** @param {Params} params */
async function load(params) {
  showControls(params);
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  try {
    const found = await ask(params, signal);
    if (signal.aborted) return;
    fill(byId("problem"));
    showPeriod(params, found);
    showGroups(params, found);
  } catch (error) {
    if (signal.aborted) return;
    fill(
      byId("problem"),
      problemBox(error, () => load(params)),
    );
  }
}

/** What the address asks about. @param {Params} params @param {AbortSignal} signal */
async function ask(params, signal) {
  const [scope, group, earlier] = [scopeOf(params), groupOf(params), earlierOf(params)];
  const byDay = loadSales("day", scope, signal, earlier);
  const [daily, grouped, coverage] = await Promise.all([
    byDay,
    group === "day" ? byDay : loadSales(group, scope, signal, earlier),
    loadCoverage(scope, signal, earlier),
  ]);
  const words = period(earlier.from, earlier.to);
  const reason = incomparable(coverage.now.days, coverage.before.days, words);
  return { scope, group, earlier, daily, grouped, coverage, words, reason };
}

/** @typedef {Awaited<ReturnType<typeof ask>>} Found */

/** @param {Params} params @param {Found} found */
function showPeriod(params, { scope, earlier, daily, coverage, words, reason }) {
  const { now, before } = daily;
  fill(byId("total"), totalLine({ now: now.total, before: before.total, earlier: words, reason }));
  chart.data = dailyChart(daily, scope, params.units ? "units" : "amount_cents", earlier);
  const open = coverageWords(coverage.now, scope);
  fill(byId("open"), open && h("p", { class: "hint-line" }, icon("info"), h("span", null, open)));
}

/** @param {Params} params @param {Found} found */
function showGroups(params, { scope, group, daily, grouped, words, reason }) {
  const { total } = grouped.now;
  rows =
    group === "day"
      ? everyDay(daily.now, scope).map((day, position) => ({
          ...day,
          position,
          share: day.amount_cents === null ? null : shareOf(day.amount_cents, total.amount_cents),
          before: 0,
          incomparable: null,
        }))
      : rowsOf(grouped.now.items, grouped.before, total.amount_cents, words, reason);
  // What stands there of another group does not fit these columns.
  if (table.getAttribute("noun") !== GROUPS[group].noun) table.rows = [];
  table.setAttribute("noun", GROUPS[group].noun);
  table.columns = columnsOf(group, `in ${words}`);
  table.totals = rows.length > 1 && {
    ...total,
    key: TOTAL,
    label: "Total",
    share: shareOf(total.amount_cents, total.amount_cents),
    before: grouped.before.total.amount_cents,
    incomparable: reason,
    position: rows.length,
  };
  fill(byId("more"), grouped.now.next_cursor !== null && firstOnly(scope, GROUPS[group].noun));
  showRows(params);
}

/** @param {Params} params */
const sortOf = (params) =>
  params.sort || (groupOf(params) === "day" ? "-position" : "-amount_cents");

/** What is ranked where not all are. @param {{route_id?: number}} scope @param {string} noun */
function firstOnly({ route_id }, noun) {
  const devices = route_id
    ? "devices of the route by asset"
    : "devices by asset: choose a route to rank its devices";
  const ranked = noun === "device" ? devices : `${noun}s by name`;
  return h(
    "p",
    { class: "hint-line" },
    icon("info"),
    h(
      "span",
      null,
      `The first ${number(MOST_DEVICES)} ${ranked}. `,
      h(
        "button",
        { class: "button plain", type: "button", onclick: takeAs("csv") },
        "All of them as CSV",
      ),
    ),
  );
}

/** @param {Group} group @param {string} earlier */
function columnsOf(group, earlier) {
  const columns = salesColumns(
    GROUPS[group].heading,
    (row) => (row.key === TOTAL ? row.label : GROUPS[group].name(row)),
    earlier,
    rows,
  );
  // One day says nothing against one of a month ago; the chart shows them side by side.
  return group === "day" ? columns.filter(({ label }) => label !== "Change") : columns;
}

/** @param {Params} params */
function showRows(params) {
  const sort = sortOf(params);
  table.sort = sort;
  table.rows = sortedBy(rows, sort);
}

/** @param {Params} params */
function nothing({ device_id, route_id, location_id }) {
  if (device_id || route_id || location_id)
    return empty({
      icon: "search",
      heading: "Nothing sold here in this period",
      text: "Choose a longer period, or clear the filters.",
    });
  return empty({
    icon: "chart-column",
    heading: "No sales in this period",
    text:
      "Sales are what a device sold between two audits: they appear from its second audit on, " +
      "on the day of the later one.",
  });
}
