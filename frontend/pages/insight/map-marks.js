/**
 * The marks on the map, drawn when it first asks for one: of a place or a cluster in the shape and
 * colour of its need with the count of its machines, and the number of a stop.
 * @module
 */
import { h } from "../../page/page.js";

/** @typedef {import("../../words/levels.js").State} State */

const RATIO = 2;
const SMALL = 20;
const CLUSTER = 34;
const EDGE = 1.5;
/** The ink of the shape, as tokens. @type {Record<State, [fill: string, ink: string]>} */
const COLOURS = {
  ok: ["--ok-soft", "--ok-ink"],
  unknown: ["--canvas", "--ink-muted"],
  low: ["--warn-soft", "--warn-ink"],
  sold_out: ["--bad-ink", "--canvas"],
};
/** @type {Record<State, string>} */
const LINES = {
  ok: "--ok-ink",
  unknown: "--ink-muted",
  low: "--warn-ink",
  sold_out: "--bad-ink",
};

/** The colours of the page as it is lit now. @param {HTMLElement} element */
export function palette(element) {
  const probe = h("span");
  element.append(probe);
  /** @type {(name: string) => string} */
  const colour = (name) => {
    probe.style.setProperty("color", `var(${name})`);
    return getComputedStyle(probe).color;
  };
  const names = ["--canvas", "--canvas-sunken", "--line", "--line-strong", "--ink", "--accent"];
  const all = [...names, "--on-accent", "--accent-soft", ...Object.values(COLOURS).flat()];
  const found = Object.fromEntries([...all, ...Object.values(LINES)].map((n) => [n, colour(n)]));
  probe.remove();
  return { ...found, font: getComputedStyle(element).fontFamily };
}

/**
 * The picture of a mark by its name: `place low 3`, `cluster sold_out 1.2k`, `stop done 4`.
 * @param {string} name
 * @param {Record<string, string>} colours
 */
export function markOf(name, colours) {
  const [kind = "", look = "", ...words] = name.split(" ");
  if (kind === "stop") return stop(look === "done", words.join(" "), colours);
  const size = kind === "cluster" ? CLUSTER : SMALL;
  return shape(/** @type {State} */ (look), size, words.join(" "), colours);
}

/**
 * A circle in stock, a ring unknown, a triangle low, a square sold out.
 * @param {State} state
 * @param {number} size
 * @param {string} words
 * @param {Record<string, string>} colours
 */
function shape(state, size, words, colours) {
  const { pen, picture } = sheet(size, size);
  const [ground = "", ink = ""] = COLOURS[state].map((name) => colours[name] ?? "");
  pen.fillStyle = ground;
  pen.strokeStyle = colours[LINES[state]] ?? "";
  pen.lineWidth = EDGE;
  if (state === "unknown") pen.setLineDash([3, 2]);
  pen.beginPath();
  outline(pen, state, size);
  pen.fill();
  pen.stroke();
  const middle = state === "low" ? size * 0.62 : size / 2;
  write(pen, words, {
    x: size / 2,
    y: middle,
    ink,
    size: size > SMALL ? 12 : 10,
    font: colours.font,
  });
  return picture();
}

/** @param {CanvasRenderingContext2D} pen @param {State} state @param {number} size */
function outline(pen, state, size) {
  const from = EDGE;
  const to = size - EDGE;
  if (state === "sold_out") pen.roundRect(from + 1, from + 1, to - from - 2, to - from - 2, 3);
  else if (state === "low") {
    pen.moveTo(size / 2, from);
    pen.lineTo(to, to - 1);
    pen.lineTo(from, to - 1);
    pen.closePath();
  } else pen.arc(size / 2, size / 2, (to - from) / 2 - 1, 0, 2 * Math.PI);
}

/** @param {boolean} isDone @param {string} words @param {Record<string, string>} colours */
function stop(isDone, words, colours) {
  const width = 12 + 7 * words.length;
  const { pen, picture } = sheet(width, 18);
  pen.fillStyle = (isDone ? colours["--canvas"] : colours["--accent"]) ?? "";
  pen.strokeStyle = colours["--accent"] ?? "";
  pen.lineWidth = EDGE;
  pen.beginPath();
  pen.roundRect(1, 1, width - 2, 16, 8);
  pen.fill();
  pen.stroke();
  const ink = (isDone ? colours["--ink"] : colours["--on-accent"]) ?? "";
  write(pen, words, { x: width / 2, y: 9, ink, size: 11, font: colours.font });
  return picture();
}

/** A canvas to draw on, and what was drawn. @param {number} width @param {number} height */
function sheet(width, height) {
  const canvas = h("canvas", { width: width * RATIO, height: height * RATIO });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(RATIO, RATIO);
  const picture = () => ({
    image: pen.getImageData(0, 0, canvas.width, canvas.height),
    pixelRatio: RATIO,
  });
  return { pen, picture };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} words
 * @param {{x: number, y: number, ink: string, size: number, font: string | undefined}} where
 */
function write(pen, words, { x, y, ink, size, font }) {
  pen.setLineDash([]);
  pen.fillStyle = ink;
  pen.font = `600 ${size}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(words, x, y + 0.5);
}
