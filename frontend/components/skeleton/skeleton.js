import { h } from "../../page/dom.js";

/**
 * `<cvd-skeleton rows="8">`: keeps the place of what is loading. It shows itself only after 200 ms.
 */
export class Skeleton extends HTMLElement {
  connectedCallback() {
    const rows = Number(this.getAttribute("rows") ?? 3);
    this.setAttribute("aria-hidden", "true");
    this.replaceChildren(
      ...Array.from({ length: rows }, (_, index) =>
        h("span", { style: { width: `${[68, 82, 54, 74, 61][index % 5]}%` } }),
      ),
    );
  }
}

customElements.define("cvd-skeleton", Skeleton);
