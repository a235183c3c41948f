import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  keys,
  onChanged,
  onParams,
  setParams,
  start,
  toast,
  unknown,
} from "../../page/page.js";
import { archiving } from "../../page/archiving.js";
import { LOCATION_KINDS, locationKindLabel } from "../../words/location-kinds.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { Search } from "../../components/search/search.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Location"]} Location */

const table = byId("locations", Table);
const search = byId("search", Search);
const filters = byId("filters", Filters);
const archive = archiving({
  table,
  noun: "location",
  nouns: "locations",
  update: (/** @type {Location} */ { id, version }, archived) =>
    api.location_service.update_location({ location_id: id, version, archived }),
});

start(async (page) => {
  const mayCreate = page.may("location_service.create_location");
  const mayChange = page.may("location_service.update_location");

  /** @type {import("../../components/table/table.js").Column<Location>[]} */
  const columns = [
    { label: "Location", sort: "name", phone: "title", width: "24%", cell: ({ name }) => name },
    {
      label: "Kind",
      width: "160px",
      phone: "hide",
      cell: ({ kind }) => (kind ? locationKindLabel(kind) : unknown("No kind given")),
    },
    { label: "Address", cell: ({ address }) => address || unknown("No address given") },
    {
      label: "Coordinates",
      width: "160px",
      phone: "hide",
      cell: ({ latitude, longitude }) =>
        latitude === null || longitude === null
          ? unknown("No coordinates given")
          : `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`,
    },
    { label: "Notes", width: "20%", phone: "hide", cell: ({ notes }) => notes || "" },
    {
      label: "Devices",
      width: "96px",
      phone: "end",
      cell: ({ id, name }) =>
        h(
          "a",
          {
            href: `/#/devices?location_id=${id}`,
            "aria-label": `Devices at ${isolated(name)}`,
            dataset: { own: "" },
          },
          "Devices",
        ),
    },
  ];

  table.toggleAttribute("selectable", mayChange);
  table.columns = columns;
  table.rowClass = ({ archived_at }) => (archived_at ? "muted" : "");
  table.empty = () => nothing(page.params, mayCreate);
  table.bulk = (rows) => [archive.button(rows)];
  table.addEventListener("sort", (event) =>
    setParams({ sort: /** @type {CustomEvent} */ (event).detail }),
  );
  table.open = mayChange ? edit : null;
  search.addEventListener("search", () => {
    setParams({ q: search.value });
    table.reload();
  });
  filters.filters = [{ name: "archived", label: "Archived" }];
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    table.reload();
  });

  onParams(() => {
    show();
    table.reload();
  });
  onChanged(["location", "everything"], () => table.refresh());
  if (mayCreate) {
    byId("new").onclick = () => create();
    keys({ n: ["New location", create] });
  }
  show();
  table.source = ({ cursor, counted, limit, sort, signal }) => {
    const { q, archived } = page.params;
    return api.location_service.list_locations(
      { q, archived: archived === "true", sort: /** @type {any} */ (sort), cursor, counted, limit },
      { signal },
    );
  };

  /** What the address says, in the controls. */
  function show() {
    const { q = "", sort = "name", archived = "" } = page.params;
    search.value = q;
    table.sort = sort;
    filters.values = { archived };
  }
});

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} mayCreate as well as restore
 */
function nothing({ q, archived }, mayCreate) {
  if (q)
    return empty({
      icon: "search",
      heading: "No location matches",
      text: "Try fewer words, or look among the archived ones.",
    });
  if (archived)
    return empty({
      icon: "archive",
      heading: "Nothing is archived",
      text: `Archived locations keep their history${mayCreate ? " and can be restored from here" : ""}.`,
    });
  return empty({
    icon: "map-pin",
    heading: "No locations yet",
    text:
      "A location is the place that machines stand at: a hospital, a school, a factory hall. " +
      `${mayCreate ? "Drivers read its notes on the way in." : "A manager adds them."}`,
    action:
      mayCreate &&
      h(
        "button",
        { class: "button primary", type: "button", onclick: create },
        icon("plus"),
        "New location",
      ),
  });
}

/** @param {Location} [location] */
function locationFields(location) {
  const coordinate = (/** @type {"latitude" | "longitude"} */ name, /** @type {number} */ limit) =>
    h("input", {
      class: "input number",
      name,
      type: "number",
      step: "any",
      min: -limit,
      max: limit,
      value: location?.[name] ?? "",
      onpaste: splitPair,
    });
  return [
    field(
      "Name",
      h("input", {
        class: "input",
        name: "name",
        required: true,
        maxlength: 120,
        autocomplete: "off",
        value: location?.name ?? "",
      }),
      { wide: true },
    ),
    field(
      "Kind",
      h(
        "select",
        { class: "select", name: "kind" },
        h("option", { value: "" }, "Not given"),
        Object.entries(LOCATION_KINDS).map(([value, label]) =>
          h("option", { value, selected: value === location?.kind }, label),
        ),
      ),
      {
        optional: true,
        wide: true,
        hint: "A machine that has not sold enough to be measured is compared with its type at the same kind of place",
      },
    ),
    field(
      "Address",
      h("input", {
        class: "input",
        name: "address",
        maxlength: 300,
        autocomplete: "off",
        value: location?.address ?? "",
      }),
      { optional: true, wide: true },
    ),
    field("Latitude", coordinate("latitude", 90), {
      optional: true,
      hint: "Paste both from a map: 40.4406, -79.9959",
    }),
    field("Longitude", coordinate("longitude", 180), { optional: true }),
    field(
      "Notes",
      h("textarea", {
        class: "textarea",
        name: "notes",
        maxlength: 2000,
        value: location?.notes ?? "",
      }),
      {
        optional: true,
        wide: true,
        hint: "What a driver must know: gate code, hours, where to park",
      },
    ),
  ];
}

/** "40.44, -79.99" pasted into one coordinate fills both. @param {ClipboardEvent} event */
function splitPair(event) {
  const pair = /^\s*(-?\d+(?:\.\d+)?)[,;\s]+(-?\d+(?:\.\d+)?)\s*$/.exec(
    event.clipboardData?.getData("text") ?? "",
  );
  const form = /** @type {HTMLInputElement} */ (event.target).form;
  if (!pair || !form) return;
  event.preventDefault();
  for (const [index, name] of ["latitude", "longitude"].entries()) {
    /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = pair[index + 1] ?? "";
  }
}

/** @param {FormData} form */
function valuesOf(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
  const coordinate = (/** @type {string} */ name) =>
    text(name) === "" ? null : Number(text(name));
  return {
    name: text("name"),
    kind: /** @type {Location["kind"]} */ (text("kind") || null),
    address: text("address"),
    latitude: coordinate("latitude"),
    longitude: coordinate("longitude"),
    notes: text("notes"),
  };
}

function create() {
  openForm({
    heading: "New location",
    action: "Create location",
    fields: locationFields(),
    save: async (form) =>
      saved(await api.location_service.create_location(valuesOf(form)), "Created"),
  });
}

/** @param {Location} location */
function edit(location) {
  let base = location;
  openForm({
    heading: location.name,
    action: "Save changes",
    fields: locationFields(location),
    other: archive.other(location, () => base),
    save: async (form) =>
      saved(
        await api.location_service.update_location({
          location_id: base.id,
          version: base.version,
          ...valuesOf(form),
        }),
        "Saved",
      ),
    conflict: (/** @type {Location} */ current) => {
      const theirs = differences(base, current);
      base = current;
      table.put(current);
      return theirs;
    },
  });
}

/** What somebody else changed, in words. @param {Location} before @param {Location} now */
function differences(before, now) {
  /** @type {[keyof Location, string][]} */
  const worded = [
    ["name", "Name"],
    ["kind", "Kind"],
    ["address", "Address"],
    ["latitude", "Latitude"],
    ["longitude", "Longitude"],
    ["notes", "Notes"],
  ];
  return worded
    .filter(([name]) => before[name] !== now[name])
    .map(
      ([name, label]) =>
        `${label} is now ${(name === "kind" ? now.kind && locationKindLabel(now.kind) : now[name]) || "empty"}.`,
    )
    .join(" ");
}

/** @param {Location} location @param {string} verb */
function saved(location, verb) {
  table.put(location);
  changed("location");
  toast(`${verb} ${isolated(location.name)}`);
}
