/**
 * What a page is asked for and the state it is in: in its address, so that it can be linked and
 * reloaded.
 * @module
 */
import { asQuery } from "./addresses.js";
import { onTold, tell } from "./shell-line.js";

/** @typedef {Record<string, string>} Params */

/** @type {Params} */
let params = Object.fromEntries(new URLSearchParams(location.search));
/** @type {Set<(params: Params) => void>} */
const listeners = new Set();

/** What the address says now, path and query together. */
export const currentParams = () => params;

/**
 * Writes state into the address, so that it can be linked and reloaded. Empty values are left out.
 * @param {Record<string, string | number | boolean | null | undefined>} changes
 */
export function setParams(changes) {
  const next = { ...params };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "" || value === false) delete next[name];
    else next[name] = String(value);
  }
  if (become(next)) tell({ type: "params", params });
}

/**
 * Hears when the address changed from outside (Back, a link). Without a listener the page is loaded
 * anew.
 * @param {(params: Params) => void} listener
 */
export function onParams(listener) {
  listeners.add(listener);
}

/** An address may ask for the form of something new: `/products?new=true`. */
export function beginNew() {
  if (params.new !== "true") return;
  setParams({ new: "" });
  document.getElementById("new")?.click();
}

onTold("params", ({ params: next }) => {
  if (!become(next)) return;
  if (listeners.size === 0) location.reload();
  for (const listener of listeners) listener(params);
  beginNew();
});

/** False where nothing changes. @param {Params} next */
function become(next) {
  if (asQuery(next) === asQuery(params)) return false;
  params = next;
  history.replaceState(null, "", location.pathname + asQuery(params));
  return true;
}
