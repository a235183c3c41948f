/**
 * `<cvd-tabs label="Views"><button value="level">Level</button>…</cvd-tabs>`; panels are elements
 * with `data-tab="level"` anywhere on the page.
 * `.value` reads or sets; fires `tab` (detail: the value). Arrows move, as in every tab list.
 */
export class Tabs extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "tablist");
    this.setAttribute("aria-label", this.getAttribute("label") ?? "Views");
    for (const tab of this.#tabs) {
      tab.type = "button";
      tab.setAttribute("role", "tab");
      tab.id ||= `tab-${tab.value}`;
      const panel = this.#panel(tab.value);
      if (!panel) continue;
      panel.id ||= `panel-${tab.value}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", panel.id);
    }
    this.addEventListener("click", (event) => {
      const tab = event.target instanceof Element ? event.target.closest("button") : null;
      if (tab) this.#choose(tab.value);
    });
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.value = this.getAttribute("value") ?? this.#tabs[0]?.value ?? "";
  }

  get value() {
    return this.#tabs.find((tab) => tab.ariaSelected === "true")?.value ?? "";
  }

  set value(value) {
    for (const tab of this.#tabs) {
      const on = tab.value === value;
      tab.ariaSelected = String(on);
      tab.tabIndex = on ? 0 : -1;
      const panel = this.#panel(tab.value);
      if (panel) panel.hidden = !on;
    }
  }

  /** @returns {HTMLButtonElement[]} */
  get #tabs() {
    return [...this.querySelectorAll("button")];
  }

  /** @param {string} value @returns {HTMLElement | null} */
  #panel(value) {
    return document.querySelector(`[data-tab="${CSS.escape(value)}"]`);
  }

  /** @param {string} value */
  #choose(value) {
    if (value === this.value) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent("tab", { detail: value }));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const tabs = this.#tabs;
    const at = tabs.findIndex((tab) => tab.value === this.value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    this.#choose(tab.value);
    tab.focus();
  }
}

customElements.define("cvd-tabs", Tabs);
