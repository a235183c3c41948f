/**
 * Where audits come from, and batches of them, in words.
 * @module
 */
import { number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["DexSource"]} DexSource */
/** @typedef {import("../api.js").Schemas["DexBatch"]} DexBatch */
/** @typedef {import("../api.js").Schemas["DexBatchFile"]} DexBatchFile */
/** @typedef {import("../components/status/status.js").Kind} Kind */

/** What each kind is called. @type {Record<DexSource["kind"], string>} */
export const KINDS = {
  key: "API key",
  inbox: "Inbox folder",
  person: "Person",
  console: "Command line",
};

/** How a source stands. @param {DexSource} source @returns {[Kind, string]} */
export function standingOf({ silent_days, last_error_at, last_seen_at }) {
  if (silent_days !== null) return ["warn", `Silent for ${units(silent_days, "day")}`];
  if (last_error_at !== null && last_error_at >= last_seen_at) return ["bad", "Last file refused"];
  return ["ok", "Sending"];
}

/** @type {[keyof DexBatch["counts"], string][]} */
const COUNTS = [
  ["booked", "booked"],
  ["baseline", "first of their machine"],
  ["duplicate", "known already"],
  ["held", "held back"],
  ["unassigned", "without a device"],
  ["damaged", "damaged"],
  ["refused", "refused"],
];

/** What became of a batch, in a sentence. @param {DexBatch} batch */
export function batchSentence({ files, counts }) {
  const told = COUNTS.filter(([name]) => counts[name] > 0).map(
    ([name, words]) => `${number(counts[name])} ${words}`,
  );
  return `${units(files, "file")}${told.length > 0 ? `: ${told.join(", ")}` : ""}.`;
}

/** What became of a file that needs a look. @type {Record<string, string>} */
export const OUTCOMES = {
  held: "Held back",
  unassigned: "Belongs to no device yet",
  damaged: "Damaged on its way",
  refused: "Refused",
};
