/**
 * What every page starts with: who is asking, what the role may do, how figures are worded, state
 * in the address, and a line to the shell.
 * @module
 */
import "../components/components.js";
import "./tip.js";
import "./waiting.js";
import { api, ApiError, whenReached, whenSessionEnds } from "../api.js";
import { showToast } from "../components/toasts/toasts.js";
import { problemBox } from "../components/problem/problem.js";
import { Search } from "../components/search/search.js";
import { Table } from "../components/table/table.js";
import { configure } from "../words/format.js";
import { h, isSingleKey } from "./dom.js";
import { read, send, sendNow } from "./messages.js";
import { hearTabs, tellTabs } from "./browser-tabs.js";
import { hearGoKeys } from "./go-keys.js";
import { asQuery } from "./addresses.js";

export { api, ApiError };
export * from "./dom.js";
export * from "../words/format.js";
export { time } from "../components/time/time.js";
export { unknown } from "../components/unknown/unknown.js";
export { asQuery };

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {Record<string, string>} Params */
/** @typedef {import("./messages.js").Changed} Changed */
/**
 * @typedef {{kind?: "ok" | "info" | "warn" | "bad", action?: string, run?: () => void}}
 *   ToastOptions
 */
/**
 * @typedef {object} Page
 * @property {Schemas["Me"]} me
 * @property {Schemas["Settings"]} settings
 * @property {import("./addresses.js").May} may
 * @property {Params} params what the address says; always current
 */

const shell = window.parent === window ? null : window.parent;

/** @type {Params} */
let params = Object.fromEntries(new URLSearchParams(location.search));
/** @type {Set<(params: Params) => void>} */
const paramsListeners = new Set();
/** @type {{nouns: Changed[], refresh: () => void}[]} */
const changeListeners = [];
/** @type {Map<number, () => void>} */
const toastActions = new Map();
/** @type {(() => void)[]} */
let waitingForSession = [];
/** @typedef {[label: string, run?: () => void, applies?: () => boolean]} Binding */
/** @type {Map<string, {heading: string, binding: Binding}>} */
const shortcuts = new Map();

/**
 * Runs a page. Elements with `data-may` are removed when the role may not;
 * nothing of the page but its skeleton shows until then. A failure becomes a problem box with a
 * retry.
 * @param {(page: Page) => void | Promise<void>} run
 */
export async function start(run) {
  document.documentElement.classList.toggle("alone", shell === null);
  try {
    const me = await api.session_service.get_me();
    const settings = me.password_change_due
      ? {
          company: "CVD",
          currency: "USD",
          currency_decimals: /** @type {const} */ (2),
          time_zone: "UTC",
          locale: "en",
          version: 1,
        }
      : await api.settings_service.get_settings();
    configure(settings);
    const allowed = new Set(me.operations);
    const may = (/** @type {string} */ operation) => allowed.has(operation);
    for (const element of document.querySelectorAll("[data-may]")) {
      if (!may(/** @type {HTMLElement} */ (element).dataset.may ?? "")) element.remove();
    }
    document.documentElement.classList.add("started");
    hearGoKeys(may, navigate);
    await run({
      me,
      settings,
      may,
      get params() {
        return params;
      },
    });
    beginNew();
  } catch (error) {
    document.documentElement.classList.add("started");
    if (error instanceof DOMException && error.name === "AbortError") return;
    const main = document.querySelector("main") ?? document.body;
    main.replaceChildren(problemBox(error, () => location.reload()));
  } finally {
    tell({ type: "ready" });
  }
}

/** An address may ask for the form of something new: `/products?new=true`. */
function beginNew() {
  if (params.new !== "true") return;
  setParams({ new: "" });
  document.getElementById("new")?.click();
}

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
  if (asQuery(next) === asQuery(params)) return;
  params = next;
  history.replaceState(null, "", location.pathname + asQuery(params));
  tell({ type: "params", params });
}

/**
 * Hears when the address changed from outside (Back, a link). Without a listener the page is loaded
 * anew.
 * @param {(params: Params) => void} listener
 */
export function onParams(listener) {
  paramsListeners.add(listener);
}

/**
 * Shows another page: `navigate("/devices/12")`. For something to click, prefer `<a
 * href="/#/devices/12">`.
 * @param {string} to
 * @param {{replace?: boolean}} [options]
 */
export function navigate(to, options = {}) {
  if (shell) tell({ type: "navigate", to, replace: options.replace ?? false });
  else if (options.replace) location.replace(`/#${to}`);
  else location.assign(`/#${to}`);
}

/**
 * Has the shell load a page that may be shown next, while there is a connection.
 * @param {string} to
 */
export const preload = (to) => tell({ type: "preload", to });

/**
 * The words in the browser's title; pages with a fixed title leave this alone.
 * @param {string} title
 */
export function setTitle(title) {
  document.title = `${title} · CVD`;
  tell({ type: "title", title });
}

let toastId = 0;

/**
 * Says in passing what was done: `toast("Archived Cola", { action: "Undo", run: restore })`.
 * @param {string} text @param {ToastOptions} [options]
 */
export function toast(text, options = {}) {
  const { kind = "ok", action, run } = options;
  if (!shell) {
    showToast({ text, kind, action, run });
    return;
  }
  toastId += 1;
  if (run) toastActions.set(toastId, run);
  tell({ type: "toast", id: toastId, text, kind, ...(action ? { action } : {}) });
}

/** A refusal as a toast, for what has no place on the page. @param {unknown} error */
export function toastProblem(error) {
  if (!(error instanceof ApiError)) throw error;
  toast(error.detail || error.title, { kind: "bad" });
}

/**
 * Tells other open pages, in this tab of the browser and in others, what this one changed, by noun:
 * `changed("product")`.
 * @param {...Changed} nouns
 */
export function changed(...nouns) {
  if (shell) tell({ type: "changed", nouns });
  else tellTabs(nouns);
}

/**
 * Refreshes when another page changed one of these nouns.
 * @param {Changed | Changed[]} nouns
 * @param {() => void} refresh
 */
export function onChanged(nouns, refresh) {
  changeListeners.push({ nouns: [nouns].flat(), refresh });
}

/**
 * Single-key shortcuts of this page, listed by `?`: `keys({ n: ["New product", openNew] })`. They
 * rest while somebody types.
 * Without a function a key is only listed, for what a part of the page listens to itself; with a
 * third, only while that one answers true.
 * @param {Record<string, Binding>} bindings
 * @param {string} [heading] the part of the page that they belong to
 */
export function keys(bindings, heading = "") {
  for (const [key, binding] of Object.entries(bindings)) shortcuts.set(key, { heading, binding });
}

/**
 * The keys that do something on the page as it is now: its own, and those of its parts that show.
 * @returns {import("./messages.js").KeyGroup[]}
 */
function listKeys() {
  /** @type {Map<string, Map<string, string>>} */
  const groups = new Map([["", new Map()]]);
  const list = (
    /** @type {string} */ heading,
    /** @type {string} */ key,
    /** @type {string} */ label,
  ) => groups.set(heading, (groups.get(heading) ?? new Map()).set(key, label));
  for (const [
    key,
    {
      heading,
      binding: [label, , applies],
    },
  ] of shortcuts)
    if (applies?.() !== false) list(heading, key, label);
  for (const part of document.querySelectorAll("cvd-search, cvd-table")) {
    if (!(part instanceof Search || part instanceof Table) || !part.checkVisibility()) continue;
    for (const { heading, keys: some } of part.keys)
      for (const [key, label] of some) list(heading, key, label);
  }
  return [...groups]
    .filter(([, some]) => some.size > 0)
    .map(([heading, some]) => ({ heading, keys: [...some] }));
}

/** @param {import("./messages.js").FromPage} message */
function tell(message) {
  if (shell) send(shell, message);
}

// Inside the shell it is the shell that hears the browser's other tabs.
if (!shell) hearTabs(hear);
document.addEventListener("dialogs", (event) =>
  tell({ type: "dialog", open: /** @type {CustomEvent} */ (event).detail }),
);

whenReached((reached) => tell({ type: "offline", offline: !reached }));

whenSessionEnds(() => {
  if (!shell) {
    location.assign(`/pages/login.html${asQuery({ next: location.pathname + location.search })}`);
    return new Promise(() => {});
  }
  tell({ type: "session-ended" });
  return new Promise((resolve) => waitingForSession.push(resolve));
});

addEventListener("message", (event) => {
  if (event.source !== shell) return;
  const message = read(event);
  if (message?.type === "params") take(message.params);
  else if (message?.type === "changed") hear(message.nouns);
  else if (message?.type === "session-restored") {
    for (const resolve of waitingForSession) resolve();
    waitingForSession = [];
  } else if (message?.type === "toast-action") {
    toastActions.get(message.id)?.();
    toastActions.delete(message.id);
  } else if (message?.type === "shown") document.dispatchEvent(new CustomEvent("shown"));
  else if (message?.type === "focus") focusAgain();
  else if (message?.type === "print") print();
  else if (message?.type === "list-keys") tell({ type: "keys", groups: listKeys() });
});

/** What the keyboard went to last; a pointer goes its own way. @type {HTMLElement | null} */
let focusedLast = null;
document.addEventListener("focusin", ({ target }) => {
  focusedLast = target instanceof HTMLElement ? target : null;
});
document.addEventListener(
  "pointerdown",
  () => {
    focusedLast = null;
  },
  { capture: true },
);

function focusAgain() {
  if (document.hasFocus() && document.activeElement === document.body)
    focusedLast?.focus({ preventScroll: true });
}

/** @param {Changed[]} nouns */
async function hear(nouns) {
  const isWording = nouns.includes("settings");
  // Another currency, zone or language words every figure anew.
  if (isWording) configure(await api.settings_service.get_settings());
  for (const listener of changeListeners) {
    if (isWording || listener.nouns.some((noun) => nouns.includes(noun))) listener.refresh();
  }
}

/** @param {Params} next */
function take(next) {
  if (asQuery(next) === asQuery(params)) return;
  params = next;
  history.replaceState(null, "", location.pathname + asQuery(params));
  if (paramsListeners.size === 0) location.reload();
  for (const listener of paramsListeners) listener(params);
  beginNew();
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href^='/#/']") : null;
  if (
    !link ||
    !shell ||
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey
  )
    return;
  event.preventDefault();
  navigate((link.getAttribute("href") ?? "").slice(2));
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (shell) sendNow(shell, { type: "open", what: "palette" });
    return;
  }
  if (shell && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "p") {
    event.preventDefault();
    print();
    return;
  }
  if (!isSingleKey(event)) return;
  if (event.key === "?") tell({ type: "open", what: "help" });
  const [, run, applies] = shortcuts.get(event.key)?.binding ?? [];
  if (!run || applies?.() === false) return;
  event.preventDefault();
  run();
});

/**
 * A link of the shell: `link("/devices/12", "T-1000")`.
 * @param {string} to
 * @param {...import("./dom.js").Child} children
 */
export const link = (to, ...children) => h("a", { href: `/#${to}` }, ...children);
