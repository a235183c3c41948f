import { debounce, fill, h, icon, uniqueId } from "../../page/dom.js";

/** @typedef {{value: string | number, label: string, detail?: string}} Choice */

/**
 * `<cvd-combobox name="route_id" placeholder="No route">`: pick by typing. A form field: FormData
 * has the chosen value, or "".
 * Set `.source` (`async (words, signal) => Choice[]`), `.chosen` (a Choice or null) and, to offer
 * "Create …", `.create` (`async (text) => Choice`, or null when it came to nothing).
 * Fires `choose` (detail: Choice or null). `required` forbids nothing chosen.
 */
export class Combobox extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #input = h("input", {
    class: "input",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
  });
  #list = h("div", {
    class: "choices",
    role: "listbox",
    popover: "manual",
    id: uniqueId("choices"),
  });
  /** @type {Choice | null} */ #chosen = null;
  /** @type {(Choice & {create?: boolean})[]} */ #choices = [];
  #active = -1;
  /** @type {AbortController | null} */ #asking = null;
  /** Typed, and not yet asked for. */
  #pending = false;
  /**
   * Asked for, and not yet in the list; false when something else was asked meanwhile.
   * @type {Promise<boolean> | null}
   */
  #answer = null;
  /** Enter was pressed, and waits for the answer. */
  #choosing = false;
  #ask = debounce(() => {
    if (this.#pending) this.#search();
  }, 120);
  /** @type {(words: string, signal: AbortSignal) => Promise<Choice[]>} */ source = async () => [];
  /** @type {((text: string) => Promise<Choice | null>) | null} */ create = null;

  connectedCallback() {
    this.#input.placeholder = this.getAttribute("placeholder") ?? "";
    this.#input.required = this.hasAttribute("required");
    if (this.hasAttribute("label"))
      this.#input.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.#list.setAttribute(
      "aria-label",
      this.getAttribute("label") ?? this.getAttribute("placeholder") ?? "Choices",
    );
    this.replaceChildren(this.#input, icon("chevron-down"), this.#list);
    this.#input.oninput = (event) => {
      event.stopPropagation();
      this.#pending = true;
      this.#ask();
    };
    this.#input.onclick = () => this.#open();
    this.#input.onfocus = () => this.#input.select();
    this.#input.onblur = () => {
      if (!this.#choosing) this.#close();
    };
    this.#input.onkeydown = (event) => this.#onKey(event);
    this.#list.onpointerdown = (event) => event.preventDefault();
    this.#show();
  }

  disconnectedCallback() {
    this.#asking?.abort();
  }

  /** @returns {Choice | null} */
  get chosen() {
    return this.#chosen;
  }

  set chosen(choice) {
    this.#chosen = choice;
    this.#show();
  }

  get value() {
    return this.#chosen === null ? "" : String(this.#chosen.value);
  }

  #show() {
    this.#input.value = this.#chosen?.label ?? "";
    this.#internals.setFormValue(this.value);
  }

  #open() {
    if (!this.#list.matches(":popover-open")) this.#search("");
  }

  /** @param {string} [words] */
  #search(words = this.#input.value.trim()) {
    this.#pending = false;
    this.#asking?.abort();
    this.#asking = new AbortController();
    const answer = this.#find(words, this.#asking.signal).finally(() => {
      if (this.#answer === answer) this.#answer = null;
    });
    this.#answer = answer;
  }

  /** @param {string} words @param {AbortSignal} signal */
  async #find(words, signal) {
    try {
      const found = await this.source(words, signal);
      if (signal.aborted || !this.isConnected) return false;
      this.#choices = [...found];
    } catch (error) {
      if (signal.aborted) return false;
      this.#choices = [];
      fill(this.#list, h("p", { class: "none" }, "The choices could not be loaded."));
      this.#place();
      throw error;
    }
    const isNew =
      words !== "" &&
      !this.#choices.some((choice) => choice.label.toLowerCase() === words.toLowerCase());
    if (this.create && isNew) this.#choices.push({ value: "", label: words, create: true });
    this.#active = this.#choices.length > 0 ? 0 : -1;
    fill(
      this.#list,
      this.#choices.map((choice, index) => this.#option(choice, index)),
      this.#choices.length === 0 &&
        h(
          "p",
          { class: "none" },
          words ? `Nothing matches “${words}”.` : "Nothing to choose from yet.",
        ),
    );
    this.#place();
    this.#mark();
    return true;
  }

  /** @param {Choice & {create?: boolean}} choice @param {number} index */
  #option(choice, index) {
    return h(
      "div",
      {
        role: "option",
        id: `${this.#list.id}-${index}`,
        "aria-selected": String(choice.value === this.#chosen?.value),
        onclick: () => this.#choose(choice),
      },
      choice.create
        ? [icon("plus"), h("span", null, `Create “${choice.label}”`)]
        : [
            h("span", { class: "truncate" }, choice.label),
            choice.detail && h("span", { class: "muted truncate" }, choice.detail),
          ],
    );
  }

  #place() {
    if (document.activeElement !== this.#input) return;
    this.#list.showPopover();
    this.#input.ariaExpanded = "true";
    const box = this.#input.getBoundingClientRect();
    const below = innerHeight - box.bottom > 220 || box.top < 220;
    this.#list.style.left = `${box.left}px`;
    this.#list.style.width = `${Math.max(box.width, 200)}px`;
    this.#list.style.top = below ? `${box.bottom + 4}px` : "auto";
    this.#list.style.bottom = below ? "auto" : `${innerHeight - box.top + 4}px`;
  }

  #close() {
    this.#pending = false;
    this.#asking?.abort();
    if (this.#list.matches(":popover-open")) this.#list.hidePopover();
    this.#input.ariaExpanded = "false";
    this.#input.removeAttribute("aria-activedescendant");
    if (this.#input.value.trim() === "" && this.#chosen !== null && !this.hasAttribute("required"))
      this.#tell(null);
    else this.#show();
  }

  #mark() {
    for (const [index, option] of [...this.#list.children].entries()) {
      option.classList.toggle("is-active", index === this.#active);
      if (index === this.#active) option.scrollIntoView({ block: "nearest" });
    }
    if (this.#active >= 0)
      this.#input.setAttribute("aria-activedescendant", `${this.#list.id}-${this.#active}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const open = this.#list.matches(":popover-open");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.#open();
      else
        this.#active =
          (this.#active + (event.key === "ArrowDown" ? 1 : -1) + this.#choices.length) %
          Math.max(1, this.#choices.length);
      this.#mark();
    } else if (
      event.key === "Enter" &&
      (this.#pending || this.#answer || (open && this.#active >= 0))
    ) {
      event.preventDefault();
      this.#chooseActive();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.#show();
      this.#close();
    }
  }

  /** Who types fast is not given what the words before the last letter had found. */
  async #chooseActive() {
    if (this.#choosing) return;
    this.#choosing = true;
    try {
      if (this.#pending) this.#search();
      if (this.#answer && !(await this.#answer)) return;
    } finally {
      this.#choosing = false;
      // Whoever went on with Tab has left the field by now.
      if (document.activeElement !== this.#input) this.#close();
    }
    const choice = this.#choices[this.#active];
    if (choice) this.#choose(choice);
  }

  /** @param {Choice & {create?: boolean}} choice */
  async #choose(choice) {
    const chosen = choice.create && this.create ? await this.create(choice.label) : choice;
    this.#tell(chosen);
    this.#close();
  }

  /** @param {Choice | null} choice */
  #tell(choice) {
    this.chosen = choice;
    this.dispatchEvent(new CustomEvent("choose", { detail: choice }));
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("cvd-combobox", Combobox);

/**
 * @param {{name?: string, label?: string, placeholder?: string, required?: boolean, chosen?: Choice
 *   | null,
 *   source: (words: string, signal: AbortSignal) => Promise<Choice[]>, create?: (text: string) =>
 *   Promise<Choice | null>}} options
 */
export function combobox({ source, create, chosen = null, ...attributes }) {
  const element = /** @type {Combobox} */ (h("cvd-combobox", attributes));
  element.source = source;
  element.create = create ?? null;
  element.chosen = chosen;
  return element;
}
