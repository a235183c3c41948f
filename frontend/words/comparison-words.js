/**
 * A comparison of machines in words, and where each of its figures comes from.
 * @module
 */
import { locationKindLabel } from "./location-kinds.js";
import { days, localDate, money, NONE, number, percent, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["ComparedMachine"]} Machine */
/** `days`: one of `PERIODS`, up to today; else empty. @typedef {{from: string, to: string, days: string}} Period */

export const MOST_MACHINES = 6;
/** Days by their value in the address. @type {[string, string][]} */
export const PERIODS = [
  ["28", "Last 28 days"],
  ["90", "Last 90 days"],
  ["365", "Last 365 days"],
];
const USUAL = "28";
const DATE = /^\d{4}-\d{2}-\d{2}$/;
export const ENOUGH_DAYS = 14;

/**
 * The machines that an address names, each once, no more than fit side by side.
 * @param {string} [ids]
 */
export function idsOf(ids = "") {
  const found = ids.split(",").filter((id) => /^[1-9]\d{0,14}$/.test(id));
  return [...new Set(found.map(Number))].slice(0, MOST_MACHINES);
}

/**
 * The days that an address asks for; `days` is empty where it names its own.
 * @param {Record<string, string>} params
 * @returns {Period}
 */
export function periodOf({ days: asked = USUAL, from = "", to = "" }) {
  if (DATE.test(from) && DATE.test(to)) return { from, to, days: "" };
  const wanted = PERIODS.some(([value]) => value === asked) ? asked : USUAL;
  return { from: localDate(1 - Number(wanted)), to: localDate(), days: wanted };
}

/** Who the machine is compared with: `14 machines of its type`. @param {Machine} machine */
export function kindWords({ kind, location_kind }) {
  if (kind === null) return NONE;
  const where =
    kind.basis === "type_and_location" && location_kind
      ? ` at the same kind of place (${locationKindLabel(location_kind).toLowerCase()})`
      : "";
  return `${units(kind.machines, "machine")} of its type${where}`;
}

/** What the machine takes against the mean of its kind, as a sentence. @param {Machine} machine */
export function againstWords(machine) {
  const { days: known, is_enough, kind } = machine;
  if (!is_enough)
    return known === 0
      ? "No sales are known of these days, so it is compared with nothing."
      : `Only ${days(known)} of sales: it takes ${ENOUGH_DAYS} days to compare them.`;
  if (kind === null)
    return `Fewer than three other machines of its type have ${ENOUGH_DAYS} days of sales.`;
  const mean = `the mean of ${kindWords(machine)}`;
  if (kind.cents_percent === null) return `Nothing is sold by ${mean}.`;
  const differs = Math.round(kind.cents_percent);
  if (differs === 0) return `Sells as much as ${mean}.`;
  return `Sells ${percent(Math.abs(differs))} ${differs > 0 ? "more" : "less"} than ${mean}.`;
}

/**
 * How long a bar is, from 0 to 100: the longest is the largest of all values.
 * @param {number | null} value
 * @param {(number | null)[]} values
 */
export function lengthOf(value, values) {
  const most = Math.max(0, ...values.map((each) => each ?? 0));
  return value === null || most === 0 ? 0 : Math.round((100 * value) / most);
}

/**
 * What the slots of a machine ask for a product today: one price, or the lowest and the highest.
 * @param {{lowest_price_cents: number | null, highest_price_cents: number | null}} sold
 */
export function priceWords({ lowest_price_cents: lowest, highest_price_cents: highest }) {
  if (lowest === null) return "not in it today";
  return lowest === highest ? money(lowest) : `${money(lowest)} to ${money(highest)}`;
}

/** Of how many days of selections: `12.4 of 1,120 slot days`. @param {Machine} machine */
export const soldOutWords = ({ sold_out_days, slots, read_days: known }) =>
  `${number(sold_out_days, 1)} of ${number(slots * known)} days of ${units(slots, "selection")}`;

/**
 * Where the figures of a machine come from: a page of the same machine and the same days.
 * @param {Machine} machine
 * @param {Period} period
 */
export function sourcesOf({ device_id }, { from, to, days: known }) {
  const span = `from=${from}&to=${to}`;
  const sales = `/sales?device_id=${device_id}&${span}`;
  return {
    device: `/devices/${device_id}`,
    sales,
    lost: `${sales}&group=selection&sort=-lost_cents`,
    orders: `/devices/${device_id}?tab=orders`,
    availability: `/devices/${device_id}?tab=tickets`,
    counts: `/count-differences?tab=device${known && `&days=${known}`}`,
    planogram: `/devices/${device_id}/planogram`,
  };
}
