/**
 * The cabinets of a new machine, and their sizes.
 * @module
 */
import { h, number, percent, uniqueId } from "../../page/page.js";
import { field } from "../../components/field/field.js";
import { MOST_CABINETS } from "./installation-line.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {{number: number, rows: HTMLInputElement, columns: HTMLInputElement}} CabinetSize */

/**
 * As large as its selections need, or as the audit's layout says.
 * @param {Read} read
 * @returns {CabinetSize[]}
 */
export function cabinetSizes({ selections, layout }) {
  const numbers = [...new Set(selections.map(({ cabinet }) => cabinet))].sort((a, b) => a - b);
  return numbers.slice(0, MOST_CABINETS).map((cabinet) => {
    const own = selections.filter((each) => each.cabinet === cabinet);
    const most = (/** @type {"row" | "column"} */ name) =>
      Math.max(1, ...own.map((each) => each[name] ?? 0));
    const columns = Math.max(most("column"), layout ? 1 : own.length);
    const size = cabinet === 1 && layout ? layout : { rows: most("row"), columns };
    return {
      number: cabinet,
      rows: sizeInput("Shelves", size.rows, 26),
      columns: sizeInput("Columns", size.columns, 40),
    };
  });
}

/**
 * How large each cabinet is, to be changed.
 * @param {Read} read
 * @param {CabinetSize[]} cabinets
 * @param {() => void} resized
 */
export function cabinetsPart({ layout }, cabinets, resized) {
  const several = cabinets.length > 1;
  const sizes = cabinets.map(({ number: cabinet, rows, columns }, index) => {
    for (const input of [rows, columns]) input.onchange = resized;
    return h(
      "div",
      { class: "grid-size" },
      several && h("h3", null, `Cabinet ${number(cabinet)}`),
      field("Shelves", rows, { pointer: `/cabinets/${index}/rows` }),
      field("Columns", columns, { pointer: `/cabinets/${index}/columns` }),
      index === 0 &&
        h(
          "p",
          { class: "muted" },
          "Slots keep the place their code suggests; those that no longer fit follow in order.",
        ),
    );
  });
  return h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h("h2", null, several ? "The cabinets" : "The cabinet"),
      layout &&
        h(
          "span",
          { class: "count" },
          `read from the selection codes, ${percent(layout.confidence * 100)} sure`,
        ),
    ),
    sizes,
  );
}

/** @param {string} label @param {number} value @param {number} max */
const sizeInput = (label, value, max) =>
  h("input", {
    class: "input number",
    type: "number",
    min: 1,
    max,
    inputmode: "numeric",
    required: true,
    id: uniqueId("size"),
    "aria-label": label,
    value,
  });
