/**
 * How figures, money and time are worded. `configure` sets the operator's currency, zone and locale
 * once.
 * What is not known is `null`, and every formatter words it as an en dash; where a reason can be
 * given, use `unknown`.
 * @module
 */

/**
 * @typedef {{currency?: string, currency_decimals?: number, time_zone?: string, locale?: string}}
 *   Conventions
 */

/** What is not known. */
export const NONE = "–";
/** @type {string | undefined} */ let locale;
/** @type {string | undefined} */ let timeZone;
/** @type {Intl.NumberFormat} */ let moneyFormat;
/** @type {Intl.NumberFormat} */ let integerFormat;
/** @type {Intl.DateTimeFormat} */ let dateTimeFormat;
/** @type {Intl.DateTimeFormat} */ let dateFormat;
/** @type {Intl.DateTimeFormat} */ let localDateFormat;
/** @type {Intl.DateTimeFormat} */ let clockFormat;
/** @type {Intl.DateTimeFormat} */ let localDayFormat;
/** @type {Intl.DateTimeFormat} */ let weekdayFormat;
/** @type {Intl.DateTimeFormat} */ let monthFormat;
/** @type {Intl.RelativeTimeFormat} */ let relativeFormat;
/** @type {Intl.NumberFormat} */ let wholeMoneyFormat;
/** @type {Intl.NumberFormat} */ let amountFormat;
let currency = "USD";
let decimals = 2;
let minorUnits = 100;

/** @param {Conventions} conventions */
export function configure(conventions) {
  locale = supported(conventions.locale);
  timeZone = conventions.time_zone || undefined;
  currency = conventions.currency || "USD";
  // As the server says: browsers deviate from ISO 4217 for some currencies.
  decimals = conventions.currency_decimals ?? 2;
  minorUnits = 10 ** decimals;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  moneyFormat = new Intl.NumberFormat(locale, { style: "currency", currency, ...digits });
  wholeMoneyFormat = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    maximumFractionDigits: 0,
    minimumFractionDigits: 0,
  });
  amountFormat = new Intl.NumberFormat(locale, { useGrouping: false, ...digits });
  integerFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  dateTimeFormat = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone,
  });
  dateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone });
  localDateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  localDayFormat = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  weekdayFormat = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  monthFormat = new Intl.DateTimeFormat(locale, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  clockFormat = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
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
export const money = (cents) =>
  cents === null || cents === undefined ? NONE : moneyFormat.format(cents / minorUnits);

/**
 * Money on an axis: without decimals where no mark needs them.
 * @param {(number | null)[]} marks in minor units
 */
export const moneyMarks = (marks) =>
  marks.map((cents) =>
    cents === null
      ? ""
      : marks.every((each) => (each ?? 0) % minorUnits === 0)
        ? wholeMoneyFormat.format(cents / minorUnits)
        : money(cents),
  );

/**
 * What a person types as money, in the operator's way of writing it: `cents`, minor units, null
 * where nothing is typed;
 * or `wrong`, why it is no amount.
 * @param {string} text
 * @returns {{cents: number | null, wrong?: undefined} | {cents?: undefined, wrong: string}}
 */
export function readMoney(text) {
  const { decimal, group, digits } = signs();
  const plain = [...text]
    .map((sign) => (digits.includes(sign) ? String(digits.indexOf(sign)) : sign))
    .join("");
  const clean = plain.replaceAll(currency, "").replace(/[\p{Sc}\p{Cf}\s'’]/gu, "");
  if (clean === "")
    return text.trim() === ""
      ? { cents: null }
      : { wrong: `${text.trim()} is no amount: write it like ${example()}` };
  if (/^[-−]/.test(clean)) return { wrong: "An amount can't be below zero" };
  const found = partsOf(clean, decimal, group);
  if (!found) return { wrong: `${text.trim()} is no amount: write it like ${example()}` };
  const { whole, fraction } = found;
  if (fraction.length > decimals)
    return {
      wrong:
        decimals === 0
          ? `Amounts in ${currency} have no decimals: write it like ${example()}`
          : `Amounts in ${currency} have ${decimals} decimals, ${text.trim()} has ${fraction.length}`,
    };
  const cents = Number(whole + fraction.padEnd(decimals, "0"));
  return Number.isSafeInteger(cents)
    ? { cents }
    : { wrong: `${text.trim()} is more than can be kept` };
}

/** How amounts are written here, as one. */
const example = () => amountFormat.format(decimals === 0 ? 1234 : 1234.5);

/** The decimal sign, the sign between thousands and the ten digits of the operator's language. */
function signs() {
  const parts = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    useGrouping: "always",
  }).formatToParts(12345.5);
  const sign = (/** @type {string} */ type) =>
    parts.find((part) => part.type === type)?.value ?? "";
  const figure = new Intl.NumberFormat(locale, { useGrouping: false });
  return {
    decimal: sign("decimal") || ".",
    group: sign("group") || ",",
    digits: Array.from({ length: 10 }, (_, digit) => figure.format(digit)),
  };
}

/**
 * The digits before and behind the decimal sign. A point and a comma stand for each other only
 * where that has one
 * reading: `1.50` where amounts are written 1,50, but never `1.500`, which is a thousand and a half
 * there.
 * @param {string} text @param {string} decimal @param {string} group
 */
function partsOf(text, decimal, group) {
  const [point, comma] = [decimal, group].map((sign) =>
    sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  const here = new RegExp(
    `^(\\d+|\\d{1,3}(?:${comma}\\d{2,3})*${comma}\\d{3})?(?:${point}(\\d*))?$`,
  ).exec(text);
  const elsewhere = here ?? /^(\d*)[.,](\d{1,2}|\d{4,})$/.exec(text);
  return elsewhere && /\d/.test(text)
    ? { whole: (elsewhere[1] || "0").replace(/\D/g, ""), fraction: elsewhere[2] ?? "" }
    : null;
}

/** Money as a person would type it, for an input. @param {number | null | undefined} cents */
export const moneyInput = (cents) =>
  cents === null || cents === undefined ? "" : amountFormat.format(cents / minorUnits);

/**
 * @param {number | null | undefined} value
 * @param {number} [digits] fraction digits, 0 unless said
 */
export function number(value, digits = 0) {
  if (value === null || value === undefined) return NONE;
  return digits === 0
    ? integerFormat.format(value)
    : value.toLocaleString(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
}

/**
 * `1 unit`, `12 units`, or another noun: `units(3, "slot")`.
 * @param {number | null | undefined} count
 * @param {string} [noun]
 * @param {string} [plural]
 */
export const units = (count, noun = "unit", plural = `${noun}s`) =>
  count === null || count === undefined ? NONE : `${number(count)} ${count === 1 ? noun : plural}`;

/**
 * A percentage that is already 0..100.
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export const percent = (value, digits = 0) =>
  value === null || value === undefined ? NONE : `${number(value, digits)}%`;

/**
 * A signed change: `+12%`, `−3`.
 * @param {number | null | undefined} value
 * @param {string} [suffix]
 * @param {number} [digits]
 */
export function change(value, suffix = "", digits = 0) {
  if (value === null || value === undefined) return NONE;
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return `${sign}${number(Math.abs(value), digits)}${suffix}`;
}

/** `2.4 d`. @param {number | null | undefined} value */
export const days = (value) =>
  value === null || value === undefined ? NONE : `${number(value, value < 10 ? 1 : 0)} d`;

// Letters that run from right to left; marks that turn what follows them, also letters that would
// not.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]/;
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name inside a sentence: whichever way it runs, what stands around it stays in its order.
 * @param {string} name
 */
export function isolated(name) {
  const plain = name.replace(TURNING, "");
  return plain !== name || RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : name;
}

/** A UTC time in the operator's zone. @param {string | null | undefined} time */
export const dateTime = (time) => (time ? dateTimeFormat.format(new Date(time)) : NONE);

/**
 * A time without a zone, `2026-01-31T08:00:00`, as a machine's own clock shows it.
 * @param {string | null | undefined} local
 */
export const clockTime = (local) => (local ? clockFormat.format(new Date(`${local}Z`)) : NONE);

/**
 * A local date `2026-01-31`, or the operator's day of a UTC time.
 * @param {string | null | undefined} value
 */
export function date(value) {
  if (!value) return NONE;
  return value.length === 10
    ? localDateFormat.format(new Date(`${value}T00:00:00Z`))
    : dateFormat.format(new Date(value));
}

/**
 * A local date `2026-01-31` without its year, for axes and for periods of a few weeks: `31 Jan`.
 * @param {string} day
 */
export const dayOfMonth = (day) => localDayFormat.format(new Date(`${day}T00:00:00Z`));

/** `Tue` of a local date. @param {string} day */
export const weekdayName = (day) => weekdayFormat.format(new Date(`${day}T00:00:00Z`));

/** `February 2026` of a local date. @param {string} day */
export const monthName = (day) => monthFormat.format(new Date(`${day}T00:00:00Z`));

/** Two local dates as a period: `18 – 31 Jan 2026`. @param {string} from @param {string} to */
export const period = (from, to) =>
  localDateFormat.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));

/** A local date, moved by some days. @param {string} day @param {number} moved */
export function movedDate(day, moved) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + moved);
  return date.toISOString().slice(0, 10);
}

/** Today in the operator's zone as `2026-01-31`, moved by some days. @param {number} [moved] */
export function localDate(moved = 0) {
  return movedDate(dayOf(new Date().toISOString()), moved);
}

/** The operator's day of a UTC time, as `2026-01-31`. @param {string} time */
export const dayOf = (time) =>
  new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(new Date(time));

/**
 * The first day of the week of a local date, as the operator's region begins weeks.
 * @param {string} day
 */
export function firstOfWeek(day) {
  const region = locale ?? Intl.DateTimeFormat().resolvedOptions().locale;
  const known = /** @type {any} */ (new Intl.Locale(region));
  const first = (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
  return movedDate(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() - first + 7) % 7));
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const STEPS = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** `3 hr. ago`; under a minute `now`. @param {string} time @param {number} [now] milliseconds */
export function relative(time, now = Date.now()) {
  const seconds = (new Date(time).getTime() - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length)
      return relativeFormat.format(Math.round(seconds / length), unit);
  }
  return "now";
}
