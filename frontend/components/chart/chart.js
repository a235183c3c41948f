import { fill, h, icon, VENDOR } from "../../page/dom.js";
import { number } from "../../words/format.js";

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {(number | null)[]} values one for each label; null is a gap
 * @property {boolean} [compare]        the period compared with: a quiet dashed line
 * @typedef {object} ChartData
 * @property {string} heading           of the labels, for the table: "Day"
 * @property {string[]} labels
 * @property {Series[]} series
 * @property {(value: number | null) => string} [format]
 * @property {(values: number[]) => string[]} [marks] words the marks of the axis together
 * @property {string} [gap]             what a null of the first series means: drawn as a hatched
 *   column, and in the legend
 */

/** Of what is written, of lines, of the series, and of what it is compared with. */
const COLOURS = ["--ink-muted", "--line", "--accent", "--line-control"];
const HEIGHT = 200;
const UPLOT = `${VENDOR}uplot/uPlot.esm.js`;
const UPLOT_LOOK = `${VENDOR}uplot/uPlot.min.css`;

/**
 * `<cvd-chart label="Sales by day" kind="bar">` with `.data`. The same figures are one click away
 * as a table, which is also what shows
 * when the chart library is missing. Import this module on pages that have a chart.
 */
export class Chart extends HTMLElement {
  /** @type {ChartData | null} */ #data = null;
  /** @type {import("uplot") | null} */ #plot = null;
  #asTable = false;
  #box = h("div", { class: "plot", "aria-hidden": "true" });
  #table = h("div");
  #legend = h("div", { class: "legend" });
  /** Away until there is something to turn round. */
  #toggle = h("button", {
    class: "button plain",
    type: "button",
    hidden: true,
    onclick: () => this.#flip(),
  });
  #resizing = new ResizeObserver(() => {
    if (this.#plot && this.#box.clientWidth > 0)
      this.#plot.setSize({ width: this.#box.clientWidth, height: HEIGHT });
  });
  #onTheme = () => this.#draw();

  connectedCallback() {
    this.setAttribute("role", "figure");
    this.setAttribute("aria-label", this.getAttribute("label") ?? "Chart");
    this.replaceChildren(
      h("div", { class: "bar" }, this.#legend, h("span", { class: "end" }, this.#toggle)),
      this.#box,
      this.#table,
    );
    this.#resizing.observe(this.#box);
    document.addEventListener("theme", this.#onTheme);
    this.#draw();
  }

  disconnectedCallback() {
    this.#resizing.disconnect();
    document.removeEventListener("theme", this.#onTheme);
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** @param {ChartData} data */
  set data(data) {
    this.#data = data;
    this.#draw();
  }

  #flip() {
    this.#asTable = !this.#asTable;
    this.#draw();
  }

  async #draw() {
    const data = this.#data;
    if (!data || !this.isConnected) return;
    const uPlot = await library();
    if (data !== this.#data || !this.isConnected) return;
    this.#plot?.destroy();
    this.#plot = null;
    const plain = this.#asTable || uPlot === null;
    this.#toggle.hidden = uPlot === null;
    fill(this.#toggle, icon(plain ? "chart-column" : "table"), plain ? "Chart" : "Table");
    fill(
      this.#legend,
      data.series.map(({ label, compare }) =>
        h("span", { class: compare ? "compare" : "main" }, label),
      ),
      gapMark(data),
    );
    this.#box.hidden = plain;
    this.#table.className = plain ? "scroll-x" : "visually-hidden";
    this.#table.tabIndex = plain ? 0 : -1;
    fill(this.#table, asTable(data, this.getAttribute("label") ?? ""));
    if (!plain && uPlot)
      this.#plot = new uPlot(
        this.#options(uPlot, data),
        [data.labels.map((_, index) => index), ...data.series.map(({ values }) => values)],
        this.#box,
      );
  }

  /**
   * @param {typeof import("uplot")} uPlot
   * @param {ChartData} data
   * @returns {import("uplot").Options}
   */
  #options(uPlot, data) {
    const format = data.format ?? ((value) => number(value));
    const [ink = "", line = "", main = "", quiet = ""] = COLOURS.map((name) =>
      colourOf(this, name),
    );
    const isLine = this.getAttribute("kind") === "line";
    const bars = isLine ? undefined : uPlot.paths.bars?.({ size: [0.7, 40], radius: 0.12 });
    const written = { stroke: ink, font: `12px ${getComputedStyle(this).fontFamily}` };
    return {
      width: Math.max(200, this.#box.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: [-0.6, data.labels.length - 0.4] },
        y: { range: (_, low, high) => [Math.min(0, low ?? 0), (high ?? 0) > 0 ? high * 1.08 : 1] },
      },
      axes: axes(data, written, line, format),
      series: [
        {},
        ...data.series.map(({ label, compare }) =>
          compare ? beside(label, quiet, data) : drawn(label, main, bars),
        ),
      ],
      hooks: {
        drawClear: data.gap ? [(plot) => hatch(plot, data, line)] : [],
        setCursor: [(plot) => this.#point(plot, data, format)],
      },
    };
  }

  /**
   * @param {import("uplot")} plot
   * @param {ChartData} data
   * @param {(value: number | null) => string} format
   */
  #point(plot, data, format) {
    const at = plot.cursor.idx;
    fill(
      this.#legend,
      data.series.map(({ label, compare, values }) =>
        h(
          "span",
          { class: compare ? "compare" : "main" },
          label,
          at !== null && at !== undefined && h("strong", null, format(values[at] ?? null)),
        ),
      ),
      gapMark(data),
      at !== null && at !== undefined && h("span", { class: "at" }, data.labels[at]),
    );
  }
}

customElements.define("cvd-chart", Chart);

/** @param {ChartData} data */
const gapMark = ({ gap, series }) =>
  gap !== undefined && series[0]?.values.includes(null) && h("span", { class: "gap" }, gap);

/**
 * Hatches the columns for which nothing is known: empty ones would look like nothing sold.
 * @param {import("uplot")} plot
 * @param {ChartData} data
 * @param {string} colour
 */
function hatch({ ctx, bbox, valToPos }, { series, labels }, colour) {
  const values = series[0]?.values ?? [];
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  for (const [index] of labels.entries()) {
    if (values[index] !== null) continue;
    const [left, right] = [index - 0.5, index + 0.5].map((at) => valToPos(at, "x", true));
    if (left === undefined || right === undefined) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    const step = 6 * devicePixelRatio;
    for (let x = left - (left % step) - bbox.height; x < right; x += step) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

/** @type {Promise<typeof import("uplot") | null> | null} */
let loading = null;

/** The chart library, or null where it is not installed. */
function library() {
  loading ??= Promise.all([
    /** @type {Promise<{default: typeof import("uplot")}>} */ (import(UPLOT)),
    styles(),
  ]).then(
    ([module]) => module.default,
    () => null,
  );
  return loading;
}

/** The library's style sheet; a chart drawn before it would jump. */
function styles() {
  return new Promise((resolve, reject) => {
    document.head.append(
      h("link", { rel: "stylesheet", href: UPLOT_LOOK, onload: resolve, onerror: reject }),
    );
  });
}

/**
 * A token as a colour that canvas understands.
 * @param {HTMLElement} element
 * @param {string} name
 */
function colourOf(element, name) {
  const probe = h("span", { style: { color: `var(${name})` } });
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** @param {ChartData} data @param {string} caption */
function asTable(data, caption) {
  const format = data.format ?? ((/** @type {number | null} */ value) => number(value));
  return h(
    "table",
    { class: "table" },
    h("caption", { class: "visually-hidden" }, caption),
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", { scope: "col" }, data.heading),
        data.series.map(({ label }) => h("th", { scope: "col", class: "number" }, label)),
      ),
    ),
    h(
      "tbody",
      null,
      data.labels.map((label, index) =>
        h(
          "tr",
          null,
          h("th", { scope: "row" }, label),
          data.series.map(({ values }) =>
            h("td", { class: "number" }, format(values[index] ?? null)),
          ),
        ),
      ),
    ),
  );
}

/**
 * What is written under the bars, and beside them.
 * @param {ChartData} data
 * @param {{stroke: string, font: string}} written
 * @param {string} line
 * @param {(value: number | null) => string} format
 * @returns {import("uplot").Axis[]}
 */
const axes = ({ labels, marks }, written, line, format) => [
  {
    ...written,
    ticks: { show: false },
    grid: { show: false },
    size: 26,
    incrs: [1, 2, 5, 7, 10, 14, 30, 60, 90],
    values: (_, at) => at.map((index) => labels[index] ?? ""),
  },
  {
    ...written,
    ticks: { show: false },
    grid: { stroke: line, width: 1 },
    size: (_, values) =>
      14 + 7 * Math.max(1, ...(values ?? []).map((value) => String(value).length)),
    values: (_, at) => (marks ? marks(at) : at.map((value) => format(value))),
  },
];

/**
 * The series that others are compared with: a dashed line.
 * @param {string} label
 * @param {string} stroke
 * @param {ChartData} data
 * @returns {import("uplot").Series}
 */
const beside = (label, stroke, { gap }) => ({
  label,
  stroke,
  width: 1.5,
  dash: [4, 4],
  points: { show: gap !== undefined, size: 5, fill: stroke },
});

/**
 * @param {string} label
 * @param {string} stroke
 * @param {import("uplot").Series["paths"]} bars none where it is a line
 * @returns {import("uplot").Series}
 */
const drawn = (label, stroke, bars) => ({
  label,
  stroke,
  fill: bars ? stroke : undefined,
  width: bars ? 0 : 2,
  paths: bars,
  points: { show: false },
});
