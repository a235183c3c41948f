import { h, icon } from "../../page/dom.js";

/**
 * `<cvd-title heading="Device" parents="/devices Devices">` with the page's actions inside, the one
 * primary action last.
 * `parents` is an address and its words, `.parents` a trail of such pairs: names may hold anything,
 * so they are no part of an attribute.
 * `.heading` may be set later; `.beside` takes nodes beside the heading. The question mark after
 * them asks for help on the page by the event `help`; a page without the shell has none.
 */
export class Title extends HTMLElement {
  static observedAttributes = ["heading", "parents"];
  #heading = h("h1");
  #beside = h("span", { class: "beside" });
  #trail = h("nav", { "aria-label": "Breadcrumb" });

  connectedCallback() {
    if (this.querySelector(":scope > .words")) return;
    const actions = [...this.childNodes];
    this.replaceChildren(
      h(
        "div",
        { class: "words" },
        this.#trail,
        h("div", { class: "line" }, this.#heading, this.#beside, this.#help()),
      ),
      h("div", { class: "actions" }, actions),
    );
    this.attributeChangedCallback();
  }

  /** @param {string} [name] */
  attributeChangedCallback(name) {
    this.#heading.textContent = this.getAttribute("heading");
    if (name === "heading") return;
    const [to = "", words = ""] = (this.getAttribute("parents") ?? "").split(/ (.*)/s);
    this.parents = to ? [/** @type {[string, string]} */ ([to, words])] : [];
  }

  #help() {
    return h(
      "button",
      {
        class: "button plain square help no-print",
        type: "button",
        "aria-label": "Help on this page",
        "data-tip": "Help on this page (h)",
        onclick: () => this.dispatchEvent(new Event("help", { bubbles: true })),
      },
      icon("circle-help"),
    );
  }

  /** Address and words of each page above this one. @param {[string, string][]} parents */
  set parents(parents) {
    this.#trail.hidden = parents.length === 0;
    this.#trail.replaceChildren(
      ...parents.flatMap(([to, words]) => [
        h("a", { href: `/#${to}` }, words),
        icon("chevron-right"),
      ]),
    );
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
