/**
 * Audits in words: how one is called, how it stands, and what its counters tell.
 * @module
 */
import { dateTime, isolated, money, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../api.js").Schemas["DexReadDetail"]} DexReadDetail */

/**
 * The device's asset, else what the machine says about itself.
 * @param {DexRead | DexReadDetail} read
 */
export const nameOf = ({ asset, reported_asset, serial, filename }) =>
  asset ?? reported_asset ?? (serial ? `Serial ${serial}` : filename);

/** `T-1000, read 3 Nov 2026, 09:00`. @param {DexRead | DexReadDetail} read */
export const headingOf = (read) => `${isolated(nameOf(read))}, read ${dateTime(read.read_at)}`;

/** Do its sales wait for a manager? @param {DexRead | DexReadDetail} read */
export const isHeld = ({ held_reason, accepted_at }) =>
  held_reason !== null && accepted_at === null;

/**
 * How it stands: colour, word, and what that means for the books.
 * @param {DexRead | DexReadDetail} read
 * @returns {[import("../components/status/status.js").Kind, string, string]}
 */
export function standing(read) {
  if (isHeld(read))
    return [
      "warn",
      "Held back",
      `Not in the books until somebody accepts it. ${read.held_reason ?? ""}`,
    ];
  if (read.status === "damaged")
    return [
      "bad",
      "Damaged",
      "It was changed on its way: not in the books until somebody accepts it",
    ];
  if (read.status === "unassigned")
    return ["warn", "Unassigned", "Not in the books: nobody said yet whose audit it is"];
  if (read.status === "baseline")
    return [
      "info",
      "First audit",
      "It sets the counters of the machine: sales are counted from here",
    ];
  return ["ok", "Booked", "What was sold since the audit before is in sales and stock"];
}

/**
 * Odometers, and what was counted since the last reset; what cannot be is not told as a fact.
 * @param {DexReadDetail} read
 */
export function counters({ selections, status: state, checks }) {
  if (selections.length === 0)
    return "It counts nothing by selection, so it is kept but books no sales.";
  const impossible = checks.find(({ name, passed }) => name === "since_reset" && passed === false);
  if (impossible) return `Its counters contradict each other. ${impossible.meaning}`;
  const sum = (
    /** @type {"count_init" | "value_init_cents" | "count_rst" | "value_rst_cents"} */ key,
  ) => selections.reduce((total, each) => total + (each[key] ?? 0), 0);
  const since = selections.some(({ count_rst }) => count_rst)
    ? `, ${units(sum("count_rst"))} for ${money(sum("value_rst_cents"))} of it since its last reset`
    : "";
  return (
    `${state === "damaged" ? "As it arrived, its" : "Its"} counters stand at ` +
    `${units(sum("count_init"))}, ${money(sum("value_init_cents"))} in all${since}.`
  );
}

/** What a first audit tells of sales. @param {DexReadDetail} read */
export const firstCounters = (read) =>
  `${counters(read)}${read.selections.length > 0 ? " Sales are counted from here." : ""}`;
