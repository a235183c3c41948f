/**
 * What happened at a device, in words.
 * @module
 */
import { isolated } from "./format.js";

/** @typedef {import("../api.js").Schemas["DeviceHistory"]["items"][number]} Happened */

/** @type {Record<Happened["kind"], string>} */
export const HAPPENED = { visit: "Visit", faults: "Fault", ticket: "Ticket", move: "Moved" };

/** @param {Happened} item */
export function happenedWords({ kind, text, status, changes }) {
  if (kind === "move") return changes.map(moveWords).join(", ");
  if (kind === "visit")
    return [status && "taken back", text].filter(Boolean).join(": ") || "without a note";
  if (kind === "ticket") return `${firstLine(text)}${status === "done" ? ", done" : ""}`;
  return text;
}

/** @param {string} text */
const firstLine = (text) => text.trim().split(/\r?\n/, 1)[0] ?? "";

/** @param {Happened["changes"][number]} change */
function moveWords({ field, from, to }) {
  if (to === null) return field === "location" ? "away from its location" : "off its route";
  const name = isolated(to);
  const before = from === null ? "" : `, before ${isolated(from)}`;
  return `${field === "location" ? "to" : "onto route"} ${name}${before}`;
}
