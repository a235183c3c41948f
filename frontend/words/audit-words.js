/**
 * Audit entries in words: actions, nouns, fields and values as an operator would say them.
 * @module
 */
import { AUDITED } from "./audited.js";
import { date, dateTime, money, number, units } from "./format.js";
import { locationKindLabel } from "./location-kinds.js";
import { roleLabel } from "./roles.js";

/** @typedef {import("../api.js").Schemas["AuditEntry"]} Entry */

/** A line tells of so many changes; a change of many rows has thousands. */
const MOST_TOLD = 20;
/** What was done, by the name of the action. @type {Record<string, string>} */
const ACTIONS = Object.assign({}, ...Object.values(AUDITED).map(({ actions }) => actions));

/** @param {string} action */
export const actionWords = (action) => ACTIONS[action] ?? sentence(action.replace(".", " "));

/** @param {string} noun */
export const nounLabel = (noun) => AUDITED[noun]?.word ?? sentence(noun);

/**
 * `price_cents` is "Price", `driver_id` "Driver", `cabinet_ids` "Cabinets".
 * @param {string} field
 */
export const fieldLabel = (field) =>
  sentence(field.replace(/_ids$/, "s").replace(/_(cents|id|at|on)$/, ""));

/** One side of a change. @param {string} field @param {unknown} value */
export function valueWords(field, value) {
  if (isEmpty(value)) return "empty";
  if (field === "kind") return locationKindLabel(String(value));
  if (field === "role") return roleLabel(/** @type {any} */ (value));
  if (typeof value === "number") return numberWords(field, value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return textWords(field, value);
  if (Array.isArray(value))
    return units(value.length, fieldLabel(field).toLowerCase().replace(/s$/, ""));
  return JSON.stringify(value);
}

/** @param {string} field @param {number} value */
function numberWords(field, value) {
  if (field.endsWith("_cents")) return money(value);
  if (field.endsWith("_id")) return `number ${value}`;
  return number(value, Number.isInteger(value) ? 0 : 4);
}

/** @param {string} field @param {string} value */
function textWords(field, value) {
  if (field.endsWith("_at")) return dateTime(value);
  return field.endsWith("_on") ? date(value) : value;
}

/** Of a list, what is in it. @param {unknown} value */
export function contentWords(value) {
  if (!Array.isArray(value)) return "";
  if (value.every((each) => typeof each === "number")) return `Number ${value.join(", ")}`;
  return value.every((each) => typeof each === "string") ? value.join(", ") : JSON.stringify(value);
}

/**
 * All changes in one line; what was empty and still is goes without saying.
 * @param {Entry} entry
 */
export function changesLine({ changes }) {
  const told = changes.filter(({ from, to }) => !isEmpty(from) || !isEmpty(to));
  const line = told
    .slice(0, MOST_TOLD)
    .map(
      ({ field, from, to }) =>
        `${fieldLabel(field)}: ${isEmpty(from) ? "" : `${valueWords(field, from)} → `}${valueWords(field, to)}`,
    )
    .join("; ");
  return told.length > MOST_TOLD ? `${line}; …` : line;
}

/** @param {unknown} value */
function isEmpty(value) {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** @param {string} words */
function sentence(words) {
  const plain = words.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
