/**
 * The grips that move a stop to another place in its order.
 * @module
 */
import { h, icon } from "../../page/dom.js";

export class Grips {
  #timer = 0;
  /** @type {(ids: number[]) => void} */ #rearrange;

  /** @param {(ids: number[]) => void} rearrange takes the stops in their new order */
  constructor(rearrange) {
    this.#rearrange = rearrange;
  }

  /**
   * The grip of a stop: drag it, or move it with the arrow keys.
   * @param {number} id of its cabinet
   * @param {string} name
   */
  of(id, name) {
    const button = h(
      "button",
      {
        class: "grip",
        type: "button",
        "aria-label": `Move ${name}: arrow keys, or drag`,
        "data-tip": "Drag, or use the arrow keys",
        dataset: { grip: String(id) },
      },
      icon("grip-vertical"),
    );
    button.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const row = button.closest("li");
      const other =
        step === undefined
          ? null
          : step < 0
            ? row?.previousElementSibling
            : row?.nextElementSibling;
      if (step === undefined) return;
      event.preventDefault();
      if (!row || !other) return;
      if (step < 0) other.before(row);
      else other.after(row);
      button.focus();
      this.#settle();
    });
    button.addEventListener("pointerdown", (event) => {
      if (event.button === 0) drag(button, event, () => this.#settle(0));
    });
    return button;
  }

  /** Sends the order of the rows once nobody moves them any more. */
  #settle(wait = 700) {
    const rows = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-stop]"));
    // As they stand now: they may be drawn anew meanwhile.
    const ids = [...rows].map(({ dataset }) => Number(dataset.stop));
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#rearrange(ids), wait);
  }
}

/**
 * Moves the row of a grip with the pointer until it is let go.
 * @param {HTMLElement} grip
 * @param {PointerEvent} begun
 * @param {() => void} dropped
 */
function drag(grip, begun, dropped) {
  const row = grip.closest("li");
  const list = row?.parentElement;
  if (!row || !list) return;
  begun.preventDefault();
  grip.focus();
  grip.setPointerCapture(begun.pointerId);
  row.classList.add("is-dragged");
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    row.classList.remove("is-dragged");
    dropped();
  };
  let last = begun.clientY;
  grip.addEventListener(
    "pointermove",
    ({ clientY }) => {
      const isDown = clientY > last;
      last = clientY;
      const other = [...list.children].find(
        (each) =>
          each !== row &&
          clientY > each.getBoundingClientRect().top &&
          clientY < each.getBoundingClientRect().bottom,
      );
      if (!other) return;
      const { top, height } = other.getBoundingClientRect();
      const isBehind = Boolean(
        row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING,
      );
      // A row gives way only in the direction of the pointer. A tall one would jump to and fro.
      if (isDown && isBehind && clientY > top + height * 0.4) other.after(row);
      else if (!isDown && !isBehind && clientY < top + height * 0.6) other.before(row);
    },
    { signal: stop.signal },
  );
  grip.addEventListener("pointerup", end, { signal: stop.signal });
  grip.addEventListener("pointercancel", end, { signal: stop.signal });
}
