/**
 * Signing in by the company's provider: the button that leads there, and what comes back.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import { Problem } from "../../components/problem/problem.js";

// Where somebody was going is not for the provider to know, so it waits here.
const NEXT = "cvd-next";

/** Does the address hold what a provider sends people back with? */
export const isBack = () => new URLSearchParams(location.search).has("state");

/**
 * Signs in with what came back, and takes that out of the address, where it would be sent again.
 * @param {Element} form
 * @param {(next: string | null) => void} leave
 */
export async function bringBack(form, leave) {
  const told = new URLSearchParams(location.search);
  history.replaceState(null, "", location.pathname);
  const waiting = h("p", { class: "muted", role: "status" }, "Signing in…");
  form.before(waiting);
  try {
    await api.provider_service.create_session({
      state: told.get("state") ?? "",
      ...optional(told, "code"),
      ...optional(told, "error"),
      ...optional(told, "iss"),
    });
    leave(sessionStorage.getItem(NEXT));
    sessionStorage.removeItem(NEXT);
  } catch (error) {
    const problem = new Problem();
    waiting.replaceWith(problem);
    problem.error = error;
  }
}

/**
 * Shows the button, or one sentence why there is none at the moment; nothing without a provider.
 * @param {Element} form
 * @param {string | null} next
 */
export async function beginAt(form, next) {
  const { name, problem } = await api.provider_service.get_provider();
  if (name === null) return;
  const said = new Problem();
  const button = h("button", { class: "button wide", type: "button" }, `Sign in with ${name}`);
  button.addEventListener("click", () => go(button, said, next));
  form.after(
    h(
      "div",
      { class: "stack by-provider" },
      problem === null ? button : h("p", { class: "muted", role: "status" }, problem),
      said,
    ),
  );
}

/**
 * @param {HTMLButtonElement} button
 * @param {Problem} said
 * @param {string | null} next
 */
async function go(button, said, next) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  said.error = null;
  try {
    const { url } = await api.provider_service.create_flow();
    if (next === null) sessionStorage.removeItem(NEXT);
    else sessionStorage.setItem(NEXT, next);
    location.assign(url);
  } catch (error) {
    said.error = error;
    button.ariaBusy = null;
  }
}

/**
 * @param {URLSearchParams} told
 * @param {"code" | "error" | "iss"} name
 */
function optional(told, name) {
  const value = told.get(name);
  return value ? { [name]: value } : {};
}
