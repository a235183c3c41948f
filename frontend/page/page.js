/**
 * What every page starts with: who is asking, what the role may do, how figures are worded; and all
 * that pages use, from one place.
 * @module
 */
import "../components/components.js";
import "./focus.js";
import "./tip.js";
import "./waiting.js";
import { api, ApiError, whenReached, whenSessionEnds } from "../api.js";
import { problemBox } from "../components/problem/problem.js";
import { configure } from "../words/format.js";
import { asQuery } from "./addresses.js";
import { hearGoKeys } from "./go-keys.js";
import { navigate } from "./going.js";
import { beginNew, currentParams } from "./params.js";
import { onTold, shell, tell } from "./shell-line.js";

export { api, ApiError };
export { asQuery };
export { time } from "../components/time/time.js";
export { unknown } from "../components/unknown/unknown.js";
export * from "../words/format.js";
export { changed, onChanged } from "./changes.js";
export * from "./dom.js";
export { link, navigate, preload, setTitle } from "./going.js";
export { onParams, setParams } from "./params.js";
export { keys } from "./shortcuts.js";
export { toast, toastProblem } from "./toasting.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {import("./params.js").Params} Params */
/**
 * @typedef {object} Page
 * @property {Schemas["Me"]} me
 * @property {Schemas["Settings"]} settings
 * @property {import("./addresses.js").May} may
 * @property {Params} params what the address says; always current
 */

/**
 * Until somebody chose a password of their own, the settings are not told.
 * @type {Schemas["Settings"]}
 */
const UNTOLD = {
  company: "CVD",
  currency: "USD",
  currency_decimals: 2,
  time_zone: "UTC",
  locale: "en",
  version: 1,
};
/** @type {(() => void)[]} */
let waitingForSession = [];

/**
 * Runs a page. Elements with `data-may` are removed when the role may not;
 * nothing of the page but its skeleton shows until then. A failure becomes a problem box with a
 * retry.
 * @param {(page: Page) => void | Promise<void>} run
 */
export async function start(run) {
  document.documentElement.classList.toggle("alone", shell === null);
  hearSessionEnd();
  try {
    const me = await api.session_service.get_me();
    const settings =
      me.password_change_due || me.second_factor_due
        ? UNTOLD
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
        return currentParams();
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

document.addEventListener("dialogs", (event) =>
  tell({ type: "dialog", open: /** @type {CustomEvent} */ (event).detail }),
);
onTold("shown", () => document.dispatchEvent(new CustomEvent("shown")));
onTold("print", () => print());
onTold("session-restored", () => {
  for (const resolve of waitingForSession) resolve();
  waitingForSession = [];
});
whenReached((reached) => tell({ type: "offline", offline: !reached }));

/** Only where a page has begun: a bundle brings these lines into the shell and to the sign-in page. */
function hearSessionEnd() {
  whenSessionEnds(() => {
    if (!shell) {
      location.assign(`/pages/login.html${asQuery({ next: location.pathname + location.search })}`);
      return new Promise(() => {});
    }
    tell({ type: "session-ended" });
    return new Promise((resolve) => waitingForSession.push(resolve));
  });
}
