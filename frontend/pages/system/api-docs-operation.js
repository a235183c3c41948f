/**
 * An operation of the contract: what it takes and answers, and how to try it.
 * @module
 */
import { fill, h } from "../../page/dom.js";
import { FORM_TYPE } from "./api-docs-contract.js";
import { curl } from "./api-docs-curl.js";
import { entry, terminal } from "./api-docs-entry.js";
import { contents, described, shape } from "./api-docs-shapes.js";
import { tryForm } from "./api-docs-try.js";

/** @typedef {import("./api-docs-contract.js").Operation} Operation */
/** @typedef {import("./api-docs-contract.js").Parameter} Parameter */
/** @typedef {import("./api-docs-contract.js").Schema} Schema */
/** @typedef {(operation: string) => boolean} May */

/** @param {Record<string, Schema>} schemas @param {Operation} operation @param {May} may */
export function operationEntry(schemas, operation, may) {
  const { name, method, path, summary, who } = operation;
  const line = [
    h("span", { class: "method", dataset: { method } }, method),
    h("code", { class: "path" }, broken(path)),
    h("span", { class: "summary" }, summary),
    h("span", { class: "who" }, who),
  ];
  return entry(name, line, () => operationDetail(schemas, operation, may(name)));
}

/** @param {Record<string, Schema>} schemas @param {Operation} operation @param {boolean} may */
function operationDetail(schemas, operation, may) {
  const { name, method, who, parameters, body, answers } = operation;
  const line = h("div");
  const write = (/** @type {Record<string, string>} */ values) =>
    fill(line, terminal(curl(schemas, operation, values)));
  write({});
  return [
    h("p", { class: "muted" }, "Operation ", h("a", { href: `#${name}` }, h("code", null, name))),
    parameters.length > 0 && [h("h3", null, "Parameters"), parameterTable(schemas, parameters)],
    body && [
      h("h3", null, body.mediaType === FORM_TYPE ? `Body, as a form (${FORM_TYPE})` : "Body"),
      shape(schemas, body.schema),
    ],
    h("h3", null, "Answers"),
    meanings(schemas, answers),
    h("h3", null, "From a terminal"),
    line,
    h("h3", null, "Try it"),
    untried(method, who, may) ?? tryForm(schemas, operation, write),
  ];
}

/**
 * Why an operation cannot be tried here, if so.
 * @param {string} method
 * @param {string} who
 * @param {boolean} may
 */
function untried(method, who, may) {
  if (method === "GET" && may) return null;
  const words =
    method === "GET"
      ? `Your role may not ask for this. Who may: ${who.toLowerCase()}.`
      : "Only a GET can be tried here: what is written would be done for real, in the books of " +
        "this installation.";
  return h("p", { class: "muted" }, words);
}

/**
 * What each answer means, refusals last.
 * @param {Record<string, Schema>} schemas
 * @param {Operation["answers"]} answers
 */
function meanings(schemas, answers) {
  const refusal = [
    "A refusal: a ",
    h("a", { href: "#Problem" }, "Problem"),
    ", whose ",
    h("a", { href: "#refusals" }, "status"),
    " says why.",
  ];
  const told = answers.map(({ status, description, content }) =>
    h(
      "div",
      null,
      h("dt", null, h("code", null, status)),
      h("dd", null, description.replace(/\.$/, ""), contents(schemas, content)),
    ),
  );
  const otherwise = h("div", null, h("dt", null, "else"), h("dd", null, refusal));
  return h("dl", { class: "meanings" }, told, otherwise);
}

/** @param {Record<string, Schema>} schemas @param {Parameter[]} parameters */
function parameterTable(schemas, parameters) {
  return h(
    "dl",
    { class: "meanings" },
    parameters.map(({ name, place, required, description, schema }) =>
      h(
        "div",
        null,
        h("dt", null, h("code", null, name, !required && "?")),
        h(
          "dd",
          null,
          described(schemas, schema, description),
          h("span", { class: "muted" }, `, in the ${place}`, required && ", required"),
        ),
      ),
    ),
  );
}

/** A path that may go on in the next line behind each of its parts. @param {string} path */
const broken = (path) => path.split(/(?=\/)/).flatMap((each) => [each, h("wbr")]);
