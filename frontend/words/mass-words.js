/**
 * Changes of many rows in words: what was done, and what a row was and became.
 * @module
 */
import { isolated, money, NONE, number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["MassChange"]} MassChange */
/** @typedef {import("../api.js").Schemas["MassField"]} Field */

/**
 * What was done, in one line.
 * @param {Pick<MassChange, "kind" | "noun" | "target" | "changed_rows">} change
 */
export function massLine({ kind, noun, target, changed_rows }) {
  const rows = units(changed_rows, noun);
  const to = target === null ? "" : isolated(target);
  switch (kind) {
    case "device_route":
      return to ? `Moved ${rows} to ${to}` : `Took ${rows} off their routes`;
    case "device_location":
      return to ? `Moved ${rows} to ${to}` : `Took ${rows} from their locations`;
    case "device_type":
      return `Changed the type of ${rows} to ${to}`;
    case "device_archived":
    case "product_archived":
      return target === "archived" ? `Archived ${rows}` : `Restored ${rows}`;
    case "product_category":
      return to ? `Moved ${rows} to ${to}` : `Took ${rows} out of their categories`;
    case "slot_layout":
      return `Copied the planogram of ${to} to ${rows}`;
    case "slot_product":
      return `Put ${to} into ${rows}`;
    default:
      return `Changed ${FIGURES[kind] ?? "something"} of ${rows}`;
  }
}

/**
 * What is to be done on a later day, in one line.
 * @param {Pick<import("../api.js").Schemas["PlannedChange"], "change" | "target" |
 *   "selected_rows">} planned
 */
export function plannedLine({ change, target, selected_rows }) {
  const devices = units(selected_rows, "device");
  switch (change.kind) {
    case "product_price":
      return `List price of ${units(selected_rows, "product")} ${repricing(change.price)}`;
    case "slot_price":
      return `Prices of slots in ${devices} ${repricing(change.price)}`;
    default:
      return `${isolated(String(target))} into slots of ${devices}`;
  }
}

/** `to $1.95`, `by +5 %`. @param {import("../api.js").Schemas["Repricing"]} price */
function repricing(price) {
  if ("set_cents" in price) return `to ${money(price.set_cents)}`;
  const by = "percent" in price ? price.percent : price.add_cents;
  const sign = by < 0 ? "−" : "+";
  const size = Math.abs(by);
  return `by ${sign}${"percent" in price ? `${size} %` : money(size)}`;
}

/** @type {Record<string, string>} */
const FIGURES = {
  product_price: "the list price",
  route_driver: "the driver",
  slot_price: "the price",
  slot_par: "the par level",
  slot_capacity: "the capacity",
};

/**
 * What a row was, or became.
 * @param {Field} field
 * @param {string | number | boolean | null} value
 * @param {(driver_id: number) => string} [driver] how somebody is called
 */
export function massValue(field, value, driver = (id) => `Driver ${id}`) {
  if (value === null || value === "") return NONE;
  if (field === "archived") return value ? "archived" : "in use";
  if (field === "price_cents") return money(Number(value));
  if (field === "driver_id") return driver(Number(value));
  return typeof value === "number" ? number(value) : isolated(String(value));
}

/**
 * Why rows are left alone: `3 slots: would cost less than nothing (T-1 A1, T-1 A2, …)`.
 * @param {import("../api.js").Schemas["MassChangePreview"]["refusals"][number]} refusal
 * @param {string} noun
 */
export function refusalLine({ reason, count, names }, noun) {
  const some = names.map((name) => isolated(name)).join(", ");
  return `${units(count, noun)}: ${reason} (${some}${count > names.length ? ", …" : ""})`;
}

/**
 * A number of percents as it is typed, `-5` or `2.5`; a sentence where it is none.
 * @param {string} text
 * @returns {{percent: number} | {wrong: string}}
 */
export function readPercent(text) {
  const plain = text.trim().replace(/\s*%$/, "").replace("−", "-").replace(",", ".");
  if (!/^[+-]?\d{1,4}(\.\d{1,3})?$/.test(plain)) return { wrong: "Percents, such as 5 or -2.5" };
  return { percent: Number(plain) };
}
