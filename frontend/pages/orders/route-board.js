import {
  api,
  byId,
  changed,
  fill,
  h,
  isolated,
  keys,
  link,
  navigate,
  onChanged,
  onParams,
  setParams,
  start,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import { Table } from "../../components/table/table.js";
import { keep, recall } from "../../page/kept.js";
import { Choice } from "./route-board-choice.js";
import { columns, markCabinets, sorted } from "./route-board-columns.js";
import { Load } from "./route-board-load.js";
import { openOrderForm } from "./route-board-order.js";
import { belowOf, showQuickChoices } from "./route-board-quick.js";

/** @typedef {import("./route-board-choice.js").Row} Row */
/** @typedef {import("../../api.js").Schemas["Route"]} Route */

/** @type {import("../../page/messages.js").Changed[]} */
const SHOWS = [
  "everything",
  "device",
  "route",
  "planogram",
  "dex_read",
  "stock",
  "visit",
  "service_order",
];

const table = byId("devices", Table);
const routeSelect = byId("route", HTMLSelectElement);
const ranking = byId("ranking", HTMLSelectElement);
const choice = new Choice(table);
const need = new Load(choice);
/** @type {Route[]} */
let routes = [];
/** Worst first, as the server ranks them. @type {Row[]} */
let rows = [];
let below = belowOf(recall("route-board")?.below);
let mayCreate = false;
/** @type {unknown} */
let failure = null;

start(async (page) => {
  mayCreate = page.may("service_order_service.create_service_order");
  routes = await every((cursor) => api.route_service.list_routes({ limit: 200, cursor }));
  if (routes.length === 0) {
    document.getElementById("choices")?.remove();
    document.querySelector(".ranking")?.remove();
    fill(/** @type {HTMLElement} */ (table.parentElement), noRoutes(page));
    return;
  }
  table.rowKey = (/** @type {Row} */ row) => row.device_id;
  table.pickable = (/** @type {Row} */ row) => row.cabinets.length > 0;
  table.toggleAttribute("selectable", mayCreate);
  table.columns = columns(mayCreate ? choice : null);
  table.empty = () =>
    failure ? problemBox(failure, load) : noMachines(page.may("device_service.update_device"));
  table.addEventListener("sort", (event) => sort(/** @type {CustomEvent} */ (event).detail));
  fill(
    routeSelect,
    routes.map(({ id, name, driver_name }) =>
      h(
        "option",
        { value: id },
        driver_name ? `${isolated(name)} · ${isolated(driver_name)}` : name,
      ),
    ),
  );
  routeSelect.disabled = false;
  routeSelect.onchange = () => {
    setParams({ route_id: routeSelect.value });
    show();
  };
  ranking.onchange = () => sort(ranking.value);
  ranking.disabled = false;
  keys({
    w: ["Worst first", () => sort("")],
    m: ["Most money lost a day first", () => sort("-lost_cents_per_day")],
  });
  if (mayCreate) offerChoosing();
  onParams(show);
  onChanged(SHOWS, load);
  document.addEventListener("shown", load);
  await show();

  /** Shows the route that the address names, else the one worked on last. */
  async function show() {
    const route =
      routeOf(page.params.route_id) ?? routeOf(recall("route-board")?.route_id) ?? routes[0];
    if (!route) return;
    routeSelect.value = String(route.id);
    setParams({ route_id: route.id });
    table.sort = page.params.sort ?? "";
    table.clearPicked();
    remember();
    await load();
    chooseAsked(page.params.devices);
  }
});

/** What another page asks to choose, such as the map: `12-15`. @param {string | undefined} asked */
function chooseAsked(asked) {
  if (!asked) return;
  const ids = new Set(asked.split("-").map(Number));
  if (mayCreate)
    choice.add(rows.filter(({ device_id, cabinets }) => ids.has(device_id) && cabinets.length > 0));
  setParams({ devices: "" });
}

function offerChoosing() {
  table.addEventListener("pick", () => {
    choice.tidy(rows);
    markCabinets(table, choice);
    need.refresh();
  });
  byId("create").onclick = create;
  byId("show-list").onclick = () => {
    byId("show-list").ariaExpanded = String(byId("pick-list").classList.toggle("is-open"));
  };
  keys({ c: ["Create an order over what is chosen", create] });
  need.refresh();
}

/** @param {unknown} id */
const routeOf = (id) => routes.find((route) => String(route.id) === String(id));

/**
 * All items of a list, page after page.
 * @template T
 * @param {(cursor: string | undefined) => Promise<{items: T[], next_cursor: string | null}>} ask
 */
async function every(ask) {
  /** @type {T[]} */
  const found = [];
  /** @type {string | undefined} */
  let cursor;
  do {
    const page = await ask(cursor);
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** @type {AbortController | null} */
let loading = null;
/** The route whose machines are shown. */
let shownRoute = 0;

/** All machines of the route: choosing "all below" must see every one. */
async function load() {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  const route_id = Number(routeSelect.value);
  /** @type {Row[]} */
  let found = [];
  /** @type {unknown} */
  let refusal = null;
  try {
    found = await every((cursor) =>
      api.board_service.list_route_devices({ route_id, limit: 200, cursor }, { signal }),
    );
  } catch (error) {
    refusal = error;
  }
  if (signal.aborted) return;
  if (refusal && route_id === shownRoute && rows.length > 0) {
    toastProblem(refusal);
    return;
  }
  failure = refusal;
  shownRoute = route_id;
  arrange(found);
}

/** @param {string} by */
function sort(by) {
  table.sort = by;
  setParams({ sort: by });
  arrange(rows);
}

/** The rows in the order asked for; what is chosen stays chosen. @param {Row[]} found */
function arrange(found) {
  const chosen = new Set(table.picked.map(({ device_id }) => device_id));
  rows = found;
  showRanking();
  table.rows = sorted(rows, table.sort);
  table.picked = table.rows.filter(({ device_id }) => chosen.has(device_id));
  if (!mayCreate) return;
  showQuickChoices(rows, {
    below,
    choose: (some) => choice.add(some),
    changed: (next) => {
      below = next;
      remember();
    },
  });
}

/**
 * Says by what the rows are ordered, also where a heading was clicked that the list does not name.
 */
function showRanking() {
  ranking.value = table.sort;
  const named = [...ranking.options].some(({ value }) => value === table.sort);
  ranking.querySelector("[data-own]")?.remove();
  if (!named)
    ranking.append(
      h("option", { value: table.sort, selected: true, "data-own": true }, "By its column"),
    );
}

function remember() {
  keep("route-board", { route_id: Number(routeSelect.value), below });
}

function create() {
  const route = routeOf(routeSelect.value);
  if (route && choice.fits) openOrderForm({ route, choice, load: need, created, overtaken: load });
}

/** @param {import("../../api.js").Schemas["ServiceOrder"]} order */
function created(order) {
  table.clearPicked();
  changed("service_order");
  load();
  toast(
    `Created order ${order.id}: ${units(order.cabinets.length, "cabinet")}, ${units(order.units)}`,
    { action: "Open", run: () => navigate(`/service-orders/${order.id}`) },
  );
}

/** @param {boolean} mayMove */
const noMachines = (mayMove) =>
  empty({
    icon: "route",
    heading: "No machine on this route",
    text: mayMove
      ? "Put machines on the route from their own page."
      : "They appear here once the office has put some on it.",
    action: mayMove && link("/devices", "Open devices"),
  });

/** @param {import("../../page/page.js").Page} page */
function noRoutes(page) {
  if (page.me.role === "driver")
    return empty({
      icon: "route",
      heading: "You have no route yet",
      text: "The office gives you one; its machines then show here.",
    });
  const mayCreateRoute = page.may("route_service.create_route");
  return empty({
    icon: "route",
    heading: "No routes yet",
    text:
      "A route is the machines one driver serves. " +
      `${mayCreateRoute ? "Make one, then put machines on it." : "A manager makes them."}`,
    action: mayCreateRoute && h("a", { class: "button primary", href: "/#/routes" }, "Open routes"),
  });
}
