import { fill, h, icon, uniqueId } from "../../page/dom.js";
import {
  afterwards,
  isEstimated,
  NOTHING,
  proposed,
  REASONS,
  unknownSales,
  whatIsWrong,
} from "./fills.js";
import { codeOf } from "../../words/slots.js";
import { endingMark } from "../../components/ending/ending.js";
import { slotEstimateWords } from "../../words/estimates.js";
import { number } from "../../words/format.js";
import { mark } from "../../words/velocity.js";
import { Level } from "../../components/level/level.js";
import { Stepper } from "../../components/stepper/stepper.js";

/** @typedef {import("./fills.js").Slot} Slot */
/** @typedef {import("./fills.js").Entry} Entry */

const OTHER = "…";

/**
 * `<cvd-slot-fill>`: one slot at a visit, made by `new SlotFill(slot, planned, entry)`. Fires
 * `entry` when the driver
 * entered something (read `.entry`); `.demand` says what is wrong or was refused, and goes there.
 */
export class SlotFill extends HTMLElement {
  /** @type {Slot} */ holds;
  planned = 0;
  /** The price to set here, if any. @type {import("./price-task.js").PriceTask | null} */ price =
    null;
  /** @type {Entry} */ #entry = NOTHING;
  #refusal = "";
  #mayConfirm = false;
  #propose = h("button", { class: "button propose", type: "button", onclick: () => this.#load() });
  #loaded = h("span", { class: "what" }, "Loaded");
  #added = stepper();
  #counted = stepper();
  #removed = stepper();
  #reason = h("select", { class: "select" });
  #words = h("input", {
    class: "input",
    maxlength: 200,
    autocomplete: "off",
    placeholder: "Why removed",
  });
  #level = new Level();
  #amount = h("span", { class: "amount" });
  #error = h("p", { class: "error", role: "alert", hidden: true, id: uniqueId("slot-error") });
  #confirm = h(
    "button",
    {
      class: "button",
      type: "button",
      hidden: true,
      onclick: () => this.#enter({ confirmed: true }),
    },
    "Yes, it is so",
  );
  #hint = h("p", { class: "muted", hidden: true });
  #more = h("div", { class: "more", id: uniqueId("slot-more"), hidden: true });
  #unfold = h("button", {
    class: "button plain unfold",
    type: "button",
    "aria-controls": this.#more.id,
    onclick: () => this.#setOpen(Boolean(this.#more.hidden)),
  });

  /** @param {Slot} slot @param {number} planned @param {Entry} entry */
  constructor(slot, planned, entry) {
    super();
    this.holds = slot;
    this.planned = planned;
    this.#entry = entry;
  }

  get entry() {
    return this.#entry;
  }

  set entry(entry) {
    this.#entry = entry;
    if (this.isConnected) this.#show();
  }

  connectedCallback() {
    const { holds: slot } = this;
    const code = codeOf(slot);
    const isUnknown = slot.quantity === null;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `${code}, ${slot.product_name ?? ""}`);
    this.#name(code);
    fill(
      this.#more,
      !isUnknown && this.#found,
      h("div", { class: "line" }, h("span", { class: "what" }, "Removed"), this.#removed),
      h("div", { class: "reason" }, this.#reason, this.#words),
    );
    fill(
      this,
      this.#head(code),
      this.price,
      this.#level,
      isUnknown && this.#found,
      h("div", { class: "line" }, this.#loaded, this.#propose, this.#added),
      this.#hint,
      this.#error,
      this.#confirm,
      this.#more,
      this.#unfold,
    );
    this.#hear();
    this.#setOpen((!isUnknown && this.#entry.counted !== null) || this.#entry.removed > 0);
    this.#showReason();
    this.#show();
  }

  /** Says of each control which slot it is of. @param {string} code */
  #name(code) {
    label(this.#added, `Loaded into ${code}`);
    label(this.#counted, `Found in ${code}`);
    label(this.#removed, `Removed from ${code}`);
    this.#reason.ariaLabel = `Why removed from ${code}`;
    this.#words.ariaLabel = `Why removed from ${code}, in words`;
  }

  /** @param {string} code */
  #head(code) {
    const { product_name, product_archived_at, sells_out_at } = this.holds;
    const ending = endingMark(product_archived_at, sells_out_at);
    return h(
      "div",
      { class: "head" },
      h("strong", { class: "code" }, code),
      h("span", { class: "name" }, product_name, ending),
      this.#amount,
    );
  }

  get #found() {
    const { quantity } = this.holds;
    const words =
      quantity === null ? "never counted: count first" : `books say ${number(quantity)}`;
    const what = h("span", { class: "what" }, "Found", h("span", { class: "muted" }, words));
    return h("div", { class: "line" }, what, this.#counted);
  }

  #hear() {
    this.#added.addEventListener("change", () => this.#enter({ added: this.#added.value }));
    this.#counted.addEventListener("change", () => this.#enter({ counted: this.#counted.value }));
    this.#removed.addEventListener("change", () =>
      this.#enter({ removed: this.#removed.value ?? 0 }),
    );
    this.#reason.onchange = () => {
      this.#enter({ reason: this.#reason.value === OTHER ? "" : this.#reason.value });
      this.#words.hidden = this.#reason.value !== OTHER;
      if (!this.#words.hidden) this.#words.focus();
    };
    this.#words.oninput = () => this.#enter({ reason: this.#words.value });
  }

  /** One of the reasons, or another in the driver's own words. */
  #showReason() {
    fill(
      this.#reason,
      h("option", { value: "" }, "Why?"),
      REASONS.map((each) => h("option", { value: each }, each)),
      h("option", { value: OTHER }, "Another reason"),
    );
    const { reason } = this.#entry;
    const isOwn = reason !== "" && !REASONS.includes(reason);
    this.#reason.value = isOwn ? OTHER : reason;
    this.#words.value = isOwn ? reason : "";
    this.#words.hidden = !isOwn;
  }

  #load() {
    this.#enter({ added: proposed(this.holds, this.#entry, this.planned) });
  }

  /** @param {Partial<Entry>} change */
  #enter(change) {
    const { confirmed: _confirmed, ...before } = this.#entry;
    // What was confirmed was said of these figures.
    this.#entry = { ...before, ...change };
    this.#refusal = "";
    this.#mayConfirm = false;
    this.#show();
    this.dispatchEvent(new Event("entry", { bubbles: true }));
  }

  /** @param {boolean} open */
  #setOpen(open) {
    this.#more.hidden = !open;
    this.#unfold.ariaExpanded = String(open);
    const word = open ? "Less" : this.holds.quantity === null ? "Remove" : "Count or remove";
    fill(this.#unfold, icon(open ? "chevron-up" : "chevron-down"), word);
    this.#unfold.setAttribute("aria-label", `${word}: ${codeOf(this.holds)}`);
  }

  #show() {
    const { holds: slot } = this;
    const entry = this.#entry;
    this.#added.value = entry.added;
    this.#counted.value = entry.counted;
    this.#removed.value = entry.removed;
    /** @type {HTMLElement} */ (this.#reason.parentElement).hidden = entry.removed === 0;
    this.#showLevel(slot, entry);
    this.#showOffer(slot, entry);
    this.#showWrong(slot, entry);
    this.classList.toggle("is-entered", entry.added !== null);
  }

  /** What is in it afterwards. @param {Slot} slot @param {Entry} entry */
  #showLevel(slot, entry) {
    const after = afterwards(slot, entry);
    for (const [name, value] of [
      ["quantity", after],
      ["par", slot.par_level],
      ["capacity", slot.capacity],
    ]) {
      if (value === null) this.#level.removeAttribute(String(name));
      else this.#level.setAttribute(String(name), String(value));
    }
    const isAbout = isEstimated(slot, entry);
    const figure = after === null ? "?" : number(after);
    this.#level.toggleAttribute("estimated", isAbout);
    this.#amount.textContent = `${mark(isAbout)}${figure} of ${number(slot.capacity)}`;
    if (isAbout) this.#amount.dataset.tip = slotEstimateWords(slot);
    else delete this.#amount.dataset.tip;
  }

  /** What to load in one tap. @param {Slot} slot @param {Entry} entry */
  #showOffer(slot, entry) {
    const offer = proposed(slot, entry, this.planned);
    const isLoaded = entry.added === offer;
    const isOffPlan = offer !== null && this.planned > 0 && offer !== this.planned;
    this.#propose.hidden = offer === null || (offer === 0 && this.planned === 0);
    this.#loaded.hidden = !this.#propose.hidden;
    this.#propose.setAttribute("aria-pressed", String(isLoaded));
    fill(
      this.#propose,
      isLoaded && icon("check"),
      `${isLoaded ? "Loaded" : "Load"} ${number(offer)}`,
      h("span", { class: "visually-hidden" }, ` into ${codeOf(slot)}`),
      isOffPlan && h("span", { class: "small" }, `plan ${number(this.planned)}`),
    );
  }

  /** What cannot be, or is worth a word. @param {Slot} slot @param {Entry} entry */
  #showWrong(slot, entry) {
    const wrong = whatIsWrong(slot, entry);
    const isAsked = wrong !== null && wrong.name !== "removed_reason";
    const message = this.#refusal || (isAsked ? wrong.message : "");
    const sold = unknownSales(slot, entry);
    this.#error.hidden = message === "";
    this.#error.textContent = message;
    this.#confirm.hidden = !message || !(this.#mayConfirm || wrong?.mayConfirm);
    this.#hint.hidden = sold === 0 || message !== "";
    this.#hint.textContent = `${number(sold)} more than the books have room for: sold since the last audit.`;
    this.classList.toggle("is-wrong", message !== "");
  }

  /**
   * The slot's own words for what is missing, and the control that mends it.
   * @param {string} message
   * @param {string} name of the property
   * @param {boolean} [mayConfirm] it may be so all the same
   */
  demand(message, name, mayConfirm = false) {
    this.#refusal = message;
    this.#mayConfirm = mayConfirm;
    this.#setOpen(true);
    this.#show();
    this.scrollIntoView({ block: "center" });
    const control =
      { counted: this.#counted, removed: this.#removed, removed_reason: this.#reason }[name] ??
      this.#added;
    if (mayConfirm) this.#confirm.focus({ preventScroll: true });
    /** @type {HTMLElement | null} */ else
      (control instanceof HTMLSelectElement ? control : control.querySelector("input"))?.focus({
        preventScroll: true,
      });
  }

  focusAdded() {
    this.#added.querySelector("input")?.focus();
  }

  /** Planned or to be counted, and nothing entered yet. */
  get isLeft() {
    if (this.#entry.added !== null) return false;
    return this.planned > 0 || (this.holds.quantity === null && this.#entry.counted === null);
  }
}

customElements.define("cvd-slot-fill", SlotFill);

function stepper() {
  const made = new Stepper();
  made.setAttribute("min", "0");
  return made;
}

/** @param {Stepper} made @param {string} text */
function label(made, text) {
  made.setAttribute("label", text);
}
