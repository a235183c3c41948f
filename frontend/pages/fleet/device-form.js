/**
 * The fields of a device, for the dialogs that create and change one, and what their choices are
 * found by.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import { units } from "../../words/format.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field, textInput } from "../../components/field/field.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["DeviceType"]} DeviceType */
/** @typedef {import("../../api.js").Schemas["CabinetType"]} CabinetType */
/** @typedef {import("../../components/combobox/combobox.js").Choice} Choice */

const FOUND = 20;
const MOST_CABINETS = 3;

/** @param {string} q @param {AbortSignal} [signal] @returns {Promise<Choice[]>} */
export async function findRoutes(q, signal) {
  const { items } = await api.route_service.list_routes({ q, limit: FOUND }, { signal });
  return items.map(({ id, name, driver_name }) => ({
    value: id,
    label: name,
    detail: driver_name ?? undefined,
  }));
}

/**
 * A chip to choose among all routes in use.
 * @returns {Promise<import("../../components/filters/filters.js").Filter>}
 */
export async function routeFilter() {
  /** @type {import("../../components/filters/filters.js").Filter["options"]} */
  const options = [];
  /** @type {string | undefined} */
  let cursor;
  do {
    const { items, next_cursor } = await api.route_service.list_routes({ limit: 200, cursor });
    options.push(...items.map(({ id, name }) => ({ value: String(id), label: name })));
    cursor = next_cursor ?? undefined;
  } while (cursor);
  return { name: "route_id", label: "Route", options };
}

/** @param {string} q @param {AbortSignal} [signal] @returns {Promise<Choice[]>} */
export async function findLocations(q, signal) {
  const { items } = await api.location_service.list_locations({ q, limit: FOUND }, { signal });
  return items.map(({ id, name, address }) => ({
    value: id,
    label: name,
    detail: address || undefined,
  }));
}

/** @param {string} q @param {AbortSignal} [signal] @returns {Promise<Choice[]>} */
export async function findDevices(q, signal) {
  const asked = { q: q || undefined, limit: FOUND };
  const { items } = await api.device_service.list_devices(asked, { signal });
  return items.map(({ id, asset, name }) => ({
    value: id,
    label: asset,
    detail: name === asset ? undefined : name,
  }));
}

/** @param {string} q @param {AbortSignal} [signal] @returns {Promise<Choice[]>} */
export async function findDeviceTypes(q, signal) {
  const { items } = await api.device_type_service.list_device_types(
    { q, limit: FOUND },
    { signal },
  );
  return items.map(({ id, name, max_cabinets }) => ({
    value: id,
    label: name,
    detail: units(max_cabinets, "cabinet"),
  }));
}

/** @param {string} q @param {AbortSignal} [signal] @returns {Promise<Choice[]>} */
async function findCabinetTypes(q, signal) {
  return (
    await api.cabinet_type_service.list_cabinet_types({ q, limit: FOUND }, { signal })
  ).items.map(cabinetChoice);
}

/** @param {CabinetType} type @returns {Choice} */
const cabinetChoice = ({ id, name, rows, columns }) => ({
  value: id,
  label: name,
  detail: `${rows} × ${columns}`,
});

/**
 * A choice of cabinet type that may also be a new one.
 * @param {{name: string, label: string, placeholder: string, required?: boolean}} options
 */
export const cabinetTypeBox = (options) =>
  combobox({ ...options, source: findCabinetTypes, create: createCabinetType });

/**
 * Fields for a new device, or for `device` with what it is now; `cabinetIds(form)` reads the
 * cabinets chosen for a new one.
 * @param {Device} [device] @param {string} [typeName] of the device
 */
export function deviceFields(device, typeName = "") {
  const cabinets = cabinetFields();
  return [
    field("Asset number", textInput("asset", device?.asset, { required: true, maxlength: 40 }), {
      hint: "As on the machine: audits are matched by it",
    }),
    field("Name", textInput("name", device?.name, { required: Boolean(device), maxlength: 120 }), {
      optional: !device,
      hint: device ? undefined : "Its asset number unless said",
    }),
    field("Type", typeBox(cabinets, device, typeName)),
    field("Serial number", textInput("serial", device?.serial, { maxlength: 40 }), {
      optional: true,
      hint: "As its audits report it",
    }),
    ...placeFields(device),
    ...(device ? selectionFields(device) : cabinets),
  ];
}

/** Where it stands and who serves it. @param {Device} [device] */
function placeFields(device) {
  const location = combobox({
    name: "location_id",
    placeholder: "Nowhere yet",
    source: findLocations,
    chosen: choice(device?.location_id, device?.location_name),
  });
  const route = combobox({
    name: "route_id",
    placeholder: "No route",
    source: findRoutes,
    chosen: choice(device?.route_id, device?.route_name),
  });
  return [
    field("Location", location, { optional: true }),
    field("Route", route, { optional: true }),
  ];
}

/** Which of its selections count, and as what. @param {Device} device */
function selectionFields({ ignored_selections, linked_selections }) {
  const both = { wide: true, optional: true };
  return [
    field("Ignored selections", textInput("ignored_selections", ignored_selections.join(", ")), {
      ...both,
      hint:
        "Codes with commas between them. What they count books no sales; taken off the list, " +
        "it does again",
    }),
    field("Renamed selections", textInput("linked_selections", linksAsText(linked_selections)), {
      ...both,
      hint:
        "New name = former name, with commas between them: A1 = 101, A2 = 102. The new one " +
        "goes on from the former one's counter",
    }),
  ];
}

/** The cabinets of a new device; all but the first wait for a type that has room for them. */
function cabinetFields() {
  return Array.from({ length: MOST_CABINETS }, (_, index) => {
    const label = index === 0 ? "Cabinet" : `Cabinet ${index + 1}`;
    const type = cabinetTypeBox({
      name: `cabinet_${index}`,
      label: `Cabinet ${index + 1}`,
      placeholder: "Rows and columns",
    });
    const each = field(label, type, { pointer: `/cabinets/${index}`, optional: true });
    each.hidden = index > 0;
    return each;
  });
}

/**
 * The type of a device, which says how many of the cabinets there is room for.
 * @param {HTMLElement[]} cabinets
 * @param {Device | undefined} device
 * @param {string} typeName
 */
function typeBox(cabinets, device, typeName) {
  /** @type {Map<number, number>} */
  const room = new Map();
  const asChoice = (/** @type {DeviceType} */ { id, name, max_cabinets }) => {
    room.set(id, max_cabinets);
    return { value: id, label: name, detail: units(max_cabinets, "cabinet") };
  };
  const box = combobox({
    name: "device_type_id",
    placeholder: "Choose or create a type",
    required: true,
    chosen: device ? { value: device.device_type_id, label: typeName } : null,
    source: async (q, signal) => {
      const found = await api.device_type_service.list_device_types(
        { q, limit: FOUND },
        { signal },
      );
      return found.items.map(asChoice);
    },
    create: async (text) => {
      const made = await createDeviceType(text);
      return made && asChoice(made);
    },
  });
  box.addEventListener("choose", () => {
    const most = room.get(Number(box.value)) ?? 1;
    for (const [index, each] of cabinets.entries()) each.hidden = index >= most;
  });
  return box;
}

/**
 * What a box has chosen at first: what a row names, or nothing.
 * @param {number | null | undefined} value
 * @param {string | null | undefined} label
 * @returns {Choice | null}
 */
export const choice = (value, label) => (value ? { value, label: label ?? "" } : null);

/** What the fields say of a device, as the contract names it. @param {FormData} form */
export function deviceValues(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
  return {
    asset: text("asset"),
    ...(text("name") ? { name: text("name") } : {}),
    device_type_id: Number(text("device_type_id")),
    serial: text("serial") || null,
    location_id: Number(text("location_id")) || null,
    route_id: Number(text("route_id")) || null,
    ...(form.has("linked_selections")
      ? {
          linked_selections: text("linked_selections")
            .split(",")
            .map((link) => link.split("=").map((name) => name.trim()))
            .filter(([selection]) => selection)
            .map(([selection = "", formerly = ""]) => ({ selection, formerly })),
        }
      : {}),
    ...(form.has("ignored_selections")
      ? {
          ignored_selections: text("ignored_selections")
            .split(",")
            .map((code) => code.trim())
            .filter(Boolean),
        }
      : {}),
  };
}

/** The cabinets chosen for a new device. @param {FormData} form */
export const cabinetValues = (form) =>
  Array.from({ length: MOST_CABINETS }, (_, index) => Number(form.get(`cabinet_${index}`)))
    .filter(Boolean)
    .map((cabinet_type_id) => ({ cabinet_type_id }));

/** Asks what a new device type has; null when dismissed. @param {string} name */
async function createDeviceType(name) {
  /** @type {DeviceType | null} */
  let made = null;
  await openForm({
    heading: "New device type",
    action: "Create type",
    fields: [
      field(
        "Name",
        h("input", { class: "input", name: "name", required: true, maxlength: 120, value: name }),
        { wide: true },
      ),
      field(
        "Cabinets at most",
        h(
          "select",
          { class: "select", name: "max_cabinets" },
          [1, 2, 3].map((count) => h("option", { value: count }, String(count))),
        ),
        { hint: "Boxes of slots that one machine can have" },
      ),
    ],
    save: async (form) => {
      made = await api.device_type_service.create_device_type({
        name: String(form.get("name")).trim(),
        max_cabinets: Number(form.get("max_cabinets")),
      });
    },
  });
  return made;
}

/**
 * Asks how large a new cabinet type is; null when dismissed.
 * @param {string} name
 * @returns {Promise<Choice | null>}
 */
async function createCabinetType(name) {
  /** @type {Choice | null} */
  let made = null;
  const size = (
    /** @type {string} */ label,
    /** @type {"rows" | "columns"} */ side,
    /** @type {number} */ value,
    /** @type {number} */ max,
  ) =>
    field(
      label,
      h("input", {
        class: "input number",
        name: side,
        type: "number",
        required: true,
        min: 1,
        max,
        value,
      }),
    );
  await openForm({
    heading: "New cabinet type",
    action: "Create type",
    fields: [
      field(
        "Name",
        h("input", { class: "input", name: "name", required: true, maxlength: 120, value: name }),
        { wide: true },
      ),
      size("Rows", "rows", 6, 26),
      size("Columns", "columns", 6, 40),
    ],
    save: async (form) => {
      made = cabinetChoice(
        await api.cabinet_type_service.create_cabinet_type({
          name: String(form.get("name")).trim(),
          rows: Number(form.get("rows")),
          columns: Number(form.get("columns")),
        }),
      );
    },
  });
  return made;
}

/** @param {Device["linked_selections"]} links */
export const linksAsText = (links) =>
  links.map(({ selection, formerly }) => `${selection} = ${formerly}`).join(", ");

/** What somebody else changed on a device, in words. @param {Device} before @param {Device} now */
export function deviceDifferences(before, now) {
  /** @type {[keyof Device, string, (device: Device) => string][]} */
  const worded = [
    ["asset", "Asset number", ({ asset }) => asset],
    ["name", "Name", ({ name }) => name],
    ["device_type_id", "Type", () => "another one"],
    ["serial", "Serial number", ({ serial }) => serial ?? "none"],
    ["location_id", "Location", ({ location_name }) => location_name ?? "none"],
    ["route_id", "Route", ({ route_name }) => route_name ?? "none"],
    [
      "ignored_selections",
      "Ignored selections",
      ({ ignored_selections }) => ignored_selections.join(", ") || "none",
    ],
    [
      "linked_selections",
      "Renamed selections",
      ({ linked_selections }) => linksAsText(linked_selections) || "none",
    ],
  ];
  return worded
    .filter(([name]) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map(([, label, say]) => `${label} is now ${say(now)}.`)
    .join(" ");
}
