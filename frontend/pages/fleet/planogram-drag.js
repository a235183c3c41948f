/**
 * Dragging with mouse or finger by pointer events. A mouse drags once it moved; a finger after
 * resting for a moment, so that it can still scroll.
 * @module
 */
import { h } from "../../page/dom.js";

const MOVED_PX = 5;
const REST_MS = 320;
const REST_PX = 10;

/**
 * @typedef {object} Drag
 * @property {string} source    selector of what can be dragged
 * @property {string} target    selector of where it can be dropped
 * @property {(source: HTMLElement) => string | null} label  words at the pointer; null: cannot be
 *   dragged
 * @property {(source: HTMLElement, target: HTMLElement) => void} drop
 */

/** @param {HTMLElement} root @param {Drag} drag */
export function draggable(root, { source, target, label, drop }) {
  root.addEventListener("pointerdown", (event) => {
    const held =
      event.target instanceof Element
        ? /** @type {HTMLElement | null} */ (event.target.closest(source))
        : null;
    const words = held && event.button === 0 && event.isPrimary ? label(held) : null;
    if (!held || words === null) return;
    new Grip(held, words, event, target, drop);
  });
}

class Grip {
  #stop = new AbortController();
  #ghost = h("div", { class: "drag-ghost", "aria-hidden": "true" });
  #active = false;
  #timer = 0;
  /** @type {HTMLElement | null} */ #over = null;

  /**
   * @param {HTMLElement} held
   * @param {string} words
   * @param {PointerEvent} event
   * @param {string} target
   * @param {Drag["drop"]} drop
   */
  constructor(held, words, event, target, drop) {
    this.held = held;
    this.target = target;
    this.drop = drop;
    this.from = { x: event.clientX, y: event.clientY };
    this.isTouch = event.pointerType === "touch";
    this.#ghost.textContent = words;
    const { signal } = this.#stop;
    document.addEventListener("pointermove", (moved) => this.#move(moved), { signal });
    document.addEventListener("pointerup", () => this.#release(), { signal });
    document.addEventListener("pointercancel", () => this.#end(), { signal });
    document.addEventListener(
      "touchmove",
      (touched) => {
        if (this.#active) touched.preventDefault();
      },
      { signal, passive: false },
    );
    document.addEventListener(
      "contextmenu",
      (menu) => {
        if (this.isTouch) menu.preventDefault();
      },
      { signal },
    );
    document.addEventListener(
      "keydown",
      (key) => {
        if (key.key === "Escape") this.#end();
      },
      { signal },
    );
    if (this.isTouch)
      this.#timer = window.setTimeout(() => this.#begin(this.from.x, this.from.y), REST_MS);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const far = Math.hypot(event.clientX - this.from.x, event.clientY - this.from.y);
    if (!this.#active) {
      if (this.isTouch && far > REST_PX) this.#end();
      else if (!this.isTouch && far > MOVED_PX) this.#begin(event.clientX, event.clientY);
      return;
    }
    this.#ghost.style.translate = `${event.clientX}px ${event.clientY}px`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest(this.target);
    this.#hover(under instanceof HTMLElement && under !== this.held ? under : null);
  }

  /** @param {number} x @param {number} y */
  #begin(x, y) {
    this.#active = true;
    this.held.classList.add("is-held");
    document.documentElement.classList.add("is-dragging");
    document.body.append(this.#ghost);
    this.#ghost.style.translate = `${x}px ${y}px`;
    if (this.isTouch) navigator.vibrate?.(10);
  }

  /** @param {HTMLElement | null} under */
  #hover(under) {
    if (under === this.#over) return;
    this.#over?.classList.remove("is-target");
    under?.classList.add("is-target");
    this.#over = under;
  }

  #release() {
    const over = this.#over;
    if (this.#active) {
      // The click that follows a drag is not a choice.
      const click = new AbortController();
      addEventListener("click", (event) => event.stopPropagation(), {
        capture: true,
        signal: click.signal,
      });
      setTimeout(() => click.abort());
    }
    this.#end();
    if (over) this.drop(this.held, over);
  }

  #end() {
    clearTimeout(this.#timer);
    this.#hover(null);
    this.#stop.abort();
    this.#ghost.remove();
    this.held.classList.remove("is-held");
    document.documentElement.classList.remove("is-dragging");
  }
}
