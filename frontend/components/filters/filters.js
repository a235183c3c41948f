import { fill, h, icon } from "../../page/dom.js";

const ANY = "Any";

/**
 * @typedef {object} Filter
 * @property {string} name      parameter in the address
 * @property {string} label
 * @property {{value: string, label: string}[]} [options] without them the chip is a switch with the
 *   value "true"
 * @property {string} [all]     word for "no choice", `Any` unless said; another one says what is
 *   shown then, so the chip says it
 */

/**
 * `<cvd-filters>`: one row of chips. Set `.filters` and `.values`; fires `filter` (detail: `{name,
 * value}`, an empty value clears).
 */
export class Filters extends HTMLElement {
  /** @type {Filter[]} */ #filters = [];
  /** @type {Record<string, string>} */ #values = {};

  connectedCallback() {
    this.setAttribute("role", "group");
    if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", "Filters");
  }

  /** @param {Filter[]} filters */
  set filters(filters) {
    this.#filters = filters;
    this.#render();
  }

  /** @param {Record<string, string>} values */
  set values(values) {
    this.#values = values;
    this.#render();
  }

  #render() {
    const focused =
      document.activeElement instanceof HTMLElement && this.contains(document.activeElement)
        ? document.activeElement.dataset.name
        : undefined;
    fill(
      this,
      this.#filters.map((filter) =>
        filter.options ? this.#choice(filter, filter.options) : this.#toggle(filter),
      ),
      this.#filters.some(({ name }) => this.#values[name]) &&
        h(
          "button",
          {
            class: "button plain",
            type: "button",
            dataset: { name: "clear" },
            onclick: () => this.#clear(),
          },
          "Clear",
        ),
    );
    if (focused)
      /** @type {HTMLElement | null} */ (this.querySelector(`[data-name="${focused}"]`))?.focus();
  }

  /** @param {Filter} filter */
  #toggle({ name, label }) {
    const on = this.#values[name] === "true";
    return h(
      "button",
      {
        class: "chip",
        type: "button",
        "aria-pressed": String(on),
        dataset: { name },
        onclick: () => this.#tell(name, on ? "" : "true"),
      },
      on && icon("check"),
      label,
    );
  }

  /** @param {Filter} filter @param {{value: string, label: string}[]} options */
  #choice({ name, label, all = ANY }, options) {
    const value = this.#values[name] ?? "";
    const select = h(
      "select",
      { "aria-label": label, dataset: { name }, onchange: () => this.#tell(name, select.value) },
      h("option", { value: "" }, all),
      options.map((option) => h("option", { value: option.value }, option.label)),
    );
    select.value = value;
    const chosen = options.find((option) => option.value === value);
    const shown = value ? (chosen?.label ?? value) : all === ANY ? null : all;
    return h(
      "label",
      { class: `chip${value ? " is-on" : ""}` },
      `${label}`,
      shown && h("span", { class: "chosen" }, shown),
      icon("chevron-down"),
      select,
    );
  }

  #clear() {
    for (const { name } of this.#filters) if (this.#values[name]) this.#tell(name, "");
  }

  /** @param {string} name @param {string} value */
  #tell(name, value) {
    this.#values = { ...this.#values, [name]: value };
    this.#render();
    this.dispatchEvent(new CustomEvent("filter", { detail: { name, value } }));
  }
}

customElements.define("cvd-filters", Filters);
