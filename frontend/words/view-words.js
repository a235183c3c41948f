/**
 * Saved views: what of an address they keep, and what is said of them.
 * @module
 */
import { sameNames } from "./column-choice.js";

/** @typedef {Record<string, string>} Params */
/** @typedef {{params: Params, columns: string[] | null}} Kept */

/** In place of a view's id: the list as it is, also for whoever has it open with a view. */
export const NO_VIEW = "none";
/** Between the names of columns in an address. */
const BETWEEN = ".";

/**
 * What an address says of the list itself, without the view and what passes.
 * @param {Params} params
 * @param {string[]} names that the list knows
 * @returns {Params}
 */
export const ofList = (params, names) =>
  Object.fromEntries(
    names.flatMap((name) => (params[name] ? [[name, /** @type {string} */ (params[name])]] : [])),
  );

/**
 * What is written into the address to open a view: all that the list knows, as the view has it.
 * @param {{id: number, params: Params}} view
 * @param {string[]} names
 * @returns {Params}
 */
export const opening = ({ id, params }, names) => ({
  ...asItIs(names),
  ...ofList(params, names),
  view: String(id),
});

/**
 * What takes all that the list knows out of the address.
 * @param {string[]} names
 * @returns {Params}
 */
export const asItIs = (names) => ({
  ...Object.fromEntries(names.map((name) => [name, ""])),
  columns: "",
  view: "",
});

/** Does an address ask for a view alone, as it is saved? @param {Params} params */
export const asksForViewAlone = (params) =>
  Object.keys(params).join() === "view" && params.view !== NO_VIEW;

/** The columns that an address names. @param {Params} params */
export const columnsIn = ({ columns }) => (columns ? columns.split(BETWEEN) : null);

/** @param {string[] | null} names */
export const columnsAs = (names) => names?.join(BETWEEN) ?? "";

/**
 * Does the list show something else than the view that is open?
 * @param {Kept} view
 * @param {Params} params
 * @param {string[]} names
 */
export function differs(view, params, names) {
  const [now, kept] = [ofList(params, names), ofList(view.params, names)];
  const columns = columnsIn(params);
  return (
    names.some((name) => now[name] !== kept[name]) ||
    (columns !== null && !sameNames(columns, view.columns))
  );
}

/**
 * What of a view the list no longer has, in words; empty where it has all.
 * @param {{name: string} & Kept} view
 * @param {string[]} names that the list knows
 * @param {string[]} columns that it has
 */
export function lostWords({ name, params, columns: chosen }, names, columns) {
  const lost = [
    ...Object.keys(params).filter((each) => !names.includes(each)),
    ...(chosen ?? []).filter((each) => !columns.includes(each)),
  ].map((each) => `“${each.replaceAll("_", " ")}”`);
  if (lost.length === 0) return "";
  return (
    `The view ${name} was saved with ${listed(lost)}, which this list no longer has: ` +
    "it is shown without."
  );
}

/** @param {string[]} words */
const listed = (words) =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
