import { fill, h, icon } from "../../page/dom.js";

/**
 * `<cvd-empty icon="package" heading="No products yet">What to do next
 * <button>…</button></cvd-empty>`
 */
export class Empty extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(":scope > h2")) return;
    const rest = [...this.childNodes];
    fill(
      this,
      icon(this.getAttribute("icon") ?? "list"),
      h("h2", null, this.getAttribute("heading")),
      h("div", { class: "stack" }, rest),
    );
  }
}

customElements.define("cvd-empty", Empty);

/**
 * @param {{icon?: string, heading: string, text?: string, action?: Node | false | null}} words
 */
export const empty = ({ icon: name = "list", heading, text, action }) =>
  h("cvd-empty", { icon: name, heading }, text && h("p", null, text), action);
