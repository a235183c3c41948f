/**
 * Why a stop could not be done, in words.
 * @module
 */

/** @typedef {import("../api.js").Schemas["SkipReason"]} Reason */

/** @type {Record<Reason, string>} */
export const SKIP_REASONS = {
  closed: "Closed",
  no_access: "No access",
  out_of_order: "Machine out of order",
  no_time: "No time left",
  other: "Another reason",
};

/** `No access: “new lock”`. @param {{reason: Reason, notes: string}} skip */
export const skipWords = ({ reason, notes }) =>
  reason === "other" ? notes : `${SKIP_REASONS[reason]}${notes ? `: “${notes}”` : ""}`;
