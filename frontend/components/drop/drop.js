import { h, icon, uniqueId } from "../../page/dom.js";

/** Nobody drops a file with a finger. */
const TOUCHED = matchMedia("(pointer: coarse), (max-width: 640px)");

/**
 * `<cvd-drop label="Drop audits here" accept=".dex,.txt" multiple>`: a place for files, also by
 * button and paste, given to `receive`.
 * With `page` the whole page takes drops; `touch-label` is what it is called where nothing can be
 * dropped.
 */
export class Drop extends HTMLElement {
  #input = h("input", {
    type: "file",
    class: "visually-hidden",
    tabindex: -1,
    "aria-hidden": "true",
  });
  #button = h("button", { class: "button", type: "button", onclick: () => this.#input.click() });
  #depth = 0;
  /** @type {AbortController | null} */ #listening = null;
  /** @type {((files: File[]) => void) | null} */ #receiver = null;
  /** @type {File[]} */ #early = [];

  /**
   * Give files to `receiver`; first those that came while the page was still starting.
   * @param {(files: File[]) => void} receiver
   */
  receive(receiver) {
    this.#receiver = receiver;
    if (this.#early.length > 0) receiver(this.#early.splice(0));
  }

  /** To the button, as after a list of files was cleared. */
  focus() {
    this.#button.focus();
  }

  /** Asks for files, as the button does. */
  choose() {
    this.focus();
    this.#input.click();
  }

  connectedCallback() {
    this.#input.accept = this.getAttribute("accept") ?? "";
    this.#input.multiple = this.hasAttribute("multiple");
    this.#input.onchange = () => {
      this.#tell(this.#input.files);
      this.#input.value = "";
    };
    const id = uniqueId("drop");
    this.#button.setAttribute("aria-describedby", id);
    this.#button.textContent = this.hasAttribute("multiple") ? "Choose files" : "Choose a file";
    this.replaceChildren(
      icon("file-up"),
      h(
        "div",
        null,
        h(
          "strong",
          { id },
          (TOUCHED.matches && this.getAttribute("touch-label")) || this.getAttribute("label"),
        ),
        h("span", { class: "muted" }, this.getAttribute("hint")),
      ),
      this.#button,
      this.#input,
    );
    this.#listening = new AbortController();
    const target = this.hasAttribute("page") ? document : this;
    const { signal } = this.#listening;
    target.addEventListener("dragenter", () => this.#over(1), { signal });
    target.addEventListener("dragleave", () => this.#over(-1), { signal });
    target.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    target.addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        this.#depth = 0;
        this.#over(0);
        this.#tell(/** @type {DragEvent} */ (event).dataTransfer?.files ?? null);
      },
      { signal },
    );
    document.addEventListener("paste", (event) => this.#tell(event.clipboardData?.files ?? null), {
      signal,
    });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {number} step */
  #over(step) {
    this.#depth = Math.max(0, this.#depth + step);
    this.classList.toggle("is-over", this.#depth > 0);
  }

  /** @param {FileList | null} files */
  #tell(files) {
    if (!files || files.length === 0) return;
    if (this.#receiver) this.#receiver([...files]);
    else this.#early.push(...files);
  }
}

customElements.define("cvd-drop", Drop);
