/**
 * Who is signed in, what the role may do, and signing in again over the page.
 * @module
 */
import "../components/sign-in/sign-in.js";
import { api } from "../api.js";
import { h } from "../page/dom.js";

/** @typedef {import("../api.js").Schemas["Me"]} Me */

const LOGIN = "/pages/login.html";
/** @type {Me} */
let me;
/** @type {Promise<void> | null} */
let signingIn = null;

/** Asks the server who is signed in; raises ApiError 401 when nobody is. */
export async function learnMe() {
  me = await api.session_service.get_me();
}

export const who = () => me;

/** Something has to be done on the profile before anything else works. */
export const isHeld = () => me.password_change_due || me.second_factor_due;

/** May the role use this operation? @param {import("../api.js").Operation} operation */
export const may = (operation) => me.operations.includes(operation);

export async function signOut() {
  await api.session_service.delete_session();
  location.assign(LOGIN);
}

/**
 * Resolves once somebody is signed in again; asks once, however many requests wait for it.
 * @param {() => void} afterwards when the dialog is gone
 */
export function signInAgain(afterwards) {
  signingIn ??= new Promise((resolve) => {
    const form = h("cvd-sign-in", { username: me.username });
    const dialog = dialogOf(form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("signed-in", (event) => {
      const again = /** @type {CustomEvent<Me>} */ (event).detail;
      if (again.id !== me.id) {
        // What waits was asked for by somebody else: it goes with the page.
        location.reload();
        return;
      }
      dialog.close();
      dialog.remove();
      afterwards();
      signingIn = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return signingIn;
}

/** @param {HTMLElement} form */
const dialogOf = (form) =>
  h(
    "dialog",
    { class: "dialog", "aria-labelledby": "session-ended" },
    h("header", null, h("h2", { id: "session-ended" }, "Sign in again")),
    h(
      "div",
      { class: "dialog-body" },
      h("p", { class: "muted" }, "Your session has ended. Nothing you typed is lost."),
      form,
      h(
        "button",
        { class: "button plain", type: "button", onclick: () => location.assign(LOGIN) },
        "I am somebody else",
      ),
    ),
  );
