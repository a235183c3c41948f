/**
 * Prices that the machine asks otherwise than CVD wants: what is to be done, and what was done.
 * @module
 */
import { isolated, money } from "./format.js";
import { codeOf } from "./slots.js";

/** @typedef {import("../api.js").Schemas["PriceDifference"]} PriceDifference */
/** @typedef {import("../api.js").Schemas["PriceReason"]} Reason */
/** @typedef {import("../api.js").Schemas["LastPriceAnswer"]} LastAnswer */
/** @typedef {import("../api.js").Schemas["Visit"]["price_answers"][number]} Answer */
/**
 * What a driver entered about one price; `outcome` null: nothing yet.
 * @typedef {{outcome: "done" | "not_done" | null, reason: Reason | "", notes: string}} PriceEntry
 */
/**
 * As the API takes it.
 * @typedef {{slot_id: number, price_cents: number, outcome: "done" | "not_done", reason?: Reason,
 *   notes?: string}} PriceAnswer
 */

/** @type {PriceEntry} */
export const UNANSWERED = { outcome: null, reason: "", notes: "" };

/** @type {Record<Reason, string>} */
export const PRICE_REASONS = {
  no_code: "No code or key for it",
  refused: "Machine did not take it",
  no_time: "No time left",
  other: "Another reason",
};

/** What the difference costs; empty where nobody knows. @param {number | null} lost_cents_per_day */
export function costWords(lost_cents_per_day) {
  if (!lost_cents_per_day) return "";
  const about = `≈ ${money(Math.abs(lost_cents_per_day))} a day`;
  return lost_cents_per_day > 0 ? `${about} lost` : `${about} too much taken`;
}

/** Why a price was not set. @param {{reason: Reason | null, notes: string}} answer */
const whyWords = ({ reason, notes }) =>
  reason === null || reason === "other" ? notes : PRICE_REASONS[reason];

/** `Set by dora: shown by the next audit`. @param {PriceDifference} difference */
export function stateWords({ answer, is_to_do }) {
  if (!answer) return "At the next visit";
  const who = isolated(answer.username);
  if (answer.outcome === "not_done") return `Not set by ${who}: ${isolated(whyWords(answer))}`;
  return is_to_do
    ? `Set by ${who}, and the audit since says otherwise`
    : `Set by ${who}: the next audit shows it`;
}

/** `A1 set to $1.75`. @param {Answer} answer */
export const answerWords = (answer) =>
  answer.outcome === "done"
    ? `${codeOf(answer)} set to ${money(answer.price_cents)}`
    : `${codeOf(answer)} not set to ${money(answer.price_cents)}: ${isolated(whyWords(answer))}`;

/** What is still to be said; empty where nothing is. @param {PriceEntry} entry */
export function missingWords({ outcome, reason, notes }) {
  if (outcome !== "not_done") return "";
  if (reason === "") return "Say why the price was not set.";
  return reason === "other" && notes.trim() === "" ? "Say in words why the price was not set." : "";
}

/**
 * As the API takes it; null where nothing was said.
 * @param {{slot_id: number, price_cents: number}} difference
 * @param {PriceEntry} entry
 * @returns {PriceAnswer | null}
 */
export function answerOf({ slot_id, price_cents }, { outcome, reason, notes }) {
  if (outcome === null) return null;
  const said = { slot_id, price_cents, outcome };
  if (outcome === "done" || reason === "") return said;
  return { ...said, reason, ...(reason === "other" ? { notes: notes.trim() } : {}) };
}
