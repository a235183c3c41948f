/**
 * Alerts and their rules in plain words.
 * @module
 */
import { roleLabel } from "./roles.js";
import { locationKindLabel } from "./location-kinds.js";
import { isolated, money, number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["Alert"]} Alert */
/** @typedef {import("../api.js").Schemas["AlertKind"]} Kind */
/** @typedef {import("../api.js").Schemas["AlertRule"]} Rule */
/** @typedef {import("../api.js").Schemas["AlertRulePreview"]} Preview */

/**
 * A kind: what the threshold of a rule means, where it has one, and what it is limited to.
 * @typedef {object} KindWords
 * @property {string} label
 * @property {Rule["unit"]} unit
 * @property {string} [threshold] the label of its field
 * @property {string} [hint]
 * @property {number} usual the threshold that is proposed
 * @property {Rule["scope"][]} scopes
 * @property {"bad" | "warn"} status
 */

/** @type {Rule["scope"][]} */
const PLACES = ["all", "route", "location_kind", "device"];

/** In the order in which they are offered. @type {Record<Kind, KindWords>} */
export const ALERT_KINDS = {
  sold_out: {
    label: "Sold out",
    unit: "money",
    threshold: "From a loss a day of",
    hint: "0 is every selection that is sold out.",
    usual: 0,
    scopes: PLACES,
    status: "bad",
  },
  runs_out: {
    label: "Runs out before the next visit",
    unit: "days",
    threshold: "Within days, where no visit is planned",
    hint: "Where one is planned, what will not last until then.",
    usual: 2,
    scopes: PLACES,
    status: "warn",
  },
  silent: {
    label: "Silent",
    unit: "hours",
    threshold: "After hours without an audit",
    usual: 48,
    scopes: PLACES,
    status: "warn",
  },
  fault: { label: "Fault", unit: "none", usual: 0, scopes: PLACES, status: "bad" },
  climate_or_door: {
    label: "Temperature or door",
    unit: "none",
    usual: 0,
    scopes: PLACES,
    status: "bad",
  },
  price_differs: {
    label: "Price differs",
    unit: "money",
    threshold: "From a loss a day of",
    hint: "What the machine takes less than its slots say. 0 is every difference.",
    usual: 0,
    scopes: PLACES,
    status: "warn",
  },
  not_booked: {
    label: "Counted, not booked",
    unit: "units",
    threshold: "From units",
    usual: 10,
    scopes: PLACES,
    status: "warn",
  },
  late_order: {
    label: "Late order",
    unit: "days",
    threshold: "From days late",
    usual: 1,
    scopes: ["all", "route"],
    status: "warn",
  },
  damaged_read: { label: "Damaged audit", unit: "none", usual: 0, scopes: ["all"], status: "warn" },
  backup_old: {
    label: "Backup is old",
    unit: "hours",
    threshold: "After hours without a backup",
    usual: 26,
    scopes: ["all"],
    status: "bad",
  },
};

/** @type {Record<Rule["scope"], string>} */
export const SCOPES = {
  all: "Everywhere",
  route: "One route",
  location_kind: "One kind of location",
  device: "One device",
};

/** @type {Record<Rule["email"], string>} */
export const EMAILS = {
  none: "On the page only",
  at_once: "Mail at once",
  digest: "Mail every morning",
};

/** @type {Record<Alert["state"], string>} */
export const STATES = {
  open: "Open",
  snoozed: "Resting",
  acknowledged: "Seen",
  resolved: "Resolved",
};

/** From where on somebody is told. @param {Pick<Rule, "kind" | "unit" | "threshold">} rule */
export function thresholdWords({ kind, unit, threshold }) {
  if (unit === "none" || (unit === "money" && threshold === 0)) return "each one";
  if (unit === "money") return `from ${money(threshold)} a day`;
  if (unit === "hours") return `after ${units(threshold, "hour")}`;
  if (unit === "units") return `from ${units(threshold)}`;
  return kind === "late_order"
    ? `from ${units(threshold, "day")} late`
    : `within ${units(threshold, "day")}`;
}

/** Where a rule holds. @param {Pick<Rule, "scope" | "scope_name" | "location_kind">} rule */
export function scopeWords({ scope, scope_name, location_kind }) {
  if (scope === "location_kind") return locationKindLabel(location_kind ?? "");
  return scope === "all" ? "everywhere" : (scope_name ?? "something that is gone");
}

/** Who is told. @param {Pick<Rule, "roles" | "user_names">} rule */
export const whoWords = ({ roles, user_names }) =>
  [...roles.map((role) => `${roleLabel(role)}s`), ...user_names].join(", ");

/** How and when. @param {Pick<Rule, "email" | "weekdays" | "from_time" | "until_time">} rule */
export function howWords({ email, weekdays, from_time, until_time }) {
  const how = EMAILS[email];
  if (email === "none") return how;
  const days = DAYS_IN_WORDS[weekdays] ?? [...weekdays].map((day) => WEEKDAYS[Number(day) - 1]);
  const hours = email === "at_once" && from_time ? [`${from_time}–${until_time}`] : [];
  return [how, ...[days].flat(), ...hours].join(", ");
}

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** @type {Record<string, string[]>} */
const DAYS_IN_WORDS = { 1234567: [], 12345: ["working days"] };

/** What a rule would do now. @param {Preview} preview */
export function previewWords({ alerts, more, lost_cents_per_day: lost }) {
  if (alerts === 0) return "It would open no alert now.";
  const count = `${number(alerts)}${more ? "+" : ""} ${alerts === 1 ? "alert" : "alerts"}`;
  return `It would have opened ${count} now${lost > 0 ? `, worth ${money(lost)} a day` : ""}.`;
}

/** What is at stake. @param {{open: number, more: boolean, lost_cents_per_day: number}} summary */
export function summaryWords({ open, more, lost_cents_per_day: lost }) {
  if (open === 0) return "Nothing is open.";
  const count = `${number(open)}${more ? "+" : ""} open`;
  return lost > 0 ? `${count}, about ${money(lost)} a day at stake.` : `${count}.`;
}

/**
 * Where looking for alerts failed, in words; null where it did not.
 * @param {import("../api.js").Schemas["FailedLook"][]} failed
 */
export function failedWords(failed) {
  if (failed.length === 0) return null;
  const names = failed
    .slice(0, 3)
    .map(({ noun, noun_id, name }) => placeWords(noun, noun_id, name));
  const more = failed.length > 3 ? [`${number(failed.length - 3)} more`] : [];
  const named = [...names, ...more];
  const last = named.pop();
  const all = named.length > 0 ? `${named.join(", ")} and ${last}` : last;
  return (
    `Looking for alerts failed at ${all}: what stands there may be old. It is tried again every ` +
    "five minutes; the log of the server says what went wrong."
  );
}

/** @param {string} noun @param {number} id @param {string | null} name */
function placeWords(noun, id, name) {
  if (noun === "backup") return "the backups";
  if (noun === "service_order") return `order ${id}`;
  if (noun === "dex_read") return `DEX read ${id}`;
  return `machine ${name === null ? id : isolated(name)}`;
}

/** Where it is put right. @param {Pick<Alert, "kind" | "noun" | "noun_id" | "device_id">} alert */
export function placeOf({ kind, noun, noun_id, device_id }) {
  if (noun === "service_order") return `/service-orders/${noun_id}`;
  if (noun === "dex_read") return `/dex/${noun_id}`;
  if (noun === "backup") return "/backups";
  if (kind === "price_differs") return `/devices/${device_id}/planogram?view=price`;
  // Each fault has a ticket there, where the work on it is noted.
  if (kind === "fault" || kind === "climate_or_door") return `/devices/${device_id}?tab=tickets`;
  return kind === "silent" || kind === "not_booked"
    ? `/devices/${device_id}?tab=reads`
    : `/devices/${device_id}`;
}
