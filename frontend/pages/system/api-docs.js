/**
 * The contract, to search, read and try. It stands outside the shell, and takes only those parts of
 * a page that it needs.
 * @module
 */
import "../../components/skeleton/skeleton.js";
import "../../components/title/title.js";
import { api, whenSessionEnds } from "../../api.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import { byId, fill, h, icon } from "../../page/dom.js";
import { units } from "../../words/format.js";
import { asQuery } from "../../page/addresses.js";
import { nameAddress, search, searched, SOUGHT } from "./api-docs-address.js";
import { operationsOf } from "./api-docs-contract.js";
import { curl } from "./api-docs-curl.js";
import { terminal } from "./api-docs-entry.js";
import { partsOf } from "./api-docs-parts.js";

/** @typedef {import("./api-docs-contract.js").Operation} Operation */
/** @typedef {import("./api-docs-contract.js").Schema} Schema */

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
