import { h } from "../../page/dom.js";

/**
 * `<cvd-stepper label="Added to A1" name="added" value="3" min="0" max="10">`: big minus and plus
 * for a thumb; holding repeats.
 * Fires `change` (read `.value`, null when empty). `.max` may change later.
 */
export class Stepper extends HTMLElement {
  static observedAttributes = ["value", "min", "max"];
  #input = h("input", { class: "input", type: "number", inputmode: "numeric", step: 1 });
  /** The value that listeners know. */ #told = "";

  connectedCallback() {
    const label = this.getAttribute("label") ?? "";
    this.#input.setAttribute("aria-label", label);
    this.#input.name = this.getAttribute("name") ?? "";
    this.replaceChildren(
      this.#button(`Less: ${label}`, -1),
      this.#input,
      this.#button(`More: ${label}`, 1),
    );
    this.#input.onchange = (event) => {
      event.stopPropagation();
      this.#set(this.value);
    };
    // What is typed counts at once where it can be; the rest is put right when the field is left.
    this.#input.oninput = () => {
      if (this.#input.validity.valid && this.#input.value !== "") this.#tell();
    };
    this.#input.onfocus = () => this.#input.select();
  }

  /** @param {string} name @param {string | null} _old @param {string | null} value */
  attributeChangedCallback(name, _old, value) {
    if (name === "value") this.value = value === null || value === "" ? null : Number(value);
    else if (value === null) this.#input.removeAttribute(name);
    else this.#input.setAttribute(name, value);
  }

  /** @returns {number | null} */
  get value() {
    return this.#input.value === "" ? null : Number(this.#input.value);
  }

  set value(value) {
    const text = value === null ? "" : String(value);
    // A value that stands is left alone: somebody may be typing it.
    if (this.#input.value !== text) this.#input.value = text;
    this.#told = this.#input.value;
  }

  /** @param {number} max */
  set max(max) {
    this.setAttribute("max", String(max));
  }

  /** @param {string} label @param {number} step */
  #button(label, step) {
    let timer = 0;
    let held = false;
    const stop = () => clearTimeout(timer);
    const repeat = () => {
      held = true;
      this.#set((this.value ?? 0) + step);
      timer = window.setTimeout(repeat, 90);
    };
    return h(
      "button",
      {
        class: "button",
        type: "button",
        "aria-label": label,
        onclick: () => {
          if (!held) this.#set((this.value ?? 0) + step);
          held = false;
        },
        onpointerdown: () => {
          held = false;
          timer = window.setTimeout(repeat, 450);
        },
        onpointerup: stop,
        onpointerleave: stop,
        onpointercancel: stop,
      },
      step > 0 ? "+" : "−",
    );
  }

  /** @param {number | null} value */
  #set(value) {
    const low = Number(this.getAttribute("min") ?? 0);
    const high = this.hasAttribute("max") ? Number(this.getAttribute("max")) : Infinity;
    const before = this.#told;
    this.value = value === null ? null : Math.max(low, Math.min(high, Math.round(value)));
    if (this.#told === before) return;
    this.#told = before;
    this.#tell();
  }

  #tell() {
    if (this.#told === this.#input.value) return;
    this.#told = this.#input.value;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("cvd-stepper", Stepper);
