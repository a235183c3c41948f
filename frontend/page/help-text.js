/**
 * The help, fetched once somebody asks for it, and shown as elements.
 * @module
 */
import { h } from "./dom.js";
import { chapterAddress } from "../words/help-search.js";

/** @typedef {import("../words/help-search.js").Block} Block */
/** @typedef {import("../words/help-search.js").Chapter} Chapter */
/** @typedef {import("../words/help-search.js").Inline} Inline */

/** The help of the pages and the manual: they are read seldom, and are as long as a booklet. */
export async function fetchHelp() {
  const [{ HELPED }, { MANUAL }] = await Promise.all([
    import("../words/helped.js"),
    import("../words/manual.js"),
  ]);
  return { helped: HELPED, manual: MANUAL };
}

/** @param {Block[]} blocks */
export const blocks = (blocks) => h("div", { class: "prose" }, blocks.map(block));

/**
 * "In the manual: …", for what has chapters there.
 * @param {string[]} slugs
 * @param {Chapter[]} manual
 */
export function chapterLinks(slugs, manual) {
  const links = manual
    .filter(({ slug }) => slugs.includes(slug))
    .map(({ slug, title }, index) => [
      index > 0 && ", ",
      h("a", { href: `/#${chapterAddress(slug)}` }, title),
    ]);
  return links.length > 0 && h("p", null, h("span", { class: "muted" }, "In the manual: "), links);
}

/** @param {Block} block @returns {HTMLElement} */
function block(block) {
  if ("p" in block) return h("p", null, inline(block.p));
  if ("ul" in block) return h("ul", null, block.ul.map(item));
  if ("ol" in block) return h("ol", null, block.ol.map(item));
  if ("pre" in block) return h("pre", { tabindex: 0 }, block.pre);
  const { head, rows } = block;
  return h(
    "div",
    { class: "scroll-x", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          head.map((cell) => h("th", null, inline(cell))),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((row) =>
          h(
            "tr",
            null,
            row.map((cell) => h("td", null, inline(cell))),
          ),
        ),
      ),
    ),
  );
}

/** @param {Inline[]} words */
const item = (words) => h("li", null, inline(words));

/** @param {Inline[]} words @returns {import("./dom.js").Child[]} */
const inline = (words) =>
  words.map((each) => {
    if (typeof each === "string") return each;
    if ("code" in each) return h("code", null, each.code);
    if ("chapter" in each) return h("a", { href: `/#${chapterAddress(each.chapter)}` }, each.words);
    return "strong" in each
      ? h("strong", null, inline(each.strong))
      : h("em", null, inline(each.em));
  });
