/**
 * What a driver enters for one slot, and what follows from it. The server decides; this says the
 * same beforehand,
 * because a driver may have no connection (services/orders/fills.py).
 * @module
 */
import { number } from "../../words/format.js";
import { stockOf } from "../../words/levels.js";

/** @typedef {import("../../api.js").Schemas["Slot"]} Slot */
/**
 * @typedef {{added: number | null, counted: number | null, removed: number, reason: string,
 *   confirmed?: boolean}} Entry `added` null: nothing entered yet
 */
/**
 * @typedef {{slot_id: number, added: number, counted: number | null, removed: number,
 *   removed_reason: string | null, confirmed?: boolean}} Fill
 */
/**
 * `mayConfirm`: it may be so all the same.
 * @typedef {{name: "counted" | "removed" | "removed_reason" | "added", message: string,
 *   mayConfirm?: boolean}} Wrong
 */

/** @type {Entry} */
export const NOTHING = { added: null, counted: null, removed: 0, reason: "" };

export const REASONS = ["Expired", "Damaged", "Not selling", "Wrong product", "Recalled"];

/**
 * Units in the slot before the driver did anything; an unknown quantity counts as none.
 * @param {Slot} slot
 * @param {Entry} entry
 */
export const foundIn = (slot, entry) => entry.counted ?? slot.quantity ?? 0;

/**
 * What most likely was in it: an estimate where the books are old.
 * @param {Slot} slot
 * @param {Entry} entry
 */
const likelyIn = (slot, entry) => entry.counted ?? stockOf(slot) ?? 0;

/**
 * Does what is said of the slot rest on an estimate? A count ends it.
 * @param {Slot} slot
 * @param {Entry} entry
 */
export const isEstimated = (slot, entry) =>
  entry.counted === null && slot.estimated_quantity !== null;

/** @param {Slot} slot @param {Entry} entry */
const roomInBooks = (slot, entry) =>
  Math.max(0, slot.capacity - foundIn(slot, entry) + entry.removed);

/** @param {Slot} slot @param {Entry} entry */
export const roomIn = (slot, entry) =>
  Math.max(0, slot.capacity - likelyIn(slot, entry) + entry.removed);

/**
 * Units in the slot afterwards, as far as is known; null while nobody knows.
 * @param {Slot} slot
 * @param {Entry} entry
 */
export function afterwards(slot, entry) {
  const isKnown = entry.counted !== null || slot.quantity !== null;
  const left = Math.max(0, likelyIn(slot, entry) - entry.removed);
  return isKnown ? Math.min(slot.capacity, left + (entry.added ?? 0)) : null;
}

/**
 * Units that went in although the books had no room for them: so many were sold that no audit told
 * of yet.
 * @param {Slot} slot
 * @param {Entry} entry
 */
export const unknownSales = (slot, entry) =>
  entry.counted === null && slot.quantity !== null
    ? Math.max(0, Math.min(slot.quantity, (entry.added ?? 0) - roomInBooks(slot, entry)))
    : 0;

/**
 * What brings it to par: nothing where it sells out; null while its stock is unknown.
 * @param {Slot} slot
 * @param {Entry} entry
 */
export function toPar(slot, entry) {
  if (slot.sells_out_at !== null) return 0;
  if (entry.counted === null && slot.quantity === null) return null;
  return Math.max(
    0,
    Math.min(roomIn(slot, entry), slot.par_level - likelyIn(slot, entry) + entry.removed),
  );
}

/**
 * What to load in one tap: the plan as far as it fits, or up to par once the slot was counted.
 * @param {Slot} slot
 * @param {Entry} entry
 * @param {number} planned
 */
export const proposed = (slot, entry, planned) =>
  entry.counted === null && planned > 0
    ? Math.min(planned, roomIn(slot, entry))
    : toPar(slot, entry);

/** @param {Entry} entry */
export const isEntered = (entry) =>
  entry.added !== null || entry.counted !== null || entry.removed > 0;

/**
 * Why this cannot be, or null. What the books say is no reason: they may lag behind.
 * @param {Slot} slot
 * @param {Entry} entry
 * @returns {Wrong | null}
 */
export function whatIsWrong(slot, entry) {
  if (entry.removed > 0 && entry.reason.trim() === "")
    return { name: "removed_reason", message: "Say why it was removed." };
  if (entry.confirmed) return null;
  const { counted, removed } = entry;
  const added = entry.added ?? 0;
  const holds = `It holds ${number(slot.capacity)}`;
  const ask = (/** @type {Wrong["name"]} */ name, /** @type {string} */ message) => ({
    name,
    message: `${message} Is that so?`,
    mayConfirm: true,
  });
  if (counted === null) {
    if (removed > slot.capacity)
      return ask("removed", `${holds}, and ${number(removed)} were removed.`);
    return added > slot.capacity
      ? ask("added", `${holds}, and ${number(added)} were loaded.`)
      : null;
  }
  if (counted > slot.capacity)
    return ask("counted", `${holds}, and ${number(counted)} were found.`);
  if (removed > counted)
    return ask("removed", `${number(counted)} were found and ${number(removed)} removed.`);
  if (counted - removed + added > slot.capacity)
    return ask(
      "added",
      `${holds}: ${number(counted - removed)} in it and ${number(added)} loaded make ` +
        `${number(counted - removed + added)}.`,
    );
  return null;
}

/**
 * As the API takes it; null for a slot with nothing entered.
 * @param {Slot} slot
 * @param {Entry} entry
 * @returns {Fill | null}
 */
export function fillOf(slot, entry) {
  if (!isEntered(entry)) return null;
  return {
    slot_id: slot.id,
    added: entry.added ?? 0,
    counted: entry.counted,
    removed: entry.removed,
    removed_reason: entry.removed > 0 ? entry.reason.trim() : null,
    ...(entry.confirmed ? { confirmed: true } : {}),
  };
}

/**
 * How what was loaded differs from the plan, in one line.
 * @param {{code: string, planned: number, added: number}[]} slots
 */
export function againstPlan(slots) {
  const off = slots.filter(({ planned, added }) => planned !== added);
  if (off.length === 0) return "As planned.";
  const delta = off.reduce((sum, { planned, added }) => sum + added - planned, 0);
  const SHOWN = 6;
  const each = off
    .slice(0, SHOWN)
    .map(
      ({ code, planned, added }) =>
        `${code} ${added > planned ? "+" : "−"}${number(Math.abs(added - planned))}`,
    );
  const more = off.length > SHOWN ? ` and ${number(off.length - SHOWN)} more` : "";
  const words =
    delta === 0
      ? "As many units as planned"
      : `${number(Math.abs(delta))} ${delta > 0 ? "more" : "fewer"} than planned`;
  return `${words}: ${each.join(", ")}${more}.`;
}
