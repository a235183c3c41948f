/**
 * Slots in words: their code, how many in how many machines, and the order people look for them in.
 * @module
 */
import { units } from "./format.js";

/** @typedef {{slot_id: number, device_id: number}} Place */

const byName = new Intl.Collator(undefined, { numeric: true });

/**
 * What customers press, which is what stands at the slot.
 * @param {{selection: string | null, label: string}} slot
 */
export const codeOf = ({ selection, label }) => selection ?? label;

/** `12 slots in 5 machines`. @param {Place[]} slots */
export function extent(slots) {
  const machines = new Set(slots.map(({ device_id }) => device_id));
  return `${units(slots.length, "slot")} in ${units(machines.size, "machine")}`;
}

/**
 * Machines in their natural order, T-2 before T-10, and the slots of one together.
 * @param {Place & {asset: string}} a
 * @param {Place & {asset: string}} b
 */
export const byMachine = (a, b) =>
  byName.compare(a.asset, b.asset) || a.device_id - b.device_id || a.slot_id - b.slot_id;

/** A whole number, null for none, undefined for nonsense. @param {string} text */
export function figureOf(text) {
  if (text.trim() === "") return null;
  return /^\d{1,5}$/.test(text.trim()) && Number(text) <= 10_000 ? Number(text) : undefined;
}
