import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  link,
  start,
  toast,
  units,
  unknown,
} from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { massButton } from "./mass-change.js";
import { driverKind } from "./mass-kinds.js";
import { archiving } from "../../page/archiving.js";
import { openEdit } from "../../page/edit-form.js";
import {
  ARCHIVED,
  listPage,
  mutedIfArchived,
  newButton,
  noMatch,
  nothingArchived,
} from "../../page/list-page.js";
import { changedWords } from "../../words/conflict-words.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Route"]} Route */

const table = byId("routes", Table);
const filters = byId("filters", Filters);
const archive = archiving({
  table,
  noun: "route",
  nouns: "routes",
  update: (/** @type {Route} */ { id, version }, archived) =>
    api.route_service.update_route({ route_id: id, version, archived }),
});
/** @type {{id: number, username: string, display_name: string}[]} */
let drivers = [];

/**
 * @param {boolean} mayChange
 * @returns {import("../../components/table/table.js").Column<Route>[]}
 */
function columnsFor(mayChange) {
  /** @type {import("../../components/table/table.js").Column<Route>[]} */
  const columns = [
    {
      name: "route",
      label: "Route",
      sort: "name",
      phone: "title",
      cell: ({ id, name }) => link(`/route-board/${id}`, name),
    },
    {
      name: "driver",
      label: "Driver",
      width: "30%",
      cell: ({ driver_name }) =>
        driver_name ?? [
          h("span", { class: "desktop-only" }, unknown("Nobody drives this route yet")),
          h("span", { class: "phone-only" }, "no driver"),
        ],
    },
    { name: "devices", label: "Devices", number: true, width: "104px", cell: devicesLink },
  ];
  return mayChange
    ? [...columns, { name: "edit", label: "Edit", width: "128px", phone: "end", cell: editButton }]
    : columns;
}

start(async (page) => {
  const mayCreate = page.may("route_service.create_route");
  const mayChange = page.may("route_service.update_route");
  const maySeeDrivers = page.may("user_service.list_drivers");
  table.toggleAttribute("selectable", mayChange);
  table.columns = columnsFor(mayChange);
  table.rowClass = mutedIfArchived;
  table.empty = () => nothing(page.params, mayCreate, page.me.role);
  table.picksAll = mayChange;
  table.bulk = (rows, all) => [massActs(rows, all, page), !all && archive.button(rows)];
  const { show } = listPage({
    list: "routes",
    page,
    table,
    sort: "name",
    filters: ["driver_id", "archived"],
    nouns: ["route", "device", "user", "everything"],
    begin: mayCreate && { label: "New route", run: create },
    show: () => drawFilters(maySeeDrivers),
    operation: "route_service.list_routes",
    narrowed: ({ driver_id, archived }) => ({
      driver_id: Number(driver_id) || undefined,
      archived: archived === "true",
    }),
    ask: (asked, _, signal) => api.route_service.list_routes(asked, { signal }),
  });
  if (!maySeeDrivers) return;
  drivers = (await api.user_service.list_drivers()).items;
  show();
});

/**
 * What can be done to the rows that are selected; to `all` that match, also those not loaded.
 * @param {Route[]} rows @param {boolean} all @param {import("../../page/page.js").Page} page
 */
function massActs(rows, all, { params: { q, driver_id, archived }, may }) {
  if (!may("mass_change_service.create_mass_change")) return false;
  const filter = {
    ...(q ? { q } : {}),
    ...(Number(driver_id) ? { driver_id: Number(driver_id) } : {}),
    archived: archived === "true",
  };
  const called = new Map(drivers.map(({ id, display_name }) => [id, display_name]));
  const kind = driverKind(
    drivers.map(({ id, display_name }) => ({ value: id, label: display_name })),
  );
  const chosen = {
    selection: all ? { filter } : { ids: rows.map(({ id }) => id) },
    rows: all ? "all routes that match" : units(rows.length, "route"),
    driver: (/** @type {number} */ id) => called.get(id) ?? `Driver ${id}`,
    done: () => {
      table.clearPicked();
      table.refresh();
    },
  };
  return massButton(kind, chosen);
}

/** @param {boolean} maySeeDrivers */
function drawFilters(maySeeDrivers) {
  const options = drivers.map(({ id, display_name }) => ({
    value: String(id),
    label: display_name,
  }));
  const driver = { name: "driver_id", label: "Driver", options };
  filters.filters = maySeeDrivers ? [driver, ARCHIVED] : [ARCHIVED];
}

/** @param {Route} route */
function devicesLink({ id, name, devices }) {
  const label = `${units(devices, "device")} of ${isolated(name)}`;
  const href = `/#/devices?route_id=${id}`;
  const own = { href, "aria-label": label, dataset: { own: "" } };
  return h("a", own, units(devices, "device"));
}

/** @param {Route} route */
const editButton = (route) =>
  h(
    "button",
    {
      class: "button plain",
      type: "button",
      "aria-label": `Edit ${isolated(route.name)}`,
      onclick: () => edit(route),
    },
    icon("pencil"),
    "Edit",
  );

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} mayCreate
 * @param {string} role
 */
function nothing({ q, driver_id, archived }, mayCreate, role) {
  if (q || driver_id) return noMatch("route");
  if (archived)
    return nothingArchived("A route can be archived once its devices are on other routes.");
  if (role === "driver")
    return empty({
      icon: "route",
      heading: "You have no route yet",
      text: "The office gives you one; it then shows here.",
    });
  return empty({
    icon: "route",
    heading: "No routes yet",
    text:
      "A route is a driver's set of machines. " +
      `${mayCreate ? "The route board then says which of them need a visit." : "A manager makes them."}`,
    action: mayCreate && newButton("New route", create),
  });
}

/** @param {Route} [route] */
function routeFields(route) {
  const driver = combobox({
    name: "driver_id",
    placeholder: "Nobody yet",
    chosen: route?.driver_id ? { value: route.driver_id, label: route.driver_name ?? "" } : null,
    source: findDrivers,
  });
  return [
    field("Name", textInput("name", route?.name, { required: true, maxlength: 120 }), {
      wide: true,
    }),
    field("Driver", driver, {
      optional: true,
      wide: true,
      hint: "Sees the route's machines and carries out its orders. Empty it for nobody.",
    }),
  ];
}

/** @param {string} words */
async function findDrivers(words) {
  drivers = (await api.user_service.list_drivers()).items;
  const wanted = words.toLowerCase();
  return drivers
    .filter(({ username, display_name }) =>
      `${display_name} ${username}`.toLowerCase().includes(wanted),
    )
    .map(({ id, username, display_name }) => ({
      value: id,
      label: display_name,
      detail: username === display_name ? undefined : username,
    }));
}

/** @param {FormData} form */
const valuesOf = (form) => ({
  name: textIn(form, "name"),
  driver_id: Number(form.get("driver_id")) || null,
});

function create() {
  openForm({
    heading: "New route",
    action: "Create route",
    fields: routeFields(),
    save: async (form) => saved(await api.route_service.create_route(valuesOf(form)), "Created"),
  });
}

/** @param {Route} route */
function edit(route) {
  openEdit({
    row: route,
    heading: route.name,
    fields: routeFields(route),
    other: (base) => archive.other(route, base),
    save: async ({ id, version }, form) => {
      const now = { route_id: id, version, ...valuesOf(form) };
      saved(await api.route_service.update_route(now), "Saved");
    },
    differences,
    shown: (current) => table.put(current),
  });
}

/** What somebody else changed, in words. @param {Route} before @param {Route} now */
const differences = (before, now) =>
  changedWords(before, now, [
    ["name", "Name"],
    ["driver_id", "Driver", (_, { driver_name }) => driver_name ?? "nobody"],
  ]);

/** @param {Route} route @param {string} verb */
function saved(route, verb) {
  table.put(route);
  changed("route");
  toast(`${verb} ${isolated(route.name)}`);
}
