/**
 * The line from a page to the shell around it; a page that stands alone has none.
 * @module
 */
import { read, send, sendNow } from "./messages.js";

/** @typedef {import("./messages.js").FromPage} FromPage */
/** @typedef {import("./messages.js").FromShell["type"]} Told */

/** The window of the shell; null where a page stands alone. */
export const shell = window.parent === window ? null : window.parent;

/** @type {Map<Told, (message: any) => void>} */
const listeners = new Map();

/** @param {FromPage} message */
export function tell(message) {
  if (shell) send(shell, message);
}

/** As `tell`, but heard before this returns. @param {FromPage} message */
export function tellNow(message) {
  if (shell) sendNow(shell, message);
}

/**
 * What to do when the shell says this.
 * @param {Told} type
 * @param {(message: any) => void} listener
 */
export function onTold(type, listener) {
  listeners.set(type, listener);
}

addEventListener("message", (event) => {
  if (event.source !== shell) return;
  const message = read(event);
  if (message) listeners.get(message.type)?.(message);
});
