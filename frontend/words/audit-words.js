/**
 * Audit entries in words: actions, nouns, fields and values as an operator would say them.
 * @module
 */
import { date, dateTime, money, number, units } from "./format.js";
import { locationKindLabel } from "./location-kinds.js";
import { roleLabel } from "./roles.js";

/** @typedef {import("../api.js").Schemas["AuditEntry"]} Entry */

/**
 * What the log tells of: keys and backups are the console's.
 * @typedef {import("../api.js").Noun | "audit_key" | "backup"} Logged
 */

/**
 * Nouns as the entries name them.
 * @type {Partial<Record<Logged, string>>}
 */
export const NOUNS = {
  device: "Device",
  cabinet: "Cabinet",
  product: "Product",
  location: "Location",
  route: "Route",
  service_order: "Service order",
  visit: "Visit",
  skip: "Skipped stop",
  dex_read: "Audit",
  quarantined_file: "Refused file",
  device_type: "Device type",
  cabinet_type: "Cabinet type",
  user: "User",
  settings: "Settings",
  audit_key: "Key of the audit log",
  backup: "Backup",
};

/** What was done, by the name of the action. @type {Record<`${Logged}.${string}`, string>} */
export const ACTIONS = {
  "session.created": "Signed in",
  "session.deleted": "Signed out",
  "session.ended": "Ended sessions from elsewhere",
  "api_key.created": "Made an API key",
  "api_key.revoked": "Revoked an API key",
  "second_factor.confirmed": "Set up a second factor",
  "second_factor.removed": "Took the second factor away",
  "second_factor.reset": "Reset a second factor",
  "sign_in_rule.updated": "Changed who needs a second factor",
  "user.created": "Created user",
  "user.updated": "Changed user",
  "user.password_changed": "Chose a new password",
  "user.password_reset": "Reset a password",
  "user.locked": "Has to wait after failed sign-ins",
  "user.unlocked": "Let somebody try to sign in at once",
  "audit_key.created": "Began a key of the audit log",
  "backup.restored": "Restored a backup",
  "settings.updated": "Changed the settings",
  "example.loaded": "Loaded the example fleet",
  "product.created": "Created product",
  "product.updated": "Changed product",
  "product.slots_replace": "Replaced a product in its slots",
  "product.slots_sell_out": "Lets a product sell out",
  "product.slots_refill": "Lets a product be refilled again",
  "product.slots_price": "Changed the price of a product's slots",
  "product.slots_undone": "Took a change of a product's slots back",
  "location.created": "Created location",
  "location.updated": "Changed location",
  "route.created": "Created route",
  "route.updated": "Changed route",
  "device_type.created": "Created device type",
  "device_type.updated": "Changed device type",
  "cabinet_type.created": "Created cabinet type",
  "cabinet_type.updated": "Changed cabinet type",
  "device.created": "Created device",
  "device.updated": "Changed device",
  "device.archived": "Archived device",
  "device.restored": "Restored device",
  "device.cabinet_added": "Added a cabinet",
  "device.cabinet_removed": "Removed a cabinet",
  "device.serial_learned": "Learned the serial",
  "device.counters_pair_learned": "Learned which counters count",
  "planogram.changed": "Changed planogram",
  "dex_read.received": "Received an audit",
  "dex_read.released": "Found an audit not damaged after all",
  "dex_read.assigned": "Assigned an audit",
  "dex_read.accepted": "Accepted an audit",
  "quarantined_file.received": "Kept a refused file",
  "quarantined_file.deleted": "Deleted a refused file",
  "quarantined_file.dropped": "Dropped an old refused file",
  "service_order.created": "Created order",
  "service_order.assigned": "Assigned order",
  "service_order.updated": "Changed order",
  "service_order.loaded": "Loaded order again",
  "service_order.cancelled": "Cancelled order",
  "service_order.started": "Started order",
  "service_order.completed": "Completed order",
  "service_order.set_back": "Set order back",
  "skip.created": "Skipped a stop",
  "skip.taken_back": "Took a skipped stop back",
  "visit.created": "Carried out a visit",
  "visit.reversed": "Reversed a visit",
  "visit.differences_seen": "Saw how counts differ",
  "visit.differences_unseen": "Made differing counts news again",
};

/** @param {string} action */
export const actionWords = (action) =>
  ACTIONS[/** @type {keyof typeof ACTIONS} */ (action)] ?? sentence(action.replace(".", " "));

/** @param {string} noun */
export const nounLabel = (noun) => NOUNS[/** @type {Logged} */ (noun)] ?? sentence(noun);

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
export const changesLine = ({ changes }) =>
  changes
    .filter(({ from, to }) => !isEmpty(from) || !isEmpty(to))
    .map(
      ({ field, from, to }) =>
        `${fieldLabel(field)}: ${isEmpty(from) ? "" : `${valueWords(field, from)} → `}${valueWords(field, to)}`,
    )
    .join("; ");

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
