/**
 * Passing words, shown by the shell where there is one: they stay when the page goes.
 * @module
 */
import { ApiError } from "../api.js";
import { showToast } from "../components/toasts/toasts.js";
import { onTold, shell, tell } from "./shell-line.js";

/**
 * @typedef {{kind?: "ok" | "info" | "warn" | "bad", action?: string, run?: () => unknown}}
 *   ToastOptions what `run` is refused is said too
 */

/** What their buttons do. @type {Map<number, () => unknown>} */
const actions = new Map();
let last = 0;

/**
 * Says in passing what was done: `toast("Archived Cola", { action: "Undo", run: restore })`.
 * @param {string} text @param {ToastOptions} [options]
 */
export function toast(text, options = {}) {
  const { kind = "ok", action, run } = options;
  if (!shell) {
    showToast({ text, kind, action, run: run && (() => act(run)) });
    return;
  }
  last += 1;
  if (run) actions.set(last, run);
  tell({ type: "toast", id: last, text, kind, ...(action ? { action } : {}) });
}

/** A refusal as a toast, for what has no place on the page. @param {unknown} error */
export function toastProblem(error) {
  if (!(error instanceof ApiError)) throw error;
  toast(error.detail || error.title, { kind: "bad" });
}

/** @param {() => unknown} run */
async function act(run) {
  try {
    await run();
  } catch (error) {
    toastProblem(error);
  }
}

onTold("toast-action", ({ id }) => {
  const run = actions.get(id);
  actions.delete(id);
  if (run) act(run);
});
