import { h, icon } from "../../modules/dom.js";

/**
 * `<cvd-title heading="T-1000" parents="/devices Devices">` with the page's actions inside, the one primary action last.
 * `parents` is a trail of `address Word` pairs, parted by `|`. `.heading` may be set later; `.beside` takes nodes beside the heading.
 */
export class Title extends HTMLElement {
  static observedAttributes = ["heading", "parents"];
  #heading = h("h1");
  #beside = h("span", { class: "beside" });
  #trail = h("nav", { "aria-label": "Breadcrumb" });

  connectedCallback() {
    if (this.querySelector(":scope > .words")) return;
    const actions = [...this.childNodes];
    this.replaceChildren(h("div", { class: "words" }, this.#trail, h("div", { class: "line" }, this.#heading, this.#beside)), h("div", { class: "actions" }, actions));
    this.attributeChangedCallback();
  }

  attributeChangedCallback() {
    this.#heading.textContent = this.getAttribute("heading");
    const parents = (this.getAttribute("parents") ?? "").split("|").filter(Boolean).map((each) => each.trim().split(/ (.*)/s));
    this.#trail.hidden = parents.length === 0;
    this.#trail.replaceChildren(...parents.flatMap(([to, word]) => [h("a", { href: `/#${to}` }, word ?? ""), icon("chevron-right")]));
  }

  /** @param {string} text */
  set heading(text) {
    this.setAttribute("heading", text);
  }

  /** @param {(Node | string)[]} nodes */
  set beside(nodes) {
    this.#beside.replaceChildren(...nodes);
  }
}

customElements.define("cvd-title", Title);
