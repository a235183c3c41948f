/**
 * Exported files in words, and which order of a page its spreadsheet has.
 * @module
 */
import { dateTime, number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["Export"]} Export */

const KB = 1000;
const MB = 1000 * KB;

/** How long a file is, in words. @param {number} bytes */
export const sizeWords = (bytes) =>
  bytes < MB ? `${number(Math.ceil(bytes / KB))} KB` : `${number(bytes / MB, 1)} MB`;

/** What a file is, in a line. @param {Pick<Export, "rows" | "bytes" | "goes_at">} file */
export const exportLine = ({ rows, bytes, goes_at }) =>
  [units(rows, "row"), bytes !== null && `${sizeWords(bytes)}, kept until ${dateTime(goes_at)}`]
    .filter(Boolean)
    .join(" · ");

/**
 * What a list is asked for as an address has it: texts, and nothing where nothing is said.
 * @param {Record<string, any>} given
 * @returns {Record<string, string>}
 */
export const asQuery = (given) =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, value]) => [name, String(value)]),
  );

/**
 * The order of a table as its spreadsheet is asked for, nothing for that of the list itself.
 * @param {string} sort of a table whose rows have a `position` in their list and perhaps a `share`
 */
export const sheetSort = (sort) =>
  sort === "position"
    ? undefined
    : /** @type {any} */ (sort.replace(/^(-?)share$/, "$1amount_cents"));
