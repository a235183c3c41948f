/**
 * What labels are printed on, and where each comes to lie.
 * @module
 */

/**
 * Sheets and rolls of labels. All lengths are in mm: those of the paper, of one label, from the
 * edges to the first label, and between two. A roll has one label a page.
 * @typedef {object} Stock
 * @property {string} name
 * @property {string} label
 * @property {[number, number]} paper  width, height
 * @property {[number, number]} size   of one label: width, height
 * @property {number} columns
 * @property {number} rows
 * @property {[number, number]} edge   from the left, from the top
 * @property {[number, number]} gap    across, down
 */

/** @type {[number, number]} */
const A4 = [210, 297];
/** @type {[number, number]} */
const LETTER = [215.9, 279.4];

/** @type {Stock[]} */
export const STOCKS = [
  sheet("a4-24", "A4, 24 of 70 × 37 mm", A4, [70, 37], [3, 8], [0, 0.5], [0, 0]),
  sheet("a4-21", "A4, 21 of 63.5 × 38.1 mm", A4, [63.5, 38.1], [3, 7], [7.25, 15.15], [2.5, 0]),
  sheet("a4-10", "A4, 10 of 99.1 × 57 mm", A4, [99.1, 57], [2, 5], [4.65, 6], [2.5, 0]),
  sheet(
    "letter-30",
    "Letter, 30 of 2⅝ × 1 in",
    LETTER,
    [66.7, 25.4],
    [3, 10],
    [4.8, 12.7],
    [3.1, 0],
  ),
  sheet("letter-10", "Letter, 10 of 4 × 2 in", LETTER, [101.6, 50.8], [2, 5], [4, 12.7], [4.7, 0]),
  roll("roll-62", "Roll, 62 × 29 mm", [62, 29]),
  roll("roll-57", "Roll, 57 × 32 mm", [57, 32]),
  roll("roll-102", "Roll, 4 × 2 in", [101.6, 50.8]),
];

/**
 * @param {string} name @param {string} label @param {[number, number]} paper
 * @param {[number, number]} size @param {[number, number]} grid
 * @param {[number, number]} edge @param {[number, number]} gap
 * @returns {Stock}
 */
function sheet(name, label, paper, size, [columns, rows], edge, gap) {
  return { name, label, paper, size, columns, rows, edge, gap };
}

/** @param {string} name @param {string} label @param {[number, number]} size @returns {Stock} */
function roll(name, label, size) {
  return sheet(name, label, size, size, [1, 1], [0, 0], [0, 0]);
}

/** The stock of that name, or the first. @param {string | undefined} name */
export const stockOf = (name) =>
  STOCKS.find((stock) => stock.name === name) ?? /** @type {Stock} */ (STOCKS[0]);

/** How many labels a page holds. @param {Stock} stock */
export const perPage = ({ columns, rows }) => columns * rows;

/**
 * The labels by pages. A used sheet begins at its label `first`, counted from 1; the places
 * before it are null.
 * @template T
 * @param {T[]} labels @param {Stock} stock @param {number} first
 * @returns {(T | null)[][]}
 */
export function pagesOf(labels, stock, first) {
  const size = perPage(stock);
  if (labels.length === 0) return [];
  const used = Math.min(Math.max(Math.trunc(first) || 1, 1), size) - 1;
  /** @type {(T | null)[]} */
  const places = [...Array.from({ length: used }, () => null), ...labels];
  const pages = [];
  for (let begin = 0; begin < places.length; begin += size)
    pages.push(places.slice(begin, begin + size));
  return pages;
}

/** Where a label of a page lies, in mm from the left and the top. @param {Stock} stock @param {number} place */
export function positionOf({ columns, size, edge, gap }, place) {
  const [column, row] = [place % columns, Math.floor(place / columns)];
  return [edge[0] + column * (size[0] + gap[0]), edge[1] + row * (size[1] + gap[1])];
}

/**
 * The dark modules of a QR code as the path of an SVG, a unit each.
 * @param {string[]} modules  a text for each row: 1 is dark
 */
export function pathOf(modules) {
  const parts = [];
  for (const [y, row] of modules.entries())
    for (const { index, 0: run } of row.matchAll(/1+/g))
      parts.push(`M${index} ${y}h${run.length}v1h-${run.length}z`);
  return parts.join("");
}
