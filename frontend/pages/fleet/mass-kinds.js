/**
 * What can be changed of many rows at once: the fields that ask for it, and the change that they
 * say.
 * @module
 */
import { ApiError } from "../../api.js";
import { h } from "../../page/dom.js";
import { readPercent } from "../../words/mass-words.js";
import { combobox } from "../../components/combobox/combobox.js";
import { amountIn, field, textIn, textInput } from "../../components/field/field.js";
import { findProducts } from "../catalogue/product-retiring.js";
import { findDevices, findDeviceTypes, findLocations, findRoutes } from "./device-form.js";

/** @typedef {import("../../api.js").Schemas["NamedMassChange"]} Change */
/** @typedef {import("../../page/dom.js").Child} Child */
/**
 * @typedef {object} Kind
 * @property {string} label in a menu
 * @property {string} icon
 * @property {(rows: string) => string} heading of the dialog; `rows` are "12 devices"
 * @property {string} action the verb on the button
 * @property {boolean} [mayWait] it can take effect on a later day
 * @property {() => Child[]} fields
 * @property {(form: FormData) => Change | null} change null while something is still to be chosen;
 *   throws ApiError for what cannot be
 */

const WIDE = { wide: true };
const ALL_PRODUCTS = "Left empty, the slots of all products";

/** What takes rows away from where they are: it is chosen like any other, never by leaving empty. */
const NONE = "none";

/** @param {FormData} form @param {string} name */
const idIn = (form, name) => Number(form.get(name)) || null;

/** @type {Kind} */
export const ROUTE = {
  label: "Move to a route",
  icon: "route",
  heading: (rows) => `Move ${rows} to a route`,
  action: "Move",
  fields: () => [
    field("Route", boxWithNone("route_id", "Choose a route", "No route", findRoutes), {
      ...WIDE,
      pointer: "/change/route_id",
    }),
  ],
  change: (form) =>
    form.get("route_id") ? { kind: "device_route", route_id: idIn(form, "route_id") } : null,
};

/** @type {Kind} */
export const LOCATION = {
  label: "Move to a location",
  icon: "map-pin",
  heading: (rows) => `Move ${rows} to a location`,
  action: "Move",
  fields: () => [
    field(
      "Location",
      boxWithNone("location_id", "Choose a location", "No location", findLocations),
      { ...WIDE, pointer: "/change/location_id" },
    ),
  ],
  change: (form) =>
    form.get("location_id")
      ? { kind: "device_location", location_id: idIn(form, "location_id") }
      : null,
};

/** @type {Kind} */
export const TYPE = {
  label: "Change the type",
  icon: "layout-grid",
  heading: (rows) => `Change the type of ${rows}`,
  action: "Change",
  fields: () => [
    field(
      "Type",
      combobox({
        name: "device_type_id",
        placeholder: "Choose a type",
        required: true,
        source: findDeviceTypes,
      }),
      { ...WIDE, pointer: "/change/device_type_id" },
    ),
  ],
  change: (form) => {
    const device_type_id = idIn(form, "device_type_id");
    return device_type_id === null ? null : { kind: "device_type", device_type_id };
  },
};

/** @type {Kind} */
export const SLOT_PRICES = {
  label: "Change prices",
  icon: "tag",
  mayWait: true,
  heading: (rows) => `Change prices in ${rows}`,
  action: "Change prices",
  fields: () => [...priceFields(), onlyProductField()],
  change: (form) => {
    const price = priceIn(form);
    return price && { kind: "slot_price", price, ...onlyProductIn(form) };
  },
};

/** @type {Kind} */
export const PAR_LEVELS = {
  label: "Change par levels",
  icon: "sliders-horizontal",
  heading: (rows) => `Change par levels in ${rows}`,
  action: "Change par levels",
  fields: () => [...sizeFields("Par level"), onlyProductField()],
  change: (form) => {
    const amount = sizeIn(form);
    return amount && { kind: "slot_par", amount, ...onlyProductIn(form) };
  },
};

/** @type {Kind} */
export const CAPACITIES = {
  label: "Change capacities",
  icon: "package",
  heading: (rows) => `Change capacities in ${rows}`,
  action: "Change capacities",
  fields: () => [
    ...sizeFields("Capacity"),
    h(
      "label",
      { class: "check wide" },
      h("input", { type: "checkbox", name: "scales_par", checked: true }),
      "Par levels go along in proportion",
    ),
    onlyProductField(),
  ],
  change: (form) => {
    const amount = sizeIn(form);
    const scales_par = form.get("scales_par") !== null;
    return amount && { kind: "slot_capacity", amount, scales_par, ...onlyProductIn(form) };
  },
};

/** @type {Kind} */
export const REPLACEMENT = {
  label: "Replace a product",
  icon: "refresh-cw",
  mayWait: true,
  heading: (rows) => `Replace a product in ${rows}`,
  action: "Replace",
  fields: () => [
    field("Product", productBox("product_id", "In these slots now"), {
      pointer: "/change/product_id",
    }),
    field("Comes instead", productBox("replacement_id", "From now on"), {
      pointer: "/change/replacement_id",
    }),
    field("Price", textInput("amount", "", { inputmode: "decimal" }), {
      optional: true,
      pointer: "/change/price_cents",
      hint: "Left empty, the slots keep their prices",
    }),
  ],
  change: (form) => {
    const product_id = idIn(form, "product_id");
    const replacement_id = idIn(form, "replacement_id");
    const price_cents = amountIn(textIn(form, "amount"), "/change/price_cents");
    if (!product_id || !replacement_id) return null;
    return { kind: "slot_product", product_id, replacement_id, price_cents };
  },
};

/** @type {Kind} */
export const LAYOUT = {
  label: "Copy a planogram",
  icon: "copy",
  heading: (rows) => `Copy a planogram to ${rows}`,
  action: "Copy",
  fields: () => [
    field(
      "From the machine",
      combobox({
        name: "device_id",
        placeholder: "Asset or name",
        required: true,
        source: findDevices,
      }),
      {
        ...WIDE,
        pointer: "/change/device_id",
        hint: "Products, prices, capacities and par levels; selections stay each machine's own",
      },
    ),
  ],
  change: (form) => {
    const device_id = idIn(form, "device_id");
    return device_id === null ? null : { kind: "slot_layout", device_id };
  },
};

/** @type {Kind} */
export const LIST_PRICES = {
  label: "Change prices",
  icon: "tag",
  mayWait: true,
  heading: (rows) => `Change the list price of ${rows}`,
  action: "Change prices",
  fields: priceFields,
  change: (form) => {
    const price = priceIn(form);
    return price && { kind: "product_price", price };
  },
};

/** @type {Kind} */
export const CATEGORY = {
  label: "Move to a category",
  icon: "folder",
  heading: (rows) => `Move ${rows} to a category`,
  action: "Move",
  fields: () => {
    const words = textInput("category", "", { maxlength: 60, required: true });
    const onchange = (/** @type {Event} */ { target }) => {
      words.disabled = /** @type {HTMLInputElement} */ (target).checked;
    };
    return [
      field("Category", words, { ...WIDE, pointer: "/change/category" }),
      h(
        "label",
        { class: "check wide" },
        h("input", { type: "checkbox", name: NONE, onchange }),
        "No category",
      ),
    ];
  },
  change: (form) => {
    const category = textIn(form, "category");
    if (category === "" && form.get(NONE) === null) return null;
    return { kind: "product_category", category };
  },
};

/**
 * @param {import("../../components/combobox/combobox.js").Choice[]} drivers
 * @returns {Kind}
 */
export const driverKind = (drivers) => ({
  label: "Change the driver",
  icon: "user",
  heading: (rows) => `Change the driver of ${rows}`,
  action: "Change",
  fields: () => [
    field(
      "Driver",
      boxWithNone("driver_id", "Choose a driver", "Nobody", async (words) =>
        drivers.filter(({ label }) => label.toLowerCase().includes(words.toLowerCase())),
      ),
      { ...WIDE, pointer: "/change/driver_id", hint: "Orders that are open keep theirs" },
    ),
  ],
  change: (form) =>
    form.get("driver_id") ? { kind: "route_driver", driver_id: idIn(form, "driver_id") } : null,
});

/** @param {"device_archived" | "product_archived"} kind @param {boolean} archived @returns {Kind} */
export const archivingKind = (kind, archived) => ({
  label: archived ? "Archive" : "Restore",
  icon: archived ? "archive" : "archive-restore",
  heading: (rows) => `${archived ? "Archive" : "Restore"} ${rows}`,
  action: archived ? "Archive" : "Restore",
  fields: () => [],
  change: () => ({ kind, archived }),
});

/**
 * A choice that has to be made, and that "none" is the first of.
 * @param {string} name
 * @param {string} placeholder
 * @param {string} none
 * @param {import("../../components/combobox/combobox.js").Combobox["source"]} source
 */
const boxWithNone = (name, placeholder, none, source) =>
  combobox({
    name,
    placeholder,
    required: true,
    source: async (words, signal) => [
      ...(none.toLowerCase().includes(words.toLowerCase()) ? [{ value: NONE, label: none }] : []),
      ...(await source(words, signal)),
    ],
  });

/** @param {string} name @param {string} placeholder */
const productBox = (name, placeholder) =>
  combobox({ name, placeholder, required: true, source: findProducts([]) });

const onlyProductField = () =>
  field(
    "Only this product",
    combobox({ name: "only_product_id", placeholder: "All products", source: findProducts([]) }),
    { ...WIDE, optional: true, pointer: "/change/product_id", hint: ALL_PRODUCTS },
  );

/** @param {FormData} form */
function onlyProductIn(form) {
  const product_id = idIn(form, "only_product_id");
  return product_id ? { product_id } : {};
}

function priceFields() {
  return [
    field(
      "How",
      choiceOf([
        ["set", "Set to"],
        ["add", "Add an amount"],
        ["percent", "Add percents"],
      ]),
    ),
    field("Amount", textInput("amount", "", { inputmode: "decimal", required: true }), {
      pointer: "/amount",
      hint: "Below zero makes them cheaper: -5",
    }),
    field("Round to", textInput("step", "", { inputmode: "decimal" }), {
      ...WIDE,
      optional: true,
      pointer: "/step",
      hint: "A multiple of this amount, where something is added",
    }),
  ];
}

/**
 * What the fields of a price say; null while there is no amount.
 * @param {FormData} form
 * @returns {import("../../api.js").Schemas["Repricing"] | null}
 */
function priceIn(form) {
  const text = textIn(form, "amount");
  if (text === "") return null;
  const how = form.get("how");
  if (how === "set") return { set_cents: amountIn(text, "/amount") ?? 0 };
  const step = amountIn(textIn(form, "step"), "/step");
  const rounded = step ? { step_cents: step } : {};
  if (how === "percent") return { percent: percentIn(text), ...rounded };
  const isLess = /^[-−]/.test(text);
  const cents = amountIn(text.replace(/^[-−+]\s*/, ""), "/amount") ?? 0;
  return { add_cents: isLess ? -cents : cents, ...rounded };
}

/** @param {string} label */
function sizeFields(label) {
  return [
    field(
      "How",
      choiceOf([
        ["scale", "Percents of what it is"],
        ["set", "Set to"],
      ]),
    ),
    field(label, textInput("amount", "", { inputmode: "decimal", required: true }), {
      pointer: "/amount",
      hint: "120 is a fifth more",
    }),
  ];
}

/**
 * @param {FormData} form
 * @returns {import("../../api.js").Schemas["Resizing"] | null}
 */
function sizeIn(form) {
  const text = textIn(form, "amount");
  if (text === "") return null;
  if (form.get("how") === "scale") return { scale_percent: percentIn(text) };
  if (!/^\d{1,5}$/.test(text)) throw wrong("A whole number of units");
  return { set: Number(text) };
}

/** @param {string} text */
function percentIn(text) {
  const read = readPercent(text);
  if ("wrong" in read) throw wrong(read.wrong);
  return read.percent;
}

/** @param {string} message */
const wrong = (message) =>
  new ApiError({
    status: 422,
    title: "This cannot be",
    detail: message,
    errors: [{ pointer: "/amount", message }],
  });

/** @param {[string, string][]} options */
const choiceOf = (options) =>
  h(
    "select",
    { class: "select", name: "how" },
    options.map(([value, label]) => h("option", { value }, label)),
  );
