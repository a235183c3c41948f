/**
 * How long things are kept, in words.
 * @module
 */
import { number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["PastCount"]} PastCount */
/** @typedef {PastCount["setting"]} Setting */

const YEAR = 365;
const FOR_EVER = "";

/**
 * Each thing that goes after a time: how it is called, why one would keep it, and the times that
 * are offered, in days; an empty one is for ever.
 * @type {{setting: Setting, label: string, hint: string, one: string, many: string, days: string[]}[]}
 */
export const KEPT = [
  {
    setting: "dex_content_days",
    label: "Files of audits in the books",
    hint:
      "To look at every field again, and to read them anew when a release reads DEX better. " +
      "Figures, sales and the last audit of each machine stay.",
    one: "audit file",
    many: "audit files",
    days: [FOR_EVER, "3650", "1825", "1095", "730", "365"],
  },
  {
    setting: "quarantined_file_days",
    label: "Refused files",
    hint: "What could not be read as an audit, the newest 200",
    one: "refused file",
    many: "refused files",
    days: [FOR_EVER, "365", "90", "30", "7"],
  },
  {
    setting: "dex_batch_days",
    label: "Lists of uploaded batches",
    hint: "What became of each file of a zip",
    one: "batch",
    many: "batches",
    days: ["365", "90", "30", "7"],
  },
  {
    setting: "job_days",
    label: "Jobs that have ended",
    hint: "On the page of jobs",
    one: "ended job",
    many: "ended jobs",
    days: ["730", "365", "90", "30", "7"],
  },
  {
    setting: "webhook_delivery_days",
    label: "Deliveries of webhooks",
    hint: "What other programs were told, to look at and to send again",
    one: "webhook delivery",
    many: "webhook deliveries",
    days: ["365", "90", "30", "7"],
  },
  {
    setting: "ticket_days",
    label: "Tickets that are done",
    hint: "With their photos, and with the outages that they tell of. Notes stay.",
    one: "ticket",
    many: "tickets",
    days: [FOR_EVER, "3650", "1825", "1095", "730", "365"],
  },
];

/** A length of time: `10 years`, `30 days`. @param {string | number | null} days none is for ever */
export function daysWords(days) {
  if (days === null || days === FOR_EVER) return "For ever";
  const count = Number(days);
  return count % YEAR === 0 ? units(count / YEAR, "year") : units(count, "day");
}

/**
 * What is offered for a thing, the one that holds now among it, the longest first.
 * @param {string[]} offered @param {number | null} now
 */
export function choices(offered, now) {
  const held = now === null ? FOR_EVER : String(now);
  const all = offered.includes(held) ? offered : [...offered, held];
  const length = (/** @type {string} */ days) => (days === FOR_EVER ? Infinity : Number(days));
  return all.toSorted((a, b) => length(b) - length(a));
}

/** What would go, in a few words; empty for nothing. @param {PastCount[]} items */
export function goingWords(items) {
  return items
    .filter(({ count }) => count > 0)
    .map(({ setting, count, more }) => {
      const { one, many } = KEPT.find((each) => each.setting === setting) ?? { one: "", many: "" };
      return more ? `more than ${number(count)} ${many}` : units(count, one, many);
    })
    .join(", ");
}
