/**
 * Choosing on the map: a line drawn around places, or a box while Shift is held.
 * @module
 */
import { encloses, projected } from "../../words/map-points.js";

/** @typedef {import("../../words/map-points.js").Point} Point */
/** In the box of the map. @typedef {[x: number, y: number]} Pixel */
/**
 * @typedef {object} Choosing
 * @property {() => Point[]} points that may be chosen
 * @property {(points: Point[]) => void} chosen
 * @property {(on: boolean) => void} turned told when a line is to be drawn, and when no more
 */

const SVG = "http://www.w3.org/2000/svg";
const LEAST_PIXELS = 6;

export class Lasso {
  #view;
  #choosing;
  #line = document.createElementNS(SVG, "path");
  #isOn = false;
  #isBox = false;
  /** @type {Pixel[]} */ #drawn = [];
  #go = (/** @type {PointerEvent} */ event) => this.#draw(this.#at(event));
  #end = () => this.#choose();
  #stop = () => this.turn(false);

  /** @param {import("./map-view.js").MapView} view @param {Choosing} choosing */
  constructor(view, choosing) {
    this.#view = view;
    this.#choosing = choosing;
    const sheet = document.createElementNS(SVG, "svg");
    sheet.setAttribute("class", "map-lasso");
    sheet.setAttribute("aria-hidden", "true");
    sheet.append(this.#line);
    const box = view.element;
    box.append(sheet);
    box.addEventListener("pointerdown", (event) => this.#begin(event), true);
    // MapLibre hears these, and would move the map.
    for (const name of ["mousedown", "touchstart"])
      box.addEventListener(name, (event) => this.#isDrawing && event.stopPropagation(), true);
  }

  get #isDrawing() {
    return this.#drawn.length > 0;
  }

  get isOn() {
    return this.#isOn;
  }

  /** Draw a line with the next press, or do not. @param {boolean} on */
  turn(on) {
    const box = this.#view.element;
    this.#drawn = [];
    this.#line.removeAttribute("d");
    box.removeEventListener("pointermove", this.#go);
    box.removeEventListener("pointerup", this.#end);
    box.removeEventListener("pointercancel", this.#stop);
    box.classList.toggle("is-lasso", on);
    this.#isOn = on;
    this.#choosing.turned(on);
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const view = this.#view;
    if (!view.isDrawn || view.take || event.button !== 0) return;
    if (!this.#isOn && !event.shiftKey) return;
    this.#isBox = !this.#isOn;
    this.#drawn = [this.#at(event)];
    const box = view.element;
    box.setPointerCapture(event.pointerId);
    box.addEventListener("pointermove", this.#go);
    box.addEventListener("pointerup", this.#end);
    box.addEventListener("pointercancel", this.#stop);
  }

  /** @param {Pixel} at */
  #draw([x, y]) {
    const [start = [0, 0]] = this.#drawn;
    if (this.#isBox) this.#drawn = [start, [x, start[1]], [x, y], [start[0], y]];
    else this.#drawn.push([x, y]);
    this.#line.setAttribute("d", `M${this.#drawn.map((each) => each.join(" ")).join("L")}Z`);
  }

  #choose() {
    const around = this.#drawn;
    this.turn(false);
    if (!isLarge(around)) return;
    const area = around.map((pixel) => projected(this.#view.positionAt(pixel)));
    this.#choosing.chosen(
      this.#choosing.points().filter(({ position }) => encloses(area, projected(position))),
    );
  }

  /** @param {PointerEvent} event @returns {Pixel} */
  #at({ clientX, clientY }) {
    const { left, top } = this.#view.element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }
}

/** A slip of the hand is no choice. @param {Pixel[]} around */
function isLarge(around) {
  const spans = [0, 1].map((axis) => {
    const along = around.map((pixel) => pixel[axis] ?? 0);
    return Math.max(...along) - Math.min(...along);
  });
  return Math.min(...spans) >= LEAST_PIXELS;
}
