/**
 * The contract, to search, read and try. It stands outside the shell, and takes only those parts of
 * a page that it needs.
 * @module
 */
import "../../components/skeleton/skeleton.js";
import "../../components/title/title.js";
import { api, whenSessionEnds } from "../../api.js";
import { copyButton } from "../../components/copy/copy.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import { Search } from "../../components/search/search.js";
import { byId, fill, h, icon } from "../../page/dom.js";
import { units } from "../../words/format.js";
import { asQuery } from "../../page/addresses.js";
import { FORM_TYPE, operationsOf, wordedNoun } from "./api-docs-contract.js";
import { curl } from "./api-docs-curl.js";
import { contents, described, isPage, isShape, shape, valueName } from "./api-docs-shapes.js";
import { tryForm } from "./api-docs-try.js";

/** @typedef {import("./api-docs-contract.js").Operation} Operation */
/** @typedef {import("./api-docs-contract.js").Parameter} Parameter */
/** @typedef {import("./api-docs-contract.js").Schema} Schema */
/** @typedef {import("../../page/dom.js").Child} Child */
/** @typedef {(operation: string) => boolean} May */
/**
 * @typedef {{id: string, heading: string, count: number, section: HTMLElement, rows: {words:
 *   string, element: HTMLElement}[]}} Part a section, and what of it a search finds
 */

/** What the address begins with when it holds a search instead of a name. */
const SOUGHT = "#q=";
const search = byId("search", Search);

whenSessionEnds(() => {
  location.assign(`/pages/login.html${asQuery({ next: location.pathname + location.hash })}`);
  return new Promise(() => {});
});

async function begin() {
  const [{ operations: allowed }, contract] = await Promise.all([
    api.session_service.get_me(),
    api.contract_service.get_openapi(),
  ]);
  const may = (/** @type {string} */ name) => allowed.includes(name);
  const page = new Contents(partsOf(contract, may));
  page.draw(contract);
  search.addEventListener("search", () => page.seek(search.value));
  addEventListener("hashchange", () => page.reveal());
  // A link to where the address is already moves nothing by itself.
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a")?.hash === location.hash) page.reveal();
  });
  page.find("");
  // What was opened before is closed after a reload, so the old place is another one.
  history.scrollRestoration = "manual";
  page.reveal();
}

/**
 * The parts of the page: a noun each, shapes, values, refusals.
 * @param {Schema} contract
 * @param {May} may
 */
function partsOf(contract, may) {
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

/** All that is on the page, as far as it has the words that are searched for. */
class Contents {
  #parts;
  /** @type {Operation[]} */ #operations = [];
  #nothing = empty({
    icon: "search",
    heading: "Nothing matches",
    text: "Try fewer words: part of a path, of a name or of what it does, or a role.",
    action: h(
      "button",
      { class: "button", type: "button", onclick: () => this.seek("") },
      "Show everything",
    ),
  });

  /** @param {ReturnType<typeof partsOf>} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Schema} contract */
  draw(contract) {
    this.#operations = operationsOf(contract);
    const signIn = this.#operations.find(({ name }) => name === "session_service.create_session");
    const { schemas } = contract.components;
    fill(
      byId("nouns"),
      this.#parts.map(({ id, heading, count }) =>
        h("a", { href: `#${id}` }, heading, h("span", { class: "count" }, ` ${count}`)),
      ),
    );
    fill(
      byId("contract"),
      signIn && guide(contract.info.description, curl(schemas, signIn)),
      this.#nothing,
      this.#parts.map(({ section }) => section),
    );
  }

  /** @param {string} text */
  seek(text) {
    this.find(text);
    nameAddress(searched());
  }

  /** Shows what has all the words. @param {string} text */
  find(text) {
    search.value = text;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (/** @type {{words: string}} */ row) =>
      words.every((word) => row.words.includes(word));
    let found = 0;
    for (const [at, part] of this.#parts.entries()) {
      for (const row of part.rows) row.element.hidden = !fits(row);
      const left = part.rows.filter(fits).length;
      part.section.hidden = left === 0;
      /** @type {HTMLElement} */ (byId("nouns").children[at]).hidden = left === 0;
      found += left;
    }
    this.#nothing.hidden = found > 0;
    const all = units(this.#operations.length, "operation");
    const shown = this.#operations.filter(fits).length;
    byId("count").textContent = words.length > 0 ? `${shown} of ${all}` : all;
  }

  /** Opens and shows what the address names. */
  reveal() {
    if (location.hash.startsWith(SOUGHT))
      this.find(new URLSearchParams(location.hash.slice(1)).get("q") ?? "");
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !byId("contract").contains(target)) return;
    if (!target.checkVisibility()) this.find("");
    if (target instanceof HTMLDetailsElement) target.open = true;
    target.scrollIntoView();
    /** @type {HTMLElement | null} */ (
      target.querySelector("summary") ?? target.querySelector("h2")
    )?.focus({ preventScroll: true });
  }
}

const searched = () => (search.value ? SOUGHT + encodeURIComponent(search.value) : "");

/**
 * The address names what was opened or looked for last, so that it can be passed on.
 * @param {string} hash
 */
const nameAddress = (hash) => history.replaceState(null, "", location.pathname + hash);

/** @param {string} description @param {string} signIn */
function guide(description, signIn) {
  return h(
    "details",
    { class: "guide" },
    h("summary", null, icon("chevron-right"), "How to read and use this"),
    h(
      "div",
      { class: "stack" },
      h("p", null, description),
      h(
        "p",
        null,
        h("code", null, "?"),
        " behind a name marks what may be left out, ",
        h("code", null, "|"),
        " stands between the words that are taken, and ",
        h("code", null, "0..200"),
        " are the least and the most of a number, of the characters of a text, or of the entries of a list. ",
        "A page is ",
        h("code", null, '{"items": […], "next_cursor": text or null}'),
        ": ask again with ",
        h("code", null, "cursor="),
        " that text, until it is null.",
      ),
      h(
        "p",
        null,
        "From a terminal, sign in once; the session stays in the file cvd.cookies. Words in " +
          "capitals are yours to put in.",
      ),
      terminal(signIn),
    ),
  );
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

/**
 * Something with a name in the address; what is in it is made when it is opened.
 * @param {string} id
 * @param {Child[]} line
 * @param {() => Child} content
 */
function entry(id, line, content) {
  const inside = h("div", { class: "stack inside" });
  const details = h(
    "details",
    { class: "entry", id },
    h("summary", null, icon("chevron-right"), line),
    inside,
  );
  details.ontoggle = () => {
    if (details.open && !inside.firstChild) fill(inside, content());
    if (details.open) nameAddress(`#${id}`);
    else if (location.hash === `#${id}`) nameAddress(searched());
  };
  return details;
}

/** @param {Record<string, Schema>} schemas @param {Operation} operation @param {May} may */
function operationEntry(schemas, operation, may) {
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

/** A line to copy. @param {string} text */
function terminal(text) {
  return h(
    "div",
    { class: "terminal" },
    h("pre", { class: "code", tabindex: 0, role: "region", "aria-label": "curl" }, text),
    copyButton("Copy", text),
  );
}

/** A path that may go on in the next line behind each of its parts. @param {string} path */
const broken = (path) => path.split(/(?=\/)/).flatMap((each) => [each, h("wbr")]);

try {
  await begin();
} catch (error) {
  fill(
    byId("contract"),
    problemBox(error, () => location.reload()),
  );
} finally {
  document.documentElement.classList.add("started");
}
