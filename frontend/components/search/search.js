import { debounce, h, icon, isTyping } from "../../page/dom.js";

/**
 * `<cvd-search label="Search products" value="…">`: fires `search` (detail: the words) while
 * typing. `/` focuses it, Escape empties it.
 */
export class Search extends HTMLElement {
  #input = h("input", {
    class: "input",
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    enterkeyhint: "search",
  });
  #focusBySlash = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "/" || isTyping(event.target) || document.querySelector("dialog[open]"))
      return;
    event.preventDefault();
    this.#input.select();
    this.#input.focus();
  };

  connectedCallback() {
    const label = this.getAttribute("label") ?? "Search";
    this.#input.placeholder = label;
    this.#input.setAttribute("aria-label", label);
    if (this.hasAttribute("value")) this.#input.value = this.getAttribute("value") ?? "";
    this.replaceChildren(icon("search"), this.#input, h("kbd", { "aria-hidden": "true" }, "/"));
    const tell = debounce(
      () => this.dispatchEvent(new CustomEvent("search", { detail: this.value })),
      120,
    );
    this.#input.oninput = tell;
    this.#input.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      if (this.#input.value === "") this.#input.blur();
      this.#input.value = "";
      tell();
    };
    document.addEventListener("keydown", this.#focusBySlash);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#focusBySlash);
  }

  /** @returns {import("../../page/messages.js").KeyGroup[]} */
  get keys() {
    return [{ heading: "", keys: [["/", this.getAttribute("label") ?? "Search"]] }];
  }

  get value() {
    return this.#input.value.trim();
  }

  set value(words) {
    if (words !== this.value) this.#input.value = words;
  }
}

customElements.define("cvd-search", Search);
