import { ApiError } from "../../api.js";
import { h, icon, uniqueId } from "../../page/dom.js";
import { clearErrors, showErrors } from "../field/field.js";
import { Problem } from "../problem/problem.js";

/**
 * @typedef {object} FormDialog
 * @property {string} heading
 * @property {import("../../page/dom.js").Child[]} fields  fields from `field()`, in a two-column
 *   grid; `wide` ones take both
 * @property {string} action                                  the verb on the button: "Create
 *   product"
 * @property {(values: FormData) => Promise<unknown>} save    throws ApiError; its messages go to
 *   the fields; false where something is missing, which it has said
 * @property {boolean} [danger]
 * @property {import("../../page/dom.js").Child} [before]  what stands above the fields
 * @property {import("../../page/dom.js").Child} [after]   what stands below them
 * @property {{label: string, icon: string, run: () => void}} [other]  another thing to do with what
 *   is edited, such as archiving it; closes the form
 * @property {(current: any) => string} [conflict]            somebody else saved meanwhile: take
 *   what holds now as the new base, and say what they changed
 */

/**
 * Opens a form. Resolves true once saved, false when dismissed. Messages of a 422 go to their
 * fields, others to a problem box; nothing typed is lost.
 * @param {FormDialog} options
 * @returns {Promise<boolean>}
 */
export function openForm({
  heading,
  fields,
  action,
  save,
  danger = false,
  before,
  after,
  other,
  conflict,
}) {
  const id = uniqueId("dialog");
  const problem = new Problem();
  problem.hidden = true;
  const submit = h(
    "button",
    { class: `button ${danger ? "danger" : "primary"}`, type: "submit" },
    action,
  );
  const form = h(
    "form",
    { class: "dialog-body", method: "dialog" },
    problem,
    before,
    h("div", { class: "form" }, fields),
    after,
    h(
      "footer",
      null,
      other &&
        h(
          "button",
          {
            class: "button plain other",
            type: "button",
            onclick: () => {
              dialog.close();
              other.run();
            },
          },
          icon(other.icon),
          other.label,
        ),
      h("button", { class: "button", type: "button", onclick: () => dialog.close() }, "Cancel"),
      submit,
    ),
  );
  const dialog = frame(id, heading, form);
  let saved = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.ariaBusy === "true") return;
    submit.ariaBusy = "true";
    problem.error = null;
    clearErrors(form);
    try {
      if ((await save(new FormData(form))) === false) return;
      saved = true;
      dialog.close();
    } catch (error) {
      if (conflict && error instanceof ApiError && error.status === 409 && error.current)
        problem.error = overtaken(conflict(error.current));
      else if (!showErrors(form, error)) problem.error = error;
    } finally {
      submit.ariaBusy = null;
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return shown(dialog, () => saved);
}

/**
 * Asks before something that cannot be undone; where it can be, do it and offer undo in a toast
 * instead.
 * @param {{heading: string, text: string, action: string, danger?: boolean}} question
 */
export const confirmed = ({ heading, text, action, danger = true }) =>
  openForm({
    heading,
    before: h("p", null, text),
    fields: [],
    action,
    danger,
    save: async () => {},
  });

/**
 * Any content in a dialog, closed by Escape, its cross or `.close()`. Resolves when closed.
 * @param {{heading: string, content: import("../../page/dom.js").Child[], wide?: boolean}} options
 * @returns {{dialog: HTMLDialogElement, closed: Promise<boolean>}}
 */
export function openDialog({ heading, content, wide = false }) {
  const dialog = frame(uniqueId("dialog"), heading, h("div", { class: "dialog-body" }, content));
  dialog.classList.toggle("wide", wide);
  return { dialog, closed: shown(dialog, () => true) };
}

/** @param {string} theirs */
const overtaken = (theirs) =>
  new ApiError({
    status: 409,
    title: "Somebody else saved this meanwhile",
    detail: `${theirs} Save again to put yours in its place, or cancel to keep theirs.`.trim(),
  });

/** @param {string} id @param {string} heading @param {HTMLElement} body */
function frame(id, heading, body) {
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": id },
    h(
      "header",
      null,
      h("h2", { id }, heading),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close",
          onclick: () => dialog.close(),
        },
        icon("x"),
      ),
    ),
    body,
  );
  return dialog;
}

/** What is around a frame is dimmed along with the page in it: `page.js` tells the shell. */
function tellDialogs() {
  document.dispatchEvent(
    new CustomEvent("dialogs", { detail: document.querySelector("dialog[open]") !== null }),
  );
}

/** @param {HTMLDialogElement} dialog @param {() => boolean} result */
function shown(dialog, result) {
  const before = document.activeElement;
  const table = before?.closest("cvd-table");
  document.body.append(dialog);
  dialog.showModal();
  tellDialogs();
  const first = /** @type {HTMLElement | null} */ (
    dialog.querySelector(
      "[autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea), .dialog-body button[type=submit]",
    )
  );
  first?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        dialog.remove();
        tellDialogs();
        if (before instanceof HTMLElement) before.focus();
        // A row that was saved is drawn anew, and its button with it.
        if (document.activeElement !== before && table instanceof HTMLElement) table.focus();
        resolve(result());
      },
      { once: true },
    );
  });
}
