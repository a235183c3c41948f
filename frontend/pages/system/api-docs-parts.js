/**
 * The parts of the contract's page: a noun each, shapes, values, refusals.
 * @module
 */
import { h } from "../../page/dom.js";
import { operationsOf, wordedNoun } from "./api-docs-contract.js";
import { entry } from "./api-docs-entry.js";
import { operationEntry } from "./api-docs-operation.js";
import { described, isPage, isShape, shape, valueName } from "./api-docs-shapes.js";

/** @typedef {import("./api-docs-contract.js").Operation} Operation */
/** @typedef {import("./api-docs-contract.js").Schema} Schema */
/** @typedef {import("./api-docs-operation.js").May} May */
/**
 * @typedef {{id: string, heading: string, count: number, section: HTMLElement, rows: {words:
 *   string, element: HTMLElement}[]}} Part a section, and what of it a search finds
 */

/**
 * The parts of the page: a noun each, shapes, values, refusals.
 * @param {Schema} contract
 * @param {May} may
 */
export function partsOf(contract, may) {
  /** @type {Record<string, Schema>} */
  const schemas = contract.components.schemas;
  const operations = operationsOf(contract);
  const nouns = [...new Set(operations.map(({ noun }) => noun))].sort((one, other) =>
    wordedNoun(one).localeCompare(wordedNoun(other)),
  );
  const of = (/** @type {string} */ noun) => operations.filter((each) => each.noun === noun);
  return [
    ...nouns.map((noun) => nounPart(schemas, noun, of(noun), may)),
    shapesPart(schemas),
    valuesPart(schemas),
    refusalsPart(contract.info["x-refusals"]),
  ];
}

/**
 * @param {Record<string, Schema>} schemas
 * @param {string} noun
 * @param {Operation[]} operations
 * @param {May} may
 * @returns {Part}
 */
function nounPart(schemas, noun, operations, may) {
  const rows = operations.map((operation) => ({
    words: operation.words,
    element: operationEntry(schemas, operation, may),
  }));
  return part(
    noun,
    wordedNoun(noun),
    rows,
    h(
      "div",
      { class: "entries" },
      rows.map(({ element }) => element),
    ),
  );
}

/** What is sent and answered. @param {Record<string, Schema>} schemas @returns {Part} */
function shapesPart(schemas) {
  const rows = Object.entries(schemas)
    .filter(([, schema]) => isShape(schema) && !isPage(schema))
    .sort()
    .map(([name, schema]) => ({
      words: name.toLowerCase(),
      element: entry(name, [h("code", { class: "path" }, name)], () => shape(schemas, schema)),
    }));
  return part(
    "shapes",
    "Shapes",
    rows,
    h(
      "div",
      { class: "entries" },
      rows.map(({ element }) => element),
    ),
  );
}

/** What is said in one line. @param {Record<string, Schema>} schemas @returns {Part} */
function valuesPart(schemas) {
  const rows = Object.entries(schemas)
    .filter(([name, schema]) => !isShape(schema) && !name.startsWith("Nullable"))
    .sort()
    .map(([name, schema]) => ({
      words: name.toLowerCase(),
      element: h(
        "div",
        { id: name },
        h("dt", null, h("code", null, valueName(name))),
        h("dd", null, described(schemas, schema)),
      ),
    }));
  return part(
    "values",
    "Values",
    rows,
    h(
      "dl",
      { class: "meanings" },
      rows.map(({ element }) => element),
    ),
  );
}

/** @param {Record<string, string>} refusals @returns {Part} */
function refusalsPart(refusals) {
  const rows = Object.entries(refusals).map(([code, meaning]) => ({
    words: `${code} ${meaning.toLowerCase()}`,
    element: h(
      "div",
      null,
      h("dt", null, h("code", null, code)),
      h(
        "dd",
        null,
        meaning.split("`").map((words, at) => (at % 2 ? h("code", null, words) : words)),
      ),
    ),
  }));
  return part(
    "refusals",
    "Refusals",
    rows,
    h(
      "dl",
      { class: "meanings" },
      rows.map(({ element }) => element),
    ),
  );
}

/**
 * @param {string} id
 * @param {string} heading
 * @param {Part["rows"]} rows
 * @param {HTMLElement} content
 * @returns {Part}
 */
function part(id, heading, rows, content) {
  const section = h(
    "section",
    { class: "section", id, "aria-label": heading },
    h(
      "header",
      null,
      h("h2", { tabindex: -1 }, heading),
      h("span", { class: "count" }, rows.length),
    ),
    content,
  );
  return { id, heading, count: rows.length, section, rows };
}
