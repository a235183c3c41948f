/**
 * How figures, money and time are worded. `configure` sets the operator's currency, zone and locale once.
 * What is not known is `null`, and every formatter words it as an en dash; where a reason can be given, use `unknown`.
 * @module
 */
import { h } from "./dom.js";

/** @typedef {{currency?: string, time_zone?: string, locale?: string}} Conventions */

const NONE = "–";
/** @type {string | undefined} */ let locale;
/** @type {string | undefined} */ let timeZone;
/** @type {Intl.NumberFormat} */ let moneyFormat;
/** @type {Intl.NumberFormat} */ let integerFormat;
/** @type {Intl.DateTimeFormat} */ let dateTimeFormat;
/** @type {Intl.DateTimeFormat} */ let dateFormat;
/** @type {Intl.DateTimeFormat} */ let localDateFormat;
/** @type {Intl.DateTimeFormat} */ let clockFormat;
/** @type {Intl.DateTimeFormat} */ let localDayFormat;
/** @type {Intl.RelativeTimeFormat} */ let relativeFormat;
let minorUnits = 100;

/** @param {Conventions} conventions */
export function configure(conventions) {
  locale = supported(conventions.locale);
  timeZone = conventions.time_zone || undefined;
  moneyFormat = new Intl.NumberFormat(locale, { style: "currency", currency: conventions.currency || "USD" });
  minorUnits = 10 ** (moneyFormat.resolvedOptions().maximumFractionDigits ?? 2);
  integerFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  dateTimeFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  dateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone });
  localDateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  localDayFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  clockFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
}

/** @param {string | undefined} tag */
function supported(tag) {
  try {
    return tag ? Intl.getCanonicalLocales(tag.replace("_", "-"))[0] : undefined;
  } catch {
    return undefined;
  }
}

configure({});

/** Money from minor units. @param {number | null | undefined} cents */
export const money = (cents) => (cents === null || cents === undefined ? NONE : moneyFormat.format(cents / minorUnits));

/** What a person types as money, in minor units; null when it is no amount. @param {string} text */
export function centsOf(text) {
  const clean = text.trim().replace(/[^\d.,-]/g, "");
  const decimal = Math.max(clean.lastIndexOf(","), clean.lastIndexOf("."));
  const isDecimal = decimal >= 0 && clean.length - decimal - 1 <= 2;
  const whole = (isDecimal ? clean.slice(0, decimal) : clean).replace(/[.,]/g, "");
  const amount = Number(isDecimal ? `${whole || "0"}.${clean.slice(decimal + 1)}` : whole);
  return clean === "" || Number.isNaN(amount) ? null : Math.round(amount * minorUnits);
}

/** Money as a person would type it, for an input. @param {number | null | undefined} cents */
export const moneyInput = (cents) => (cents === null || cents === undefined ? "" : (cents / minorUnits).toFixed(Math.round(Math.log10(minorUnits))));

/** @param {number | null | undefined} value @param {number} [digits] fraction digits, 0 unless said */
export function number(value, digits = 0) {
  if (value === null || value === undefined) return NONE;
  return digits === 0 ? integerFormat.format(value) : value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `1 unit`, `12 units`, or another noun: `units(3, "slot")`. @param {number | null | undefined} count @param {string} [noun] @param {string} [plural] */
export const units = (count, noun = "unit", plural = `${noun}s`) => (count === null || count === undefined ? NONE : `${number(count)} ${count === 1 ? noun : plural}`);

/** A percentage that is already 0..100. @param {number | null | undefined} value @param {number} [digits] */
export const percent = (value, digits = 0) => (value === null || value === undefined ? NONE : `${number(value, digits)}%`);

/** A signed change: `+12%`, `−3`. @param {number | null | undefined} value @param {string} [suffix] @param {number} [digits] */
export function change(value, suffix = "", digits = 0) {
  if (value === null || value === undefined) return NONE;
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return `${sign}${number(Math.abs(value), digits)}${suffix}`;
}

/** `2.4 d`. @param {number | null | undefined} value */
export const days = (value) => (value === null || value === undefined ? NONE : `${number(value, value < 10 ? 1 : 0)} d`);

// Letters that run from right to left; marks that turn what follows them, also letters that would not.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]/;
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** A name inside a sentence: whichever way it runs, what stands around it stays in its order. @param {string} name */
export function isolated(name) {
  const plain = name.replace(TURNING, "");
  return plain !== name || RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : name;
}

/** A UTC time in the operator's zone. @param {string | null | undefined} time */
export const dateTime = (time) => (time ? dateTimeFormat.format(new Date(time)) : NONE);

/** A time without a zone, `2026-01-31T08:00:00`, as a machine's own clock shows it. @param {string | null | undefined} local */
export const clockTime = (local) => (local ? clockFormat.format(new Date(`${local}Z`)) : NONE);

/** A local date `2026-01-31`, or the operator's day of a UTC time. @param {string | null | undefined} value */
export function date(value) {
  if (!value) return NONE;
  return value.length === 10 ? localDateFormat.format(new Date(`${value}T00:00:00Z`)) : dateFormat.format(new Date(value));
}

/** A local date `2026-01-31` without its year, for axes and for periods of a few weeks: `31 Jan`. @param {string} day */
export const dayOfMonth = (day) => localDayFormat.format(new Date(`${day}T00:00:00Z`));

/** Two local dates as a period: `18 – 31 Jan 2026`. @param {string} from @param {string} to */
export const period = (from, to) => localDateFormat.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));

/** A local date, moved by some days. @param {string} day @param {number} moved */
export function movedDate(day, moved) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + moved);
  return date.toISOString().slice(0, 10);
}

/** Today in the operator's zone as `2026-01-31`, moved by some days. @param {number} [moved] */
export function localDate(moved = 0) {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
  return movedDate(today, moved);
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const STEPS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

/** `3 hr. ago`; under a minute `now`. @param {string} time @param {number} [now] milliseconds */
export function relative(time, now = Date.now()) {
  const seconds = (new Date(time).getTime() - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return relativeFormat.format(Math.round(seconds / length), unit);
  }
  return "now";
}

/** `–`, with the reason on focus and hover: a figure is measured or absent. @param {string} reason */
export function unknown(reason) {
  return h("span", { class: "unknown", tabindex: 0, "data-tip": reason }, h("span", { "aria-hidden": "true" }, NONE), h("span", { class: "visually-hidden" }, `unknown: ${reason}`));
}

/** A relative time that keeps itself current, the absolute one on focus. @param {string | null | undefined} time @param {string} [reason] why there may be none */
export function time(time, reason = "Never happened") {
  return time ? h("cvd-time", { datetime: time }) : unknown(reason);
}
