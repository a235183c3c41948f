import { api, byId, changed, h, isolated, start, toast, unknown } from "../../page/page.js";
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
import { LOCATION_KINDS, locationKindLabel } from "../../words/location-kinds.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";
import { labelsButton } from "./labels-button.js";

/** @typedef {import("../../api.js").Schemas["Location"]} Location */

const table = byId("locations", Table);
const archive = archiving({
  table,
  noun: "location",
  nouns: "locations",
  update: (/** @type {Location} */ { id, version }, archived) =>
    api.location_service.update_location({ location_id: id, version, archived }),
});

/** @type {import("../../components/table/table.js").Column<Location>[]} */
const COLUMNS = [
  {
    name: "location",
    label: "Location",
    sort: "name",
    phone: "title",
    width: "24%",
    cell: ({ name }) => name,
  },
  {
    name: "kind",
    label: "Kind",
    width: "160px",
    phone: "hide",
    cell: ({ kind }) => (kind ? locationKindLabel(kind) : unknown("No kind given")),
  },
  {
    name: "address",
    label: "Address",
    cell: ({ address }) => address || unknown("No address given"),
  },
  {
    name: "coordinates",
    label: "Coordinates",
    width: "160px",
    phone: "hide",
    cell: ({ latitude, longitude }) =>
      latitude === null || longitude === null
        ? unknown("No coordinates given")
        : `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`,
  },
  { name: "notes", label: "Notes", width: "20%", phone: "hide", cell: ({ notes }) => notes || "" },
  { name: "devices", label: "Devices", width: "96px", phone: "end", cell: devicesLink },
  { name: "tickets", label: "Tickets", width: "96px", cell: ticketsLink },
];

start((page) => {
  const mayCreate = page.may("location_service.create_location");
  const mayChange = page.may("location_service.update_location");
  table.toggleAttribute("selectable", mayChange);
  table.columns = COLUMNS;
  table.rowClass = mutedIfArchived;
  table.empty = () => nothing(page.params, mayCreate);
  table.bulk = (rows) => [
    page.may("label_service.list_labels") && labelsButton("location", rows),
    archive.button(rows),
  ];
  table.open = mayChange ? edit : null;
  byId("filters", Filters).filters = [ARCHIVED];
  listPage({
    list: "locations",
    page,
    table,
    sort: "name",
    filters: ["archived"],
    nouns: ["location", "everything"],
    begin: mayCreate && { label: "New location", run: create },
    operation: "location_service.list_locations",
    narrowed: ({ archived }) => ({ archived: archived === "true" }),
    ask: (asked, _, signal) => api.location_service.list_locations(asked, { signal }),
  });
});

/** @param {Location} location */
function devicesLink({ id, name }) {
  const label = `Devices at ${isolated(name)}`;
  const href = `/#/devices?location_id=${id}`;
  return h("a", { href, "aria-label": label, dataset: { own: "" } }, "Devices");
}

/** @param {Location} location */
function ticketsLink({ id, name }) {
  const label = `Tickets of ${isolated(name)}`;
  const href = `/#/tickets?location_id=${id}&status=any`;
  return h("a", { href, "aria-label": label, dataset: { own: "" } }, "Tickets");
}

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} mayCreate as well as restore
 */
function nothing({ q, archived }, mayCreate) {
  if (q) return noMatch("location", "Try fewer words, or look among the archived ones.");
  if (archived)
    return nothingArchived(
      `Archived locations keep their history${mayCreate ? " and can be restored from here" : ""}.`,
    );
  return empty({
    icon: "map-pin",
    heading: "No locations yet",
    text:
      "A location is the place that machines stand at: a hospital, a school, a factory hall. " +
      `${mayCreate ? "Drivers read its notes on the way in." : "A manager adds them."}`,
    action: mayCreate && newButton("New location", create),
  });
}

/** @param {Location} [location] */
function locationFields(location) {
  return [
    field("Name", textInput("name", location?.name, { required: true, maxlength: 120 }), {
      wide: true,
    }),
    field("Kind", kindChoice(location?.kind), {
      optional: true,
      wide: true,
      hint:
        "A machine that has not sold enough to be measured is compared with its type at the " +
        "same kind of place",
    }),
    field("Address", textInput("address", location?.address, { maxlength: 300 }), {
      optional: true,
      wide: true,
    }),
    field("Latitude", coordinateInput("latitude", 90, location), {
      optional: true,
      hint: "Paste both from a map: 40.4406, -79.9959",
    }),
    field("Longitude", coordinateInput("longitude", 180, location), { optional: true }),
    field("Notes", notesInput(location?.notes), {
      optional: true,
      wide: true,
      hint: "What a driver must know: gate code, hours, where to park",
    }),
  ];
}

/** @param {Location["kind"] | undefined} kind */
const kindChoice = (kind) =>
  h(
    "select",
    { class: "select", name: "kind" },
    h("option", { value: "" }, "Not given"),
    Object.entries(LOCATION_KINDS).map(([value, label]) =>
      h("option", { value, selected: value === kind }, label),
    ),
  );

/** @param {string} [notes] */
const notesInput = (notes = "") =>
  h("textarea", { class: "textarea", name: "notes", maxlength: 2000, value: notes });

/**
 * @param {"latitude" | "longitude"} name
 * @param {number} limit
 * @param {Location} [location]
 */
const coordinateInput = (name, limit, location) =>
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
  const coordinate = (/** @type {string} */ name) =>
    textIn(form, name) === "" ? null : Number(textIn(form, name));
  return {
    name: textIn(form, "name"),
    kind: /** @type {Location["kind"]} */ (textIn(form, "kind") || null),
    address: textIn(form, "address"),
    latitude: coordinate("latitude"),
    longitude: coordinate("longitude"),
    notes: textIn(form, "notes"),
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
  openEdit({
    row: location,
    heading: location.name,
    fields: locationFields(location),
    other: (base) => archive.other(location, base),
    save: async ({ id, version }, form) => {
      const now = { location_id: id, version, ...valuesOf(form) };
      saved(await api.location_service.update_location(now), "Saved");
    },
    differences,
    shown: (current) => table.put(current),
  });
}

/** What somebody else changed, in words. @param {Location} before @param {Location} now */
const differences = (before, now) =>
  changedWords(before, now, [
    ["name", "Name"],
    ["kind", "Kind", (kind) => (kind ? locationKindLabel(kind) : "empty")],
    ["address", "Address"],
    ["latitude", "Latitude"],
    ["longitude", "Longitude"],
    ["notes", "Notes"],
  ]);

/** @param {Location} location @param {string} verb */
function saved(location, verb) {
  table.put(location);
  changed("location");
  toast(`${verb} ${isolated(location.name)}`);
}
