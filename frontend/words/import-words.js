/**
 * Imports in words: how far one is, what its rows do, and what it brings.
 * @module
 */
import { money, number, period, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["Import"]} Import */
/** @typedef {import("../api.js").Schemas["ImportVerdict"]} Verdict */
/** @typedef {import("../components/status/status.js").Kind} Kind */

/** @type {Record<Import["state"], [Kind, string]>} */
export const STATES = {
  reading: ["info", "Being read"],
  refused: ["bad", "Cannot be read"],
  ready: ["warn", "Not imported yet"],
  importing: ["info", "Being imported"],
  done: ["ok", "Imported"],
  taking_back: ["info", "Being taken back"],
  taken_back: ["idle", "Taken back"],
};

/** What a row does; what is wrong comes first. @type {Record<Verdict, [Kind, string]>} */
export const VERDICTS = {
  wrong: ["bad", "Wrong"],
  creates: ["ok", "Creates"],
  changes: ["info", "Changes"],
  same: ["idle", "Same already"],
  repeated: ["idle", "Said twice"],
};

/** @type {Record<string, [string, string]>} */
const NOUNS = {
  product: ["product", "products"],
  location: ["location", "locations"],
  device: ["machine", "machines"],
  device_type: ["machine type", "machine types"],
  cabinet_type: ["cabinet type", "cabinet types"],
  route: ["route", "routes"],
  user: ["user", "users"],
  sold_unit: ["unit sold", "units sold"],
  held_unit: ["unit held, not counted", "units held, not counted"],
};

/** What one row does, and what several do. @type {[Verdict, string, string][]} */
const COUNTED = [
  ["creates", "creates something", "create something"],
  ["changes", "changes something", "change something"],
  ["same", "is so already", "are so already"],
  ["repeated", "is said twice", "are said twice"],
  ["wrong", "is wrong", "are wrong"],
];

/** Words in a row, the last two by "and". @param {string[]} words */
export const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** What it creates: "2 products and 1 location". @param {Import["nouns"]} nouns */
export const nounWords = (nouns) =>
  listed(Object.entries(nouns).map(([noun, count]) => units(count, ...(NOUNS[noun] ?? [noun]))));

/** Where an import stands, in sentences. @param {Import} found */
export function summary(found) {
  const { state, problem, row_count, counts, nouns } = found;
  if (problem) return problem;
  if (state === "reading") return "The file is being read. Nothing is changed by that.";
  if (state === "importing") return "All of it is imported, or nothing.";
  if (state === "taking_back") return "All of it is taken back, or nothing.";
  const rows = COUNTED.filter(([name]) => counts[name] > 0).map(
    ([name, one, many]) => `${number(counts[name])} ${counts[name] === 1 ? one : many}`,
  );
  const created = nounWords(nouns);
  const told = `${units(row_count, "row")}: ${listed(rows)}.`;
  if (state === "ready") return created ? `${told} New: ${created}.` : told;
  if (state === "taken_back") return "It was taken back: all is as it was before.";
  return created ? `${told} Created: ${created}.` : told;
}

/**
 * How many rows would be imported: those that create or change something.
 * @param {Import["counts"]} counts
 */
export const toImport = ({ creates, changes }) => creates + changes;

/**
 * How a file is read, in a line.
 * @param {Import} found @param {string | undefined} title of its kind
 */
export const readingWords = (
  { header_row, sheet, delimiter, decimal_sign, date_order, encoding },
  title,
) =>
  [
    title,
    header_row && `names of columns in row ${header_row}`,
    sheet,
    delimiter && DELIMITERS[delimiter]?.toLowerCase(),
    decimal_sign && SIGNS[decimal_sign],
    date_order && DATE_ORDERS[date_order],
    encoding && ENCODINGS[encoding],
  ]
    .filter(Boolean)
    .join(" · ");

/** What a delimiter is called. @type {Record<string, string>} */
export const DELIMITERS = { ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar" };

/** What a decimal sign looks like. @type {Record<string, string>} */
export const SIGNS = { ".": "1.50", ",": "1,50" };

/** How the 31st of January is written. @type {Record<string, string>} */
export const DATE_ORDERS = { day: "31/1/2026", month: "1/31/2026" };

/**
 * What the sales that a file brought come to, in sentences: those that are counted, and those that
 * are not because reads say them.
 * @param {import("../api.js").Schemas["ImportSales"]} sales
 */
export function soldWords({ counted, held }) {
  const found = [];
  if (counted.units > 0) found.push(`In your sales: ${sumWords(counted)}.`);
  if (held.units > 0)
    found.push(
      `Held, not counted: ${sumWords(held)}. These days are on or after the first read: reads say what was sold.`,
    );
  return found;
}

/** @param {import("../api.js").Schemas["ImportSums"]} sums */
const sumWords = ({ units: sold, amount_cents, devices, first_on, last_on }) =>
  `${units(sold)} for ${money(amount_cents)} of ${units(devices, "machine")}, ` +
  period(first_on ?? "", last_on ?? "");

/** @type {Record<string, string>} */
export const ENCODINGS = { "utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows-1252" };
