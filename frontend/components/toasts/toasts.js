import { h, icon } from "../../page/dom.js";

/** @typedef {{text: string, kind?: string, action?: string, run?: () => void}} Toast */

const SECONDS = 8;
/** @type {Record<string, string>} */
const ICONS = { ok: "circle-check", info: "info", warn: "triangle-alert", bad: "circle-alert" };

/**
 * `<cvd-toasts>`: passing words in a live region. Hovering or focusing one keeps it. Pages call
 * `toast()` of page.js.
 */
export class Toasts extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
  }

  /** @param {Toast} toast */
  show({ text, kind = "ok", action, run }) {
    const close = () => box.remove();
    const box = h(
      "div",
      { class: `toast ${kind}` },
      icon(ICONS[kind] ?? "info"),
      h("span", null, text),
      action &&
        h(
          "button",
          {
            class: "button",
            type: "button",
            onclick: () => {
              close();
              run?.();
            },
          },
          action,
        ),
      h(
        "button",
        { class: "button plain square", type: "button", "aria-label": "Dismiss", onclick: close },
        icon("x"),
      ),
    );
    this.append(box);
    while (this.children.length > 3) this.firstElementChild?.remove();
    const wait = () => {
      window.setTimeout(
        () => (box.matches(":hover, :focus-within") ? wait() : close()),
        SECONDS * 1000,
      );
    };
    if (kind !== "bad") wait();
  }
}

customElements.define("cvd-toasts", Toasts);

/** @param {Toast} toast */
export function showToast(toast) {
  let toasts = document.querySelector("cvd-toasts");
  if (!(toasts instanceof Toasts)) {
    toasts = new Toasts();
    document.body.append(toasts);
  }
  /** @type {Toasts} */ (toasts).show(toast);
}
