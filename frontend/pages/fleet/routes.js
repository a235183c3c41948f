import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  keys,
  link,
  onChanged,
  onParams,
  setParams,
  start,
  toast,
  units,
  unknown,
} from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { archiving } from "../../page/archiving.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { Search } from "../../components/search/search.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Route"]} Route */

const table = byId("routes", Table);
const search = byId("search", Search);
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

start(async (page) => {
  const mayCreate = page.may("route_service.create_route");
  const mayChange = page.may("route_service.update_route");
  const maySeeDrivers = page.may("user_service.list_drivers");

  /** @type {import("../../components/table/table.js").Column<Route>[]} */
  const columns = [
    {
      label: "Route",
      sort: "name",
      phone: "title",
      cell: ({ id, name }) => link(`/route-board/${id}`, name),
    },
    {
      label: "Driver",
      width: "30%",
      cell: ({ driver_name }) => driver_name ?? unknown("Nobody drives this route yet"),
    },
    {
      label: "Devices",
      number: true,
      width: "104px",
      cell: ({ id, name, devices }) =>
        h(
          "a",
          {
            href: `/#/devices?route_id=${id}`,
            "aria-label": `${units(devices, "device")} of ${isolated(name)}`,
            dataset: { own: "" },
          },
          units(devices, "device"),
        ),
    },
    {
      label: "Edit",
      width: "128px",
      phone: "end",
      cell: (route) =>
        mayChange &&
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
        ),
    },
  ];

  table.toggleAttribute("selectable", mayChange);
  table.columns = mayChange ? columns : columns.slice(0, 3);
  table.rowClass = ({ archived_at }) => (archived_at ? "muted" : "");
  table.empty = () => nothing(page.params, mayCreate, page.me.role);
  table.bulk = (rows) => [archive.button(rows)];
  table.addEventListener("sort", (event) =>
    setParams({ sort: /** @type {CustomEvent} */ (event).detail }),
  );
  search.addEventListener("search", () => {
    setParams({ q: search.value });
    table.reload();
  });
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    table.reload();
  });

  onParams(() => {
    show();
    table.reload();
  });
  onChanged(["route", "device", "user", "everything"], () => table.refresh());
  if (mayCreate) {
    byId("new").onclick = () => create();
    keys({ n: ["New route", create] });
  }
  show();
  table.source = ({ cursor, counted, limit, sort, signal }) => {
    const { q, driver_id, archived } = page.params;
    return api.route_service.list_routes(
      {
        q,
        driver_id: Number(driver_id) || undefined,
        archived: archived === "true",
        sort: /** @type {any} */ (sort),
        cursor,
        counted,
        limit,
      },
      { signal },
    );
  };
  if (maySeeDrivers) {
    drivers = (await api.user_service.list_drivers()).items;
    show();
  }

  /** What the address says, in the controls. */
  function show() {
    const { q = "", sort = "name", driver_id = "", archived = "" } = page.params;
    search.value = q;
    table.sort = sort;
    filters.values = { driver_id, archived };
    const options = drivers.map(({ id, display_name }) => ({
      value: String(id),
      label: display_name,
    }));
    filters.filters = [
      ...(maySeeDrivers ? [{ name: "driver_id", label: "Driver", options }] : []),
      { name: "archived", label: "Archived" },
    ];
  }
});

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} mayCreate
 * @param {string} role
 */
function nothing({ q, driver_id, archived }, mayCreate, role) {
  if (q || driver_id)
    return empty({
      icon: "search",
      heading: "No route matches",
      text: "Try fewer words, or clear the filters.",
    });
  if (archived)
    return empty({
      icon: "archive",
      heading: "Nothing is archived",
      text: "A route can be archived once its devices are on other routes.",
    });
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
    action:
      mayCreate &&
      h(
        "button",
        { class: "button primary", type: "button", onclick: create },
        icon("plus"),
        "New route",
      ),
  });
}

/** @param {Route} [route] */
function routeFields(route) {
  return [
    field(
      "Name",
      h("input", {
        class: "input",
        name: "name",
        required: true,
        maxlength: 120,
        autocomplete: "off",
        value: route?.name ?? "",
      }),
      { wide: true },
    ),
    field(
      "Driver",
      combobox({
        name: "driver_id",
        placeholder: "Nobody yet",
        chosen: route?.driver_id
          ? { value: route.driver_id, label: route.driver_name ?? "" }
          : null,
        source: findDrivers,
      }),
      {
        optional: true,
        wide: true,
        hint: "Sees the route's machines and carries out its orders. Empty it for nobody.",
      },
    ),
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
  name: String(form.get("name")).trim(),
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
  let base = route;
  openForm({
    heading: route.name,
    action: "Save changes",
    fields: routeFields(route),
    other: archive.other(route, () => base),
    save: async (form) =>
      saved(
        await api.route_service.update_route({
          route_id: base.id,
          version: base.version,
          ...valuesOf(form),
        }),
        "Saved",
      ),
    conflict: (/** @type {Route} */ current) => {
      const theirs = differences(base, current);
      base = current;
      table.put(current);
      return theirs;
    },
  });
}

/** What somebody else changed, in words. @param {Route} before @param {Route} now */
function differences(before, now) {
  return [
    before.name !== now.name && `Name is now ${now.name}.`,
    before.driver_id !== now.driver_id && `Driver is now ${now.driver_name ?? "nobody"}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** @param {Route} route @param {string} verb */
function saved(route, verb) {
  table.put(route);
  changed("route");
  toast(`${verb} ${isolated(route.name)}`);
}
