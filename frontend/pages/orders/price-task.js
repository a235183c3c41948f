import { fill, h, icon, uniqueId } from "../../page/dom.js";
import { money } from "../../words/format.js";
import { costWords, missingWords, PRICE_REASONS, UNANSWERED } from "../../words/price-words.js";
import { codeOf } from "../../words/slots.js";

/** @typedef {import("../../words/price-words.js").PriceDifference} PriceDifference */
/** @typedef {import("../../words/price-words.js").PriceEntry} PriceEntry */

/**
 * `<cvd-price-task>`: a price to set at the machine, made by `new PriceTask(difference, entry)`.
 * Fires `entry` when the driver said something (read `.entry`); `.demand` says what is wrong.
 */
export class PriceTask extends HTMLElement {
  /** @type {PriceDifference} */ of;
  /** @type {PriceEntry} */ #entry;
  #done = h("button", { class: "button", type: "button", onclick: () => this.#choose("done") });
  #not = h("button", { class: "button", type: "button", onclick: () => this.#choose("not_done") });
  #reason = h(
    "select",
    { class: "select" },
    h("option", { value: "" }, "Why?"),
    Object.entries(PRICE_REASONS).map(([value, label]) => h("option", { value }, label)),
  );
  #words = h("input", {
    class: "input",
    maxlength: 200,
    autocomplete: "off",
    placeholder: "Why not set",
  });
  #why = h("div", { class: "reason", hidden: true }, this.#reason, this.#words);
  #error = h("p", { class: "error", role: "alert", hidden: true, id: uniqueId("price-error") });

  /** @param {PriceDifference} difference @param {PriceEntry} [entry] what was said before */
  constructor(difference, entry = UNANSWERED) {
    super();
    this.of = difference;
    this.#entry = entry;
  }

  get entry() {
    return this.#entry;
  }

  connectedCallback() {
    const { price_cents, machine_price_cents, lost_cents_per_day } = this.of;
    const code = codeOf(this.of);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `Price of ${code}`);
    this.#reason.ariaLabel = `Why the price of ${code} was not set`;
    this.#done.ariaLabel = `Set: price of ${code}`;
    this.#not.ariaLabel = `Not set: price of ${code}`;
    this.#words.ariaLabel = `Why the price of ${code} was not set, in words`;
    const asked = [`machine asks ${money(machine_price_cents)}`, costWords(lost_cents_per_day)];
    fill(
      this,
      h(
        "p",
        { class: "price-to-set" },
        icon("tag"),
        h("strong", null, `Set price to ${money(price_cents)}`),
        h("span", { class: "muted" }, asked.filter(Boolean).join(", ")),
      ),
      h("div", { class: "answers" }, this.#done, this.#not),
      this.#why,
      this.#error,
    );
    this.#reason.onchange = () => {
      this.#enter({ reason: /** @type {PriceEntry["reason"]} */ (this.#reason.value) });
      if (this.#reason.value === "other") this.#words.focus();
    };
    this.#words.oninput = () => this.#enter({ notes: this.#words.value });
    this.#reason.value = this.#entry.reason;
    this.#words.value = this.#entry.notes;
    this.#show();
  }

  /** A second tap takes it back. @param {"done" | "not_done"} outcome */
  #choose(outcome) {
    this.#enter({ outcome: this.#entry.outcome === outcome ? null : outcome });
  }

  /** @param {Partial<PriceEntry>} change */
  #enter(change) {
    this.#entry = { ...this.#entry, ...change };
    this.#error.hidden = true;
    this.#show();
    this.dispatchEvent(new Event("entry", { bubbles: true }));
  }

  #show() {
    const { outcome, reason } = this.#entry;
    fill(this.#done, outcome === "done" && icon("check"), "Set");
    fill(this.#not, outcome === "not_done" && icon("x"), "Not set");
    this.#done.setAttribute("aria-pressed", String(outcome === "done"));
    this.#not.setAttribute("aria-pressed", String(outcome === "not_done"));
    this.#why.hidden = outcome !== "not_done";
    this.#words.hidden = reason !== "other";
    this.classList.toggle("is-answered", outcome === "done");
  }

  /** Says what is wrong, and goes there. @param {string} [message] */
  demand(message = missingWords(this.#entry)) {
    this.#error.textContent = message;
    this.#error.hidden = false;
    this.scrollIntoView({ block: "center" });
    const isInWords = this.#entry.reason === "other";
    const control = this.#why.hidden ? this.#done : isInWords ? this.#words : this.#reason;
    control.focus({ preventScroll: true });
  }
}

customElements.define("cvd-price-task", PriceTask);
