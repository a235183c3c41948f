/**
 * Signing in by the company's provider: the button that leads there, and what comes back.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import { Problem } from "../problem/problem.js";

// Where somebody was going is not for the provider to know, so it waits here.
const NEXT = "cvd-next";
// Set by a page whose session had ended in the window that it opened, and by nobody else's link.
const BESIDE = "cvd-beside";
const channel = new BroadcastChannel("cvd-signed-in");

/** Does the address hold what a provider sends people back with? */
export const isBack = () => new URLSearchParams(location.search).has("state");

/** Was this window opened to go to the provider, beside a page that waits for it? Said once. */
export function isBeside() {
  const was = sessionStorage.getItem(BESIDE) !== null;
  sessionStorage.removeItem(BESIDE);
  return was;
}

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
    const next = sessionStorage.getItem(NEXT);
    sessionStorage.removeItem(NEXT);
    if (isBeside()) giveBack(form, waiting);
    else leave(next);
  } catch (error) {
    const problem = new Problem();
    waiting.replaceWith(problem);
    problem.error = error;
  }
}

/**
 * Tells the page that waits, and closes this window where the browser lets it.
 * @param {Element} form @param {Element} waiting
 */
function giveBack(form, waiting) {
  channel.postMessage({ cvd: 1 });
  waiting.replaceWith(
    h("p", { role: "status" }, "You are signed in: go on where you were. This window can go."),
  );
  form.remove();
  window.close();
}

/**
 * The button, or one sentence why there is none at the moment; null without a provider.
 * @param {(said: Problem) => Promise<void>} begin what the button does
 */
export async function providerWay(begin) {
  const { name, problem } = await api.provider_service.get_provider();
  if (name === null) return null;
  const said = new Problem();
  if (problem !== null) return h("p", { class: "muted", role: "status" }, problem);
  const button = h("button", { class: "button wide", type: "button" }, `Sign in with ${name}`);
  button.addEventListener("click", async () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    said.error = null;
    await begin(said);
    button.ariaBusy = null;
  });
  return h("div", { class: "stack" }, button, said);
}

/**
 * Goes to the provider; who comes back is led to `next`, or from `beside` to the page that waits.
 * @param {Problem} said @param {string | null} next @param {boolean} [beside]
 */
export async function goToProvider(said, next, beside = false) {
  try {
    const { url } = await api.provider_service.create_flow();
    if (next === null) sessionStorage.removeItem(NEXT);
    else sessionStorage.setItem(NEXT, next);
    if (beside) sessionStorage.setItem(BESIDE, "yes");
    location.assign(url);
  } catch (error) {
    said.error = error;
  }
}

/**
 * Goes there in a window of its own, for what was typed here must not be lost; `heard` once
 * somebody is signed in there.
 * @param {() => void} heard
 */
export function goBeside(heard) {
  channel.onmessage = ({ data }) => {
    if (data?.cvd === 1) heard();
  };
  // A window begins with what the one that opens it keeps.
  sessionStorage.setItem(BESIDE, "yes");
  window.open("/pages/login.html", "_blank");
  sessionStorage.removeItem(BESIDE);
}

/**
 * @param {URLSearchParams} told
 * @param {"code" | "error" | "iss"} name
 */
function optional(told, name) {
  const value = told.get(name);
  return value ? { [name]: value } : {};
}
