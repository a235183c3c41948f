/**
 * How a file is read, as it was found and as somebody chooses: its kind, header row, decimal sign,
 * how days are written, and which column gives which field.
 * @module
 */
import { byId, fill, h } from "../../page/page.js";
import {
  DATE_ORDERS,
  DELIMITERS,
  ENCODINGS,
  readingWords,
  SIGNS,
} from "../../words/import-words.js";

/** @typedef {import("../../api.js").Schemas["Import"]} Import */
/** @typedef {import("../../api.js").Schemas["ImportKind"]} Kind */
/** @typedef {{value: string, label: string}} Option */

const LEFT_OUT = "";

/**
 * Shows the choices of a file; `choose` hears what was changed, as the operation takes it.
 * @param {Import} found
 * @param {Kind[]} kinds
 * @param {(changes: Record<string, any>) => void} choose
 */
export function showReading(found, kinds, choose) {
  const kind = kinds.find(({ name }) => name === found.kind);
  byId("read-as").textContent = readingWords(found, kind?.title);
  fill(
    byId("choices"),
    h("div", { class: "columns" }, settings(found, kinds, choose)),
    kind && found.headers.length > 0 && columns(found, kind, choose),
  );
}

/**
 * @param {Import} found
 * @param {Kind[]} kinds
 * @param {(changes: Record<string, any>) => void} choose
 */
function settings(found, kinds, choose) {
  const options = kinds.map(({ name, title }) => ({ value: name, label: title }));
  const row = h("input", {
    class: "input",
    type: "number",
    min: "1",
    max: "1000",
    value: String(found.header_row ?? ""),
    onchange: () => row.value && choose({ header_row: Number(row.value), columns: null }),
  });
  return [
    labelled(
      "What it is a list of",
      select(options, found.kind, (kind) => kind && choose({ kind, columns: null }), "Choose"),
    ),
    found.header_row !== null && labelled("Row with the names of columns", row),
    found.decimal_sign !== null &&
      labelled(
        "Decimal sign",
        select(optionsOf(SIGNS), found.decimal_sign, (sign) => choose({ decimal_sign: sign })),
      ),
    found.date_order !== null &&
      labelled(
        "31 January is written as",
        select(optionsOf(DATE_ORDERS), found.date_order, (order) => choose({ date_order: order })),
      ),
    found.delimiter !== null &&
      labelled(
        "Between columns",
        select(optionsOf(DELIMITERS), found.delimiter, (each) =>
          choose({ delimiter: each, columns: null }),
        ),
      ),
    found.encoding !== null &&
      labelled(
        "Encoding",
        select(optionsOf(ENCODINGS), found.encoding, (each) =>
          choose({ encoding: each, columns: null }),
        ),
      ),
    found.sheets.length > 1 &&
      labelled(
        "Sheet",
        select(
          found.sheets.map((name) => ({ value: name, label: name })),
          found.sheet,
          (sheet) => choose({ sheet, columns: null }),
        ),
      ),
  ];
}

/**
 * A choice for each column of the file.
 * @param {Import} found
 * @param {Kind} kind
 * @param {(changes: Record<string, any>) => void} choose
 */
function columns(found, kind, choose) {
  const options = kind.fields.map(({ name, label, needed }) => ({
    value: name,
    label: needed ? `${label} (needed)` : label,
  }));
  const chosen = (/** @type {string} */ header, /** @type {string} */ field) => {
    const others = Object.entries(found.columns).filter(
      ([each, name]) => each !== header && name !== field,
    );
    const given = Object.fromEntries(field ? [...others, [header, field]] : others);
    choose({ kind: kind.name, columns: given });
  };
  return [
    h("h3", null, "Columns"),
    found.is_remembered &&
      h("p", { class: "muted small" }, "As in the last file with the same columns."),
    h(
      "div",
      { class: "columns" },
      found.headers.map((header) =>
        labelled(
          header,
          select(
            options,
            found.columns[header] ?? null,
            (field) => chosen(header, field),
            "Left out",
          ),
        ),
      ),
    ),
  ];
}

/** @param {string} words @param {HTMLElement} control */
const labelled = (words, control) =>
  h("label", null, h("span", { class: "small", title: words }, words), control);

/** @param {Record<string, string>} words @returns {Option[]} */
const optionsOf = (words) => Object.entries(words).map(([value, label]) => ({ value, label }));

/**
 * @param {Option[]} options
 * @param {string | null} value
 * @param {(value: string) => void} choose
 * @param {string} [none] words for no choice, where there may be none
 */
function select(options, value, choose, none) {
  const made = h(
    "select",
    { class: "select", onchange: () => choose(made.value) },
    none && h("option", { value: LEFT_OUT, selected: value === null }, none),
    options.map((each) =>
      h("option", { value: each.value, selected: each.value === value }, each.label),
    ),
  );
  return made;
}
