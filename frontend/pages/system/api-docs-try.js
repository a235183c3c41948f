/**
 * Asking for something from the page that describes it, as who is signed in.
 * @module
 */
import { api, ApiError } from "../../api.js";
import { clearErrors, field, showErrors } from "../../components/field/field.js";
import { problemBox } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";
import { fill, h, icon } from "../../page/dom.js";
import { number } from "../../words/format.js";
import { resolved } from "./api-docs-contract.js";

/** @typedef {import("./api-docs-contract.js").Operation} Operation */
/** @typedef {import("./api-docs-contract.js").Parameter} Parameter */
/** @typedef {import("./api-docs-contract.js").Schema} Schema */
/** @typedef {{response: Response, bytes: ArrayBuffer, milliseconds: number}} Heard */

// A longer text would stop the browser, and nobody reads it here.
const MOST_CHARACTERS = 200_000;

/**
 * A form with the parameters of a GET, and its answer beneath.
 * @param {Record<string, Schema>} schemas @param {Operation} operation
 * @param {(values: Record<string, string>) => void} onValues hears what is filled in
 */
export function tryForm(schemas, operation, onValues) {
  const send = h("button", { class: "button primary", type: "submit" }, icon("play"), "Send");
  const answer = h("div", { class: "stack answer", "aria-live": "polite" });
  const form = h(
    "form",
    { class: "stack", novalidate: true },
    operation.parameters.length > 0 &&
      h(
        "div",
        { class: "tried" },
        operation.parameters.map((parameter) => control(schemas, parameter)),
      ),
    h("div", null, send),
  );
  form.oninput = () => onValues(valuesOf(form));
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (send.ariaBusy === "true" || !isWhole(form)) return;
    send.ariaBusy = "true";
    clearErrors(form);
    fill(answer, await tried(operation, valuesOf(form), form));
    send.ariaBusy = null;
  };
  return [form, answer];
}

/** @param {Record<string, Schema>} schemas @param {Parameter} parameter */
function control(schemas, { name, place, required, schema }) {
  const {
    type,
    enum: options = type === "boolean" ? ["true", "false"] : null,
    default: usual,
  } = resolved(schemas, schema);
  const input = options
    ? h(
        "select",
        { class: "select", name },
        h("option", { value: "" }, usual === undefined ? "" : `${usual} (unless said)`),
        options.map((/** @type {string} */ option) => h("option", { value: option }, option)),
      )
    : h("input", {
        class: "input",
        name,
        required,
        autocomplete: "off",
        spellcheck: "false",
        inputmode: type === "integer" ? "numeric" : null,
        placeholder: usual,
      });
  return field(name, input, { pointer: `/${place}/${name}`, optional: !required });
}

/** Without what is required there is no address to ask at. @param {HTMLFormElement} form */
function isWhole(form) {
  const missing = [...form.querySelectorAll("cvd-field")].filter((each) =>
    each.querySelector("input")?.matches(":invalid"),
  );
  for (const each of missing) {
    /** @type {import("../../components/field/field.js").Field} */ (each).error = "Say which.";
  }
  missing[0]?.querySelector("input")?.focus();
  return missing.length === 0;
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
const valuesOf = (form) =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));

/**
 * Asks, and shows what came back, a refusal as well.
 * @param {Operation} operation @param {Record<string, string>} values @param {HTMLFormElement} form
 */
async function tried({ name }, values, form) {
  const [service = "", method = ""] = name.split(".");
  /** @type {Promise<Heard> | null} */
  let heard = null;
  const started = performance.now();
  const answered = async (/** @type {Response} */ response) => {
    const bytes = await response.clone().arrayBuffer();
    return { response, bytes, milliseconds: performance.now() - started };
  };
  try {
    await /** @type {any} */ (api)[service][method](values, {
      answered: (/** @type {Response} */ response) => {
        heard = answered(response);
      },
    });
    return heard && shown(await heard);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showErrors(form, error);
    return [problemBox(error), heard && shown(await heard)];
  }
}

/** @param {Heard} heard */
function shown({ response, bytes, milliseconds }) {
  const type = response.headers.get("Content-Type") ?? "";
  const text = worded(bytes, type);
  return [
    h(
      "p",
      { class: "bar small" },
      status(response.ok ? "ok" : "bad", `${response.status} ${response.statusText}`.trim()),
      h("span", { class: "muted" }, `${number(Math.round(milliseconds))} ms`),
      h("span", { class: "muted" }, `${number(bytes.byteLength)} bytes`),
      h("span", { class: "muted" }, type),
    ),
    text === null
      ? h("p", { class: "muted" }, "This is no text, so it is not shown here.")
      : h(
          "pre",
          { class: "code", tabindex: 0, role: "region", "aria-label": "Answer" },
          text.slice(0, MOST_CHARACTERS),
        ),
    text !== null &&
      text.length > MOST_CHARACTERS &&
      h(
        "p",
        { class: "muted" },
        `Only the first ${number(MOST_CHARACTERS)} characters are shown; the curl line gives all.`,
      ),
  ];
}

/**
 * JSON set in lines, other text as it is; null for what is no text.
 * @param {ArrayBuffer} bytes
 * @param {string} type
 */
function worded(bytes, type) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /[/+]json\b/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    return null;
  }
}
