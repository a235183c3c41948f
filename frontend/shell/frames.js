/**
 * Pages in frames: the last few are kept as they are, so that going back is instant.
 * @module
 */
import { byId, h } from "../page/dom.js";
import { send } from "../page/messages.js";
import { asQuery, isOpenTo, resolve } from "../page/addresses.js";
import { titled } from "./company.js";
import { may } from "./session.js";

/** @typedef {import("../page/addresses.js").Resolved} Resolved */
/**
 * `names` are said by the key; `asks`: a dialog is open in it.
 * @typedef {{key: string, frame: HTMLIFrameElement, names: string[], asks: boolean,
 *   params: Record<string, string>, title: string}} Kept
 */

const KEEP = 5;
const content = byId("content");
/** Least recently shown first. @type {Map<string, Kept>} */
const kept = new Map();
let current = "";

/** Of the shown page; empty while there is none. */
export const shownKey = () => current;

export const shownWindow = () => kept.get(current)?.frame.contentWindow ?? null;

/** The kept page whose window says something. @param {MessageEventSource | null} source */
export const pageOf = (source) =>
  [...kept.values()].find(({ frame }) => frame.contentWindow === source);

/** @param {Resolved} found */
export function showPage(found) {
  clear();
  current = found.key;
  const wanted = { ...found.params, ...found.fixed };
  const page = kept.get(found.key) ?? open(found);
  kept.delete(found.key);
  kept.set(found.key, page);
  if (asQuery(page.params) !== asQuery(wanted)) {
    page.params = wanted;
    sendTo(page, { type: "params", params: wanted });
  }
  for (const { frame } of kept.values()) frame.inert = frame !== page.frame;
  page.frame.classList.add("is-shown");
  sendTo(page, { type: "shown" });
  focusPage();
  titled(page.title);
  dim();
}

/** Words in place of a page. @param {string} title @param {Node} words */
export function showWords(title, words) {
  clear();
  current = "";
  content.append(words);
  titled(title);
  dim();
}

/**
 * The focus to the shown page, where it was in it: a browser forgets that once it leaves a frame.
 */
export function focusPage() {
  const page = kept.get(current);
  if (!page) return;
  page.frame.focus();
  sendTo(page, { type: "focus" });
}

/** The focus to the beginning of what is shown. */
export function focusFrame() {
  (kept.get(current)?.frame ?? content).focus();
}

/** Opens a page without showing it: it is there when there is no connection. @param {string} to */
export function preload(to) {
  const found = resolve(`#${to}`);
  if (!found || !isOpenTo(found.route, may) || kept.has(found.key) || kept.size >= KEEP) return;
  const page = open(found);
  page.frame.inert = true;
  kept.set(found.key, page);
}

/**
 * The address of a kept page, with the state it is in; null when it is not kept.
 * @param {string} key
 */
export function addressOf(key) {
  const page = kept.get(key);
  if (!page) return null;
  const state = Object.entries(page.params).filter(([name]) => !page.names.includes(name));
  return `#${key}${asQuery(Object.fromEntries(state))}`;
}

/** A dialog dims all that is around it, also outside its frame. */
export function dim() {
  byId("shell").classList.toggle("is-dimmed", kept.get(current)?.asks ?? false);
}

/**
 * Tells all kept pages but one.
 * @param {Kept | null} teller
 * @param {import("../page/messages.js").Changed[]} nouns
 */
export function sendChanged(teller, nouns) {
  for (const page of kept.values()) {
    if (page !== teller) sendTo(page, { type: "changed", nouns });
  }
}

/** @param {Kept} page @param {import("../page/messages.js").FromShell} message */
export function sendTo({ frame }, message) {
  if (frame.contentWindow) send(frame.contentWindow, message);
}

function clear() {
  for (const { frame } of kept.values()) frame.classList.remove("is-shown");
  for (const each of content.querySelectorAll(":scope > :not(iframe, h1)")) each.remove();
}

/** @param {Resolved} found @returns {Kept} */
function open({ key, source, route: { title }, params, fixed }) {
  // The address is set before the frame is in the document, so it makes no entry in the history.
  const frame = h("iframe", { src: source, title });
  content.append(frame);
  const oldest = kept.keys().next().value;
  if (kept.size >= KEEP && oldest !== undefined) {
    kept.get(oldest)?.frame.remove();
    kept.delete(oldest);
  }
  const names = Object.keys(fixed);
  return { key, frame, names, params: { ...params, ...fixed }, title, asks: false };
}

// Printing by the menu of the browser: the shown frame grows to all that is in it.

addEventListener("beforeprint", () => {
  const frame = kept.get(current)?.frame;
  const height = frame?.contentDocument?.documentElement.scrollHeight;
  if (frame && height) frame.style.height = `${height}px`;
});
addEventListener("afterprint", () => {
  for (const { frame } of kept.values()) frame.style.height = "";
});
