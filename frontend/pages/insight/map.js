import {
  api,
  byId,
  fill,
  h,
  isolated,
  keys,
  navigate,
  number,
  onChanged,
  onParams,
  setParams,
  start,
  toastProblem,
  units,
  unknown,
} from "../../page/page.js";
import { noMatch } from "../../page/list-page.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { stateStatus } from "../../components/level/level.js";
import { problemBox } from "../../components/problem/problem.js";
import { Search } from "../../components/search/search.js";
import { Table } from "../../components/table/table.js";
import { inTurn } from "../../words/in-turn.js";
import { stateWords } from "../../words/levels.js";
import { machinesOf, narrowed, pointsOf, waysOf } from "../../words/map-points.js";
import { routeFilter } from "../fleet/device-form.js";
import { showCard } from "./map-card.js";
import { actionsOn } from "./map-choice.js";
import { Lasso } from "./map-lasso.js";
import { askPosition } from "./map-place.js";
import { MapView } from "./map-view.js";

/** @typedef {import("../../words/map-points.js").Machine} Machine */
/** @typedef {import("../../words/map-points.js").Point} Point */
/** @typedef {import("../../components/filters/filters.js").Filter} Filter */
/** @typedef {import("../../api.js").Schemas["MapOrder"]} Order */

const FILTERS = ["route_id", "state", "order", "unplaced"];
const ALL_ORDERS = "all";
/** @type {import("../../page/messages.js").Changed[]} */
const OF_POINTS = [
  "everything",
  "device",
  "location",
  "route",
  "planogram",
  "dex_read",
  "stock",
  "visit",
];
/** @type {Filter} */
const NEED = {
  name: "state",
  label: "Need",
  options: /** @type {const} */ (["sold_out", "low", "unknown", "ok"]).map((value) => ({
    value,
    label: stateWords(value)[1],
  })),
};
const UNPLACED = { name: "unplaced", label: "No position" };

const table = byId("machines", Table);
const chips = byId("filters", Filters);
const search = byId("search", Search);
const view = new MapView(byId("map"));
/** @type {Machine[]} */
let machines = [];
/** Those that fit the filters. @type {Machine[]} */
let shown = [];
/** @type {Point[]} */
let points = [];
/** @type {Order[]} */
let orders = [];
let areMoreOrders = false;
/** @type {Filter | null} */
let routes = null;
/** @type {unknown} */
let failure = null;

/** What the role may do here, and what the address says. */
const may = { plan: false, move: false, place: false };
/** @type {import("../../page/page.js").Page} */
let page;

start(async (started) => {
  page = started;
  may.plan = page.may("service_order_service.create_service_order");
  may.move = page.may("mass_change_service.create_mass_change");
  may.place = page.may("location_service.update_location");
  table.toggleAttribute("selectable", may.plan || may.move);
  table.columns = columns();
  table.rows = [];
  table.empty = nothing;
  table.open = openMachine;
  table.bulk = (rows) => actionsOn(rows, { may, routeName, moved });
  table.addEventListener("pick", showChosen);
  search.addEventListener("search", () => narrow({ q: search.value }));
  chips.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    narrow({ [name]: value });
    view.fit();
  });
  onParams(show);
  onChanged(OF_POINTS, reload);
  onChanged(["service_order", "visit"], reloadOrders);
  document.addEventListener("shown", () => {
    reload();
    reloadOrders();
  });
  const drawing = begin();
  [routes] = await Promise.all([routeFilter(), load(), loadOrders()]);
  show();
  await drawing;
  show();
  const place = placeOf(Number(page.params.location_id));
  if (place?.position) view.show(place.position);
});

/** @param {import("../../page/page.js").Params} choice */
function narrow(choice) {
  setParams(choice);
  show();
}

const load = inTurn(async () => {
  try {
    machines = machinesOf(await api.map_service.list_map_points());
    failure = null;
  } catch (error) {
    failure = error;
    if (machines.length > 0) throw error;
  }
  show();
});

const reload = () => load().catch(toastProblem);

const loadOrders = inTurn(async () => {
  ({ items: orders, more: areMoreOrders } = await api.map_service.list_map_orders());
  show();
});

const reloadOrders = () => loadOrders().catch(toastProblem);

/** The machines that were chosen are on another route. */
function moved() {
  table.clearPicked();
  reload();
}

/** What the address says. */
function show() {
  const { q, route_id, state, order = "", unplaced, location_id } = page.params;
  search.value = q ?? "";
  chips.filters = [...(routes ? [routes] : []), NEED, orderFilter(), UNPLACED];
  chips.values = Object.fromEntries(FILTERS.map((name) => [name, page.params[name] ?? ""]));
  const chosen = orders.filter(({ id }) => order === ALL_ORDERS || String(id) === order);
  const only = order ? new Set(chosen.flatMap(({ device_ids }) => device_ids)) : undefined;
  shown = narrowed(machines, { q, route_id, state, unplaced: unplaced === "true", only });
  points = pointsOf(shown);
  view.points = points;
  view.ways = waysOf(chosen, machines);
  showRows();
  showUnplaced();
  showPlace(Number(location_id) || null);
}

/** The machines that fit; those that were chosen and are among them stay so. */
function showRows() {
  const picked = new Set(table.picked.map(({ id }) => id));
  table.rows = shown;
  table.picked = shown.filter(({ id }) => picked.has(id));
}

/** The card of a place, once; it stays while other things change. @param {number | null} place_id */
function showPlace(place_id) {
  const card = byId("card");
  if (card.dataset.place === String(place_id)) return;
  delete card.dataset.place;
  card.hidden = true;
  const place = placeOf(place_id);
  if (!place) return;
  if (place.position) view.show(place.position);
  const close = () => openPlace("");
  const ask = () => {
    close();
    askPosition(view, place, reload);
  };
  showCard(place, { close, ask: may.place ? ask : undefined });
}

/** @param {number | null} place_id */
const placeOf = (place_id) => machines.find(({ place }) => place?.id === place_id)?.place;

/** The card of a place, alone: points, list and choice stay. @param {number | ""} location_id */
function openPlace(location_id) {
  setParams({ location_id });
  showPlace(location_id || null);
}

/** @param {Machine} machine */
function openMachine({ id, place }) {
  if (place) openPlace(place.id);
  else navigate(`/devices/${id}`);
}

/** Draws the map and its tools; without it, the list is the page. */
async function begin() {
  try {
    await view.begin();
  } catch {
    byId("map").hidden = true;
    byId("missing").hidden = false;
    return;
  }
  view.open = openPlace;
  byId("zoom-in").onclick = () => view.zoom(1);
  byId("zoom-out").onclick = () => view.zoom(-1);
  byId("fit").onclick = () => view.fit();
  keys({
    f: ["Show all on the map", () => view.fit()],
    "+": ["Zoom in", () => view.zoom(1)],
    "-": ["Zoom out", () => view.zoom(-1)],
  });
  if (may.plan || may.move) offerLasso();
  else byId("lasso").remove();
  byId("tools").hidden = false;
}

function offerLasso() {
  const button = byId("lasso");
  const lasso = new Lasso(view, {
    points: () => points,
    chosen: choose,
    turned: (on) => button.setAttribute("aria-pressed", String(on)),
  });
  button.onclick = () => lasso.turn(!lasso.isOn);
  keys({ s: ["Choose with a lasso", () => lasso.turn(!lasso.isOn)] });
}

/** @param {number} route_id */
const routeName = (route_id) =>
  routes?.options?.find(({ value }) => value === String(route_id))?.label ?? `Route ${route_id}`;

/** Adds the machines of these places to what is chosen. @param {Point[]} some */
function choose(some) {
  const added = some.flatMap((point) => point.machines);
  table.picked = [...new Set([...table.picked, ...added])];
}

function showChosen() {
  view.chosen = pointsOf(table.picked);
}

/** @returns {Filter} */
const orderFilter = () => ({
  name: "order",
  label: "Today's orders",
  all: "None",
  options: [
    { value: ALL_ORDERS, label: `${areMoreOrders ? "First" : "All"} ${number(orders.length)}` },
    ...orders.map(({ id, route_name, driver_name }) => ({
      value: String(id),
      label: [`Order ${id}`, route_name, driver_name].filter(Boolean).join(" · "),
    })),
  ],
});

/** Says who cannot be on the map, and what to do. */
function showUnplaced() {
  const places = new Set();
  let nowhere = 0;
  for (const { place } of machines)
    if (!place) nowhere += 1;
    else if (!place.position) places.add(place.id);
  const note = byId("unplaced");
  note.hidden = places.size + nowhere === 0;
  const words = [
    places.size > 0 && `${units(places.size, "location")} without a position`,
    nowhere > 0 && `${units(nowhere, "machine")} without a location`,
  ];
  fill(
    note,
    words.filter(Boolean).join(", "),
    places.size > 0 && may.place ? ": open one in the list to put it on the map." : ".",
  );
}

/** @returns {import("../../components/table/table.js").Column<Machine>[]} */
const columns = () => [
  {
    label: "Machine",
    phone: "title",
    cell: ({ asset, name, place }) =>
      h(
        "span",
        { class: "two-lines" },
        h(
          "b",
          null,
          isolated(asset),
          name !== asset && h("span", { class: "muted" }, ` ${isolated(name)}`),
        ),
        h(
          "span",
          { class: "muted small" },
          place ? isolated(place.name) : "No location",
          place && !place.position && (may.place ? " · put on the map" : " · no position"),
        ),
      ),
  },
  {
    label: "Need",
    width: "180px",
    phone: "end",
    cell: ({ state, isEstimate }) =>
      state === "unknown"
        ? unknown("No slot has a known quantity")
        : stateStatus(state, isEstimate),
  },
];

function nothing() {
  if (failure) return problemBox(failure, () => location.reload());
  if (machines.length > 0) return noMatch("machine");
  return empty({
    icon: "map",
    heading: "No machines to show yet",
    text: "Machines appear here once they are at a location, and on the map once it has a position.",
    action: h("a", { class: "button", href: "/#/devices" }, "Open devices"),
  });
}
