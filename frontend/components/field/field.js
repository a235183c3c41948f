import { ApiError } from "../../api.js";
import { h, uniqueId } from "../../page/dom.js";
import { readMoney } from "../../words/format.js";

/**
 * `<cvd-field label="Name" hint="…" pointer="/name"><input class="input" name="name"></cvd-field>`:
 * label, hint and error of one control.
 * `.error` words what is wrong; `pointer` is the place in the request body (`/` and the control's
 * name unless said).
 */
export class Field extends HTMLElement {
  #error = h("span", { class: "error", hidden: true });

  connectedCallback() {
    // A component inside makes its input when it is connected itself, which is after this.
    queueMicrotask(() => this.#render());
  }

  #render() {
    const control = this.control;
    if (!control || this.querySelector(":scope > label")) return;
    control.id ||= uniqueId("field");
    this.#error.id = `${control.id}-error`;
    const hint = this.getAttribute("hint");
    const label = h(
      "label",
      { for: control.id },
      this.getAttribute("label"),
      this.hasAttribute("optional") && h("span", { class: "muted" }, " optional"),
    );
    this.prepend(label);
    const described = [this.#error.id];
    if (hint) {
      this.append(h("span", { class: "hint", id: `${control.id}-hint` }, hint));
      described.push(`${control.id}-hint`);
    }
    this.append(this.#error);
    control.setAttribute("aria-describedby", described.join(" "));
    this.addEventListener("input", () => {
      this.error = "";
    });
  }

  /** @returns {HTMLInputElement | null} */
  get control() {
    return this.querySelector("input, select, textarea");
  }

  get pointer() {
    return (
      this.getAttribute("pointer") ?? `/${this.querySelector("[name]")?.getAttribute("name") ?? ""}`
    );
  }

  /** @param {string} text */
  set error(text) {
    this.#error.textContent = text;
    this.#error.hidden = text === "";
    if (text) this.control?.setAttribute("aria-invalid", "true");
    else this.control?.removeAttribute("aria-invalid");
  }
}

customElements.define("cvd-field", Field);

/** The first of the controls that a browser finds wrong in one go. @type {HTMLElement | null} */
let firstWrong = null;

// A browser says what is missing in a bubble of its own, which goes away by itself: here it stands
// at the field.
document.addEventListener(
  "invalid",
  (event) => {
    const control = event.target;
    if (
      !(
        control instanceof HTMLInputElement ||
        control instanceof HTMLSelectElement ||
        control instanceof HTMLTextAreaElement
      )
    )
      return;
    const field = control.closest("cvd-field");
    if (!(field instanceof Field)) return;
    event.preventDefault();
    field.error = wrongWords(control);
    if (firstWrong) return;
    firstWrong = control;
    setTimeout(() => {
      firstWrong?.focus();
      firstWrong = null;
    });
  },
  { capture: true },
);

/**
 * What a browser finds wrong, in words.
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} control
 */
function wrongWords(control) {
  const { validity } = control;
  const most = (/** @type {string} */ name) => control.getAttribute(name) ?? "";
  if (validity.valueMissing)
    return control instanceof HTMLSelectElement || control.getAttribute("role") === "combobox"
      ? "Choose one."
      : "Fill this in.";
  if (validity.badInput) return "This is not a number.";
  if (validity.rangeUnderflow) return `At least ${most("min")}.`;
  if (validity.rangeOverflow) return `At most ${most("max")}.`;
  if (validity.stepMismatch) return "Whole numbers only.";
  if (validity.tooShort) return `At least ${most("minlength")} characters.`;
  if (validity.typeMismatch) return "This is not an address.";
  return control.validationMessage;
}

/**
 * A labelled control: `field("Name", h("input", { class: "input", name: "name", required: true
 * }))`.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {{hint?: string, pointer?: string, optional?: boolean, wide?: boolean}} [options]
 */
export const field = (label, control, { hint, pointer, optional, wide } = {}) =>
  h("cvd-field", { label, hint, pointer, optional, class: wide ? "wide" : null }, control);

/**
 * Puts each message of a refusal at its field and focuses the first. False when something has no
 * field, so the problem box must say it.
 * @param {HTMLElement} form @param {unknown} error
 */
export function showErrors(form, error) {
  if (!(error instanceof ApiError) || error.errors.length === 0) return false;
  const fields = /** @type {Field[]} */ ([...form.querySelectorAll("cvd-field")]);
  let placed = 0;
  for (const { pointer, message } of error.errors) {
    const target =
      fields.find((each) => each.pointer === pointer) ??
      fields.find((each) => pointer.startsWith(`${each.pointer}/`));
    if (!target) continue;
    target.error = message;
    if (placed === 0) target.control?.focus();
    placed += 1;
  }
  return placed === error.errors.length;
}

/** Empties the messages of all fields. @param {HTMLElement} form */
export function clearErrors(form) {
  for (const each of form.querySelectorAll("cvd-field")) /** @type {Field} */ (each).error = "";
}

/**
 * What is typed as money at `pointer`, in minor units, null for nothing. Throws what `showErrors`
 * puts at the field.
 * @param {string} text @param {string} pointer
 */
export function amountIn(text, pointer) {
  const { cents, wrong } = readMoney(text);
  if (wrong !== undefined)
    throw new ApiError({
      status: 422,
      title: "This is no amount",
      detail: wrong,
      errors: [{ pointer, message: wrong }],
    });
  return cents;
}

/**
 * The input of a text: `textInput("name", product?.name, { required: true, maxlength: 120 })`.
 * @param {string} name
 * @param {string | number | null | undefined} value
 * @param {Record<string, any>} [more]
 */
export const textInput = (name, value, more = {}) =>
  h("input", { class: "input", name, autocomplete: "off", value: value ?? "", ...more });

/**
 * A choice among a few: `selectInput("purpose", [["fill", "Fill"], ["count", "Count"]], "fill")`.
 * @param {string} name
 * @param {string[][]} options
 * @param {string} chosen
 */
export const selectInput = (name, options, chosen) =>
  h(
    "select",
    { class: "select", name },
    options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );

/** What a form says, without the spaces around it. @param {FormData} form @param {string} name */
export const textIn = (form, name) => String(form.get(name) ?? "").trim();
