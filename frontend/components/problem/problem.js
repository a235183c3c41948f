import { ApiError } from "../../api.js";
import { fill, h, icon } from "../../page/dom.js";

/** What can be done about a refusal, by status. @type {Record<number, string>} */
const ADVICE = {
  0: "Check the network. What you typed is still here.",
  403: "Ask an administrator if you need this.",
  404: "It may have been removed, or it belongs to somebody else's route.",
  413: "Send a smaller file.",
  429: "Wait a moment, then try again.",
  503: "Nothing was changed. Try again in a few seconds.",
  507: "Nothing was changed. The administrator must free space on the server's disk.",
};

/**
 * `<cvd-problem>`: what happened and what to do. Set `.error`; `null` hides it. `.retry` adds a
 * button.
 */
export class Problem extends HTMLElement {
  /** @type {unknown} */ #error = null;
  /** @type {(() => void) | null} */ retry = null;

  get error() {
    return this.#error;
  }

  set error(error) {
    this.#error = error;
    this.hidden = error === null || error === undefined;
    if (!this.hidden) this.#render(worded(error));
  }

  connectedCallback() {
    this.setAttribute("role", "alert");
    if (this.#error === null) this.hidden = true;
  }

  /** @param {{title: string, detail: string, advice: string, reference: string}} words */
  #render({ title, detail, advice, reference }) {
    fill(
      this,
      icon("circle-alert"),
      h(
        "div",
        { class: "stack" },
        h("strong", null, title),
        detail && h("p", null, detail),
        advice && h("p", { class: "muted" }, advice),
        this.retry &&
          h(
            "div",
            null,
            h(
              "button",
              { class: "button", type: "button", onclick: () => this.retry?.() },
              "Try again",
            ),
          ),
        reference && h("p", { class: "muted small" }, "Reference ", h("code", null, reference)),
      ),
    );
  }
}

customElements.define("cvd-problem", Problem);

/** @param {unknown} error */
function worded(error) {
  if (error instanceof ApiError) {
    return {
      title: error.title,
      detail: error.detail,
      advice: ADVICE[error.status] ?? "",
      reference: error.status >= 500 || error.status === 0 ? error.request_id : "",
    };
  }
  console.error(error);
  return {
    title: "This page stopped",
    detail: error instanceof Error ? error.message : String(error),
    advice: "Load it again; if it stays, tell the administrator.",
    reference: "",
  };
}

/** A problem box for an error. @param {unknown} error @param {() => void} [retry] */
export function problemBox(error, retry) {
  const box = new Problem();
  box.retry = retry ?? null;
  box.error = error;
  return box;
}
