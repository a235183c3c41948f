import { api, ApiError, byId, changed, days, debounce, fill, h, icon, keys, link, localDate, navigate, number, onChanged, onParams, setParams, start, time, toast, units, unknown } from "../modules/page.js";
import { combobox } from "../components/combobox/combobox.js";
import { openForm } from "../components/dialog/dialog.js";
import { empty } from "../components/empty/empty.js";
import { field } from "../components/field/field.js";
import { levelPercent } from "../components/level/level.js";
import { problemBox } from "../components/problem/problem.js";
import { Table } from "../components/table/table.js";
import { keep, recall } from "../modules/kept.js";
import { byCategory, casesOf, driverSource } from "../modules/service-orders.js";

/** @typedef {import("../api.js").Schemas["BoardRow"]} Row */
/** @typedef {Row["cabinets"][number]} Cabinet */
/** @typedef {import("../api.js").Schemas["ServiceOrderPreview"]} Preview */
/** @typedef {"days_of_inventory" | "product_level_percent"} Measure */

const MOST_CABINETS = 200;
/** @type {Record<Measure, {word: string, limit: number}>} */
const MEASURES = { days_of_inventory: { word: "days of stock", limit: 3 }, product_level_percent: { word: "% level", limit: 60 } };

const table = byId("devices", Table);
const routeSelect = byId("route", HTMLSelectElement);
/** @type {import("../api.js").Schemas["Route"][]} */
let routes = [];
/** Worst first, as the server ranks them. @type {Row[]} */
let rows = [];
/** Cabinets of chosen machines that are left out. @type {Set<number>} */
const leftOut = new Set();
/** @type {Preview | null} */
let preview = null;
/** What is below which figure: kept, because an office works by its own. @type {{measure: Measure, limit: number}} */
let below = { measure: "days_of_inventory", limit: MEASURES.days_of_inventory.limit };
let mayCreate = false;

start(async (page) => {
  mayCreate = page.may("service_order_service.create_service_order");
  const was = recall("route-board");
  if (was?.below?.measure in MEASURES) below = was.below;
  routes = await allRoutes();
  if (routes.length === 0) {
    document.getElementById("choices")?.remove();
    fill(byId("devices").parentElement ?? document.body, nothingToShow(page.may("route_service.create_route")));
    return;
  }
  table.rowKey = (/** @type {Row} */ row) => row.device_id;
  table.pickable = (/** @type {Row} */ row) => free(row).length > 0;
  table.toggleAttribute("selectable", mayCreate);
  table.columns = columns();
  table.empty = () => (failure ? problemBox(failure, load) : empty({ icon: "route", heading: "No machine on this route", text: "Put machines on the route from their own page.", action: link("/devices", "Open devices") }));
  if (mayCreate) table.addEventListener("pick", picked);
  table.addEventListener("sort", (event) => {
    setParams({ sort: /** @type {CustomEvent} */ (event).detail });
    arrange();
    showChoices();
  });
  fill(routeSelect, routes.map(({ id, name, driver_name }) => h("option", { value: id }, driver_name ? `${name} · ${driver_name}` : name)));
  routeSelect.disabled = false;
  routeSelect.onchange = () => {
    setParams({ route_id: routeSelect.value });
    show();
  };
  if (mayCreate) {
    byId("create").onclick = create;
    byId("show-list").onclick = showList;
    keys({ c: ["Create an order over what is chosen", create], w: ["Worst first", worstFirst] });
    showLoad();
  }
  onParams(show);
  onChanged(["everything", "device", "route", "planogram", "dex-read", "stock", "visit", "service-order"], load);
  document.addEventListener("shown", load);
  await show();

  /** Shows the route that the address names, else the one worked on last. */
  async function show() {
    const known = (/** @type {unknown} */ id) => routes.find((route) => String(route.id) === String(id));
    const route = known(page.params.route_id) ?? known(was?.route_id) ?? routes[0];
    if (!route) return;
    routeSelect.value = String(route.id);
    setParams({ route_id: route.id });
    table.sort = page.params.sort ?? "";
    table.clearPicked();
    remember();
    await load();
  }
});

/** @returns {Promise<typeof routes>} */
async function allRoutes() {
  const found = [];
  /** @type {string | null | undefined} */
  let cursor;
  do {
    const page = await api.route_service.list_routes({ limit: 200, cursor: cursor ?? undefined });
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}

/** @type {AbortController | null} */
let loading = null;
/** @type {unknown} */
let failure = null;

/** All machines of the route: choosing "all below" must see every one. */
async function load() {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  failure = null;
  const route_id = Number(routeSelect.value);
  /** @type {Row[]} */
  const found = [];
  /** @type {string | null | undefined} */
  let cursor;
  try {
    do {
      const page = await api.board_service.list_route_devices({ route_id, limit: 200, cursor: cursor ?? undefined }, { signal });
      found.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
  } catch (error) {
    if (signal.aborted) return;
    failure = error;
  }
  if (signal.aborted) return;
  const chosen = new Set(table.picked.map(({ device_id }) => device_id));
  rows = found;
  arrange(chosen);
  showChoices();
}

/** The rows in the order asked for; what is chosen stays chosen. @param {Set<number>} [chosen] */
function arrange(chosen = new Set(table.picked.map(({ device_id }) => device_id))) {
  table.rows = sorted(rows, table.sort);
  table.picked = table.rows.filter(({ device_id }) => chosen.has(device_id));
}

/** @param {Row[]} all @param {string} sort */
function sorted(all, sort) {
  const name = /** @type {keyof Row} */ (sort.replace(/^-/, ""));
  if (!sort || !all[0] || !(name in all[0])) return all;
  const sign = sort.startsWith("-") ? -1 : 1;
  const known = all.filter((row) => row[name] !== null);
  const absent = all.filter((row) => row[name] === null);
  known.sort((one, other) => sign * compare(one[name], other[name]));
  // A machine that never reported or was never visited is the oldest; any other unknown figure comes last.
  return name.endsWith("_at") && sign > 0 ? [...absent, ...known] : [...known, ...absent];
}

/** @param {any} one @param {any} other */
const compare = (one, other) => (typeof one === "string" ? one.localeCompare(other, undefined, { numeric: true }) : one - other);

function worstFirst() {
  table.sort = "";
  setParams({ sort: "" });
  arrange();
  showChoices();
}

/** @returns {import("../components/table/table.js").Column<Row>[]} */
function columns() {
  const neverRead = "Never read: no audit has come in";
  return [
    { label: "Machine", sort: "asset", phone: "title", cell: (row) => [link(`/devices/${row.device_id}`, row.asset), h("span", { class: "place" }, row.location_name ?? row.name)] },
    { label: "Last audit", sort: "last_read_at", width: "94px", cell: ({ last_read_at }) => time(last_read_at, neverRead) },
    { label: "Sold out", sort: "sold_out_slots", number: true, width: "72px", cell: ({ sold_out_slots }) => soldOut(sold_out_slots) },
    { label: "Days left", sort: "days_of_inventory", number: true, width: "104px", cell: inventory },
    { label: "Level", sort: "product_level_percent", width: "140px", phone: "hide", cell: ({ product_level_percent }) => levelPercent(product_level_percent) },
    { label: "To par", sort: "units_to_par", number: true, width: "60px", phone: "end", cell: ({ units_to_par }) => (units_to_par === null ? unknown("No slot has a known quantity") : [number(units_to_par), h("span", { class: "word" }, " to par")]) },
    { label: "Last visit", sort: "last_visit_at", width: "88px", phone: "hide", cell: ({ last_visit_at }) => time(last_visit_at, "No visit recorded") },
    { label: mayCreate ? "Cabinets, units" : "Order", width: mayCreate ? "176px" : "150px", cell: (row) => h("span", { class: "cabinets", "data-own": true }, mayCreate && free(row).map((cabinet) => cabinetButton(row, cabinet)), openOrders(row)) },
  ];
}

/** @param {number | null} count */
function soldOut(count) {
  if (count === null) return unknown("No slot has a known quantity");
  return count > 0 ? h("span", { class: "sold-out" }, number(count), h("span", { class: "word" }, " sold out")) : ["0", h("span", { class: "word" }, " sold out")];
}

/** @param {Row} row */
function inventory({ days_of_inventory, days_of_inventory_median }) {
  if (days_of_inventory === null) return unknown("Not enough sales known yet");
  const words = `Worst slot ${days(days_of_inventory)}, median ${days(days_of_inventory_median)}`;
  return h("span", { "data-tip": words }, h("span", { class: "visually-hidden" }, words), h("span", { "aria-hidden": "true" }, figure(days_of_inventory), h("span", { class: "pair" }, ` / ${days(days_of_inventory_median)}`)));
}

/** Days as `days` words them, without the unit. @param {number} value */
const figure = (value) => number(value, value < 10 ? 1 : 0);

/** @param {Row} row @param {Cabinet} cabinet */
function cabinetButton(row, cabinet) {
  const on = isChosen(row, cabinet);
  const isUnknown = cabinet.unknown_slots > 0;
  const amount = `${row.cabinets.length > 1 ? `${cabinet.position}: ` : ""}${isUnknown && cabinet.units_to_par === 0 ? "count" : number(cabinet.units_to_par)}${isUnknown && cabinet.units_to_par > 0 ? " +?" : ""}`;
  const words = `${units(cabinet.units_to_par)} to par${isUnknown ? `, ${units(cabinet.unknown_slots, "slot")} unknown` : ""}`;
  return h("button", { class: "button cabinet", type: "button", tabindex: -1, "aria-pressed": String(on), dataset: { cabinet: String(cabinet.id) }, "data-tip": words, onclick: () => toggle(row, cabinet) },
    amount, h("span", { class: "visually-hidden" }, ` units for cabinet ${cabinet.position} of ${row.asset}`));
}

/** The open orders that hold a cabinet of the machine. @param {Row} row */
function openOrders({ cabinets }) {
  const orders = new Set(cabinets.flatMap(({ open_service_order_id }) => open_service_order_id ?? []));
  return [...orders].map((order) => {
    const held = cabinets.filter(({ open_service_order_id }) => open_service_order_id === order).map(({ position }) => position);
    const which = cabinets.length === 1 ? "" : held.length === 1 ? `Cabinet ${held[0]} ` : `Cabinets ${held.join(", ")} `;
    return h("a", { class: "chip cabinet is-on", href: `/#/service-orders/${order}`, "data-tip": `${which}in open order ${order}`.replace(/^in/, "In") }, icon("clipboard-list"), `#${order}`);
  });
}

// Choosing

/** @param {Row} row */
const free = (row) => row.cabinets.filter(({ open_service_order_id }) => open_service_order_id === null);

/** @param {Row} row @param {Cabinet} cabinet */
const isChosen = (row, cabinet) => table.picked.some(({ device_id }) => device_id === row.device_id) && !leftOut.has(cabinet.id);

/** @returns {{row: Row, cabinet: Cabinet}[]} */
const chosenCabinets = () => table.picked.flatMap((row) => free(row).filter(({ id }) => !leftOut.has(id)).map((cabinet) => ({ row, cabinet })));

const chosenIds = () => new Set(chosenCabinets().map(({ cabinet }) => cabinet.id));

/** One cabinet on or off, its machine with it. @param {Row} row @param {Cabinet} cabinet */
function toggle(row, cabinet) {
  const on = isChosen(row, cabinet);
  const others = table.picked.filter(({ device_id }) => device_id !== row.device_id);
  const wasPicked = others.length < table.picked.length;
  if (!wasPicked) for (const { id } of free(row)) leftOut.add(id);
  if (on) leftOut.add(cabinet.id);
  else leftOut.delete(cabinet.id);
  const any = free(row).some(({ id }) => !leftOut.has(id));
  table.picked = any ? [...others, row] : others;
}

function picked() {
  const chosen = new Set(table.picked.map(({ device_id }) => device_id));
  for (const row of rows) if (!chosen.has(row.device_id)) for (const { id } of row.cabinets) leftOut.delete(id);
  const on = chosenIds();
  for (const button of table.querySelectorAll("[data-cabinet]")) button.setAttribute("aria-pressed", String(on.has(Number(/** @type {HTMLElement} */ (button).dataset.cabinet))));
  showTotals();
  if (chosenCabinets().length === 0) ask.cancel();
  else ask();
}

function showChoices() {
  if (!mayCreate) return;
  const soldOutRows = rows.filter((row) => (row.sold_out_slots ?? 0) > 0 && free(row).length > 0);
  const needy = rows.filter((row) => free(row).some(({ units_to_par, unknown_slots }) => units_to_par > 0 || unknown_slots > 0));
  const limit = h("input", { class: "input number", type: "number", min: 0, max: 999, value: below.limit, "aria-label": "Below", id: "limit", oninput: () => setBelow({ limit: Number(limit.value) }) });
  const measure = h("select", { class: "select", "aria-label": "Of what", onchange: () => {
    const name = /** @type {Measure} */ (measure.value);
    setBelow({ measure: name, limit: MEASURES[name].limit });
    showChoices();
  } }, Object.entries(MEASURES).map(([value, { word }]) => h("option", { value, selected: value === below.measure }, word)));
  fill(byId("choices"),
    chip("Sold out", soldOutRows),
    h("span", { class: "below" }, "All below", limit, measure, h("span", { id: "below" }, chip("Choose", belowRows()))),
    h("span", { class: "rule" }),
    chip("All that need something", needy),
    table.sort && h("button", { class: "button plain", type: "button", onclick: worstFirst }, icon("arrow-down"), "Worst first"));
}

/** @param {string} label @param {Row[]} some */
const chip = (label, some) => h("button", { class: "chip", type: "button", disabled: some.length === 0, onclick: () => choose(some) }, label, h("b", null, number(some.length)));

const belowRows = () => rows.filter((row) => {
  const figure = row[below.measure];
  return figure !== null && figure < below.limit && free(row).length > 0;
});

/** @param {Partial<typeof below>} change */
function setBelow(change) {
  below = { ...below, ...change };
  remember();
  fill(byId("below"), chip("Choose", belowRows()));
}

/** These and what was chosen before. @param {Row[]} some */
function choose(some) {
  for (const row of some) for (const { id } of row.cabinets) leftOut.delete(id);
  table.picked = [...new Set([...table.picked, ...some])];
}

function remember() {
  keep("route-board", { route_id: Number(routeSelect.value), below });
}

// What is to be loaded

/** @type {AbortController | null} */
let asking = null;

/** Asks what the chosen cabinets need; an answer to an older choice is dropped. */
const ask = Object.assign(debounce(askNow, 150), { cancel: () => {
  asking?.abort();
  preview = null;
  showLoad();
} });

async function askNow() {
  asking?.abort();
  const cabinet_ids = chosenCabinets().map(({ cabinet }) => cabinet.id);
  if (cabinet_ids.length === 0 || cabinet_ids.length > MOST_CABINETS) return;
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await api.service_order_service.create_service_order_preview({ cabinet_ids }, { signal });
    if (signal.aborted) return;
    preview = answer;
    showLoad();
  } catch (error) {
    if (signal.aborted) return;
    preview = null;
    showTotals();
    fill(byId("pick-list"), problemBox(error, askNow));
  }
}

/** What is chosen; the units are the board's until the server has said them. */
function figures() {
  const chosen = chosenCabinets();
  const isCurrent = preview !== null && sameIds(preview.cabinets.map(({ cabinet_id }) => cabinet_id), chosen.map(({ cabinet }) => cabinet.id));
  return {
    stops: new Set(chosen.map(({ row }) => row.device_id)).size,
    cabinets: chosen.length,
    units: isCurrent && preview ? preview.units : chosen.reduce((sum, { cabinet }) => sum + cabinet.units_to_par, 0),
    isOld: chosen.length > 0 && !isCurrent,
  };
}

/** The figures at once; those that the server has yet to say are pale. */
function showTotals() {
  const { stops, cabinets, units: total, isOld } = figures();
  fill(byId("totals"), fact("Stops", stops), fact("Cabinets", cabinets), fact("Units", total, isOld));
  byId("pick-list").classList.toggle("is-old", isOld);
  byId("create", HTMLButtonElement).disabled = cabinets === 0 || cabinets > MOST_CABINETS;
}

/** @param {number[]} some @param {number[]} others */
const sameIds = (some, others) => some.length === others.length && new Set([...some, ...others]).size === some.length;

/** @param {string} label @param {number} value @param {boolean} [old] */
const fact = (label, value, old = false) => h("div", null, h("dt", null, label), h("dd", { class: old ? "is-old" : null }, number(value)));

function showLoad() {
  showTotals();
  const chosen = chosenCabinets();
  const list = byId("pick-list");
  if (chosen.length > MOST_CABINETS) fill(list, h("p", { class: "unknowns" }, `An order holds up to ${MOST_CABINETS} cabinets: choose fewer.`));
  else if (chosen.length === 0 || !preview) fill(list, empty({ icon: "list-checks", heading: "Nothing chosen", text: "Choose machines to see what to load. Press x on a row, or use the choices above." }));
  else fill(list, unknownWords(preview), preview.pick_list.length === 0 && h("p", { class: "muted" }, "Nothing to take along: every slot that is known is at par."),
    byCategory(preview.pick_list).map(([category, items]) => [
      h("h3", null, category || "Without a category", h("span", null, number(items.reduce((sum, { quantity }) => sum + quantity, 0)))),
      h("ul", null, items.map((item) => h("li", null, h("span", null, number(item.quantity)), h("span", { class: "truncate" }, item.name), h("span", { class: "cases" }, casesOf(item))))),
    ]));
}

/** @param {Preview} shown */
function unknownWords(shown) {
  const slots = shown.cabinets.reduce((sum, { unknown_slots }) => sum + unknown_slots.length, 0);
  if (slots === 0) return null;
  const most = shown.cabinets.reduce((sum, { unknown_slots }) => sum + unknown_slots.reduce((each, { par_level }) => each + par_level, 0), 0);
  return h("p", { class: "unknowns" }, `${units(slots, "slot")} of unknown quantity not counted in: the driver counts ${slots === 1 ? "it" : "them"} on site. At most ${units(most)} more.`);
}

function showList() {
  const open = byId("pick-list").classList.toggle("is-open");
  byId("show-list").ariaExpanded = String(open);
}

// The order

function create() {
  const chosen = chosenCabinets();
  if (chosen.length === 0 || chosen.length > MOST_CABINETS) return;
  const route = routes.find(({ id }) => String(id) === routeSelect.value);
  if (!route) return;
  const way = h("p", { hidden: true });
  openForm({
    heading: `New order for ${route.name}`,
    action: "Create order",
    before: [h("p", { class: "muted" }, summary()), way],
    fields: [
      field("Driver", combobox({ name: "driver_id", placeholder: "Nobody yet", source: driverSource(), chosen: route.driver_id === null ? null : { value: route.driver_id, label: route.driver_name ?? "" } }), { optional: true, hint: route.driver_id === null ? "Can be chosen later" : "Left empty: the driver of the route" }),
      field("Date", h("input", { class: "input", type: "date", name: "scheduled_on", value: localDate() }), { optional: true }),
      field("Notes for the driver", h("textarea", { class: "textarea", name: "notes", maxlength: 2000 }), { optional: true, wide: true }),
    ],
    save: async (form) => {
      way.hidden = true;
      try {
        saved(await api.service_order_service.create_service_order({
          route_id: route.id,
          cabinet_ids: chosenCabinets().map(({ cabinet }) => cabinet.id),
          ...(form.get("driver_id") ? { driver_id: Number(form.get("driver_id")) } : {}),
          scheduled_on: String(form.get("scheduled_on")) || null,
          notes: String(form.get("notes")).trim(),
        }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 409 && error.current?.service_order_id) wayOut(way, error.current);
        throw error;
      }
    },
  });
}

/** What is chosen, in one line. */
function summary() {
  const { stops, cabinets, units: total } = figures();
  return `${units(stops, "stop")}, ${units(cabinets, "cabinet")}, ${units(total)} to load.`;
}

/** A cabinet that another order took meanwhile: look at that order, or leave the cabinet out. @param {HTMLElement} way @param {{service_order_id: number, cabinet_id: number, asset: string, position: number}} held */
function wayOut(way, held) {
  way.hidden = false;
  fill(way, h("span", { class: "bar" }, h("a", { class: "button", href: `/#/service-orders/${held.service_order_id}` }, `Open order ${held.service_order_id}`),
    h("button", { class: "button", type: "button", onclick: () => {
      leftOut.add(held.cabinet_id);
      table.picked = table.picked.filter((row) => free(row).some(({ id }) => !leftOut.has(id)));
      fill(way, `Cabinet ${held.position} of ${held.asset} is left out: ${summary()}`);
      load();
    } }, `Leave out ${held.asset}`)));
}

/** @param {import("../api.js").Schemas["ServiceOrder"]} order */
function saved(order) {
  table.clearPicked();
  changed("service-order");
  load();
  toast(`Created order ${order.id}: ${units(order.cabinets.length, "cabinet")}, ${units(order.units)}`, { action: "Open", run: () => navigate(`/service-orders/${order.id}`) });
}

/** @param {boolean} mayCreateRoute */
const nothingToShow = (mayCreateRoute) => empty({ icon: "route", heading: "No routes yet", text: mayCreateRoute ? "A route is the machines one driver serves. Make one, then put machines on it." : "No route is yours yet. The office assigns routes.", action: mayCreateRoute && h("a", { class: "button primary", href: "/#/routes" }, "Open routes") });
