/**
 * What a page and the shell may say to each other. Both sides check origin, sender and shape.
 * @module
 */

/** `everything`: the server is back. @typedef {import("../api.js").Noun | "everything"} Changed */
/**
 * Keys and what they do, under a heading; without one they are those of the page itself.
 * @typedef {{heading: string, keys: [string, string][]}} KeyGroup
 */
/**
 * @typedef {(
 *   | {type: "navigate", to: string, replace?: boolean}
 *   | {type: "preload", to: string}
 *   | {type: "title", title: string}
 *   | {type: "params", params: Record<string, string>}
 *   | {type: "toast", id: number, text: string, kind: string, action?: string}
 *   | {type: "changed", nouns: Changed[]}
 *   | {type: "session-ended"}
 *   | {type: "offline", offline: boolean}
 *   | {type: "keys", groups: KeyGroup[]}
 *   | {type: "dialog", open: boolean}
 *   | {type: "open", what: "palette" | "keys" | "help"}
 *   | {type: "ready"}
 * )} FromPage
 * @typedef {(
 *   | {type: "params", params: Record<string, string>}
 *   | {type: "changed", nouns: Changed[]}
 *   | {type: "session-restored"}
 *   | {type: "toast-action", id: number}
 *   | {type: "shown"}
 *   | {type: "focus"}
 *   | {type: "list-keys"}
 *   | {type: "print"}
 * )} FromShell
 */

const isText = (/** @type {unknown} */ value) => typeof value === "string" && value.length <= 4000;
export const isTexts = (/** @type {unknown} */ value) =>
  Array.isArray(value) && value.every(isText);
const isParams = (/** @type {unknown} */ value) =>
  typeof value === "object" && value !== null && Object.values(value).every(isText);
const isPairs = (/** @type {unknown} */ value) =>
  Array.isArray(value) && value.every((pair) => isTexts(pair) && pair.length === 2);
const isGroups = (/** @type {unknown} */ value) =>
  Array.isArray(value) &&
  value.every(
    (group) =>
      typeof group === "object" && group !== null && isText(group.heading) && isPairs(group.keys),
  );
const isNumber = (/** @type {unknown} */ value) => typeof value === "number";

/** @type {Record<string, (message: any) => boolean>} */
const SHAPES = {
  navigate: (message) => isText(message.to) && message.to.startsWith("/"),
  preload: (message) => isText(message.to) && message.to.startsWith("/"),
  title: (message) => isText(message.title),
  params: (message) => isParams(message.params),
  toast: (message) =>
    isNumber(message.id) &&
    isText(message.text) &&
    isText(message.kind) &&
    (message.action === undefined || isText(message.action)),
  "toast-action": (message) => isNumber(message.id),
  changed: (message) => isTexts(message.nouns),
  keys: (message) => isGroups(message.groups),
  open: (message) => ["palette", "keys", "help"].includes(message.what),
  dialog: (message) => typeof message.open === "boolean",
  offline: (message) => typeof message.offline === "boolean",
  "session-ended": () => true,
  "session-restored": () => true,
  shown: () => true,
  focus: () => true,
  "list-keys": () => true,
  print: () => true,
  ready: () => true,
};

/**
 * @param {Window} target
 * @param {FromPage | FromShell} message
 */
export function send(target, message) {
  target.postMessage({ cvd: 1, ...message }, location.origin);
}

/**
 * As `send`, but heard before this returns: the next key belongs to what the message opens.
 * @param {Window} target
 * @param {FromPage | FromShell} message
 */
export function sendNow(target, message) {
  target.dispatchEvent(
    new MessageEvent("message", {
      data: { cvd: 1, ...message },
      origin: location.origin,
      source: window,
    }),
  );
}

/**
 * The message in an event, or null when it is not one of ours.
 * @param {MessageEvent} event
 * @returns {any}
 */
export function read(event) {
  const message = event.data;
  if (
    event.origin !== location.origin ||
    typeof message !== "object" ||
    message === null ||
    message.cvd !== 1
  )
    return null;
  return Object.hasOwn(SHAPES, message.type) && SHAPES[message.type]?.(message) ? message : null;
}
