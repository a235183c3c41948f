/**
 * The help of the page that shows: what it is for, what is asked most, and its keys.
 * @module
 */
import { problemBox } from "../components/problem/problem.js";
import { openDialog } from "../components/dialog/dialog.js";
import { resolve } from "../page/addresses.js";
import { fill, h } from "../page/dom.js";
import { blocks, chapterLinks, fetchHelp } from "../page/help-text.js";
import { focusPage } from "./frames.js";
import { listPageKeys } from "./keys.js";

/** @typedef {import("../words/help-search.js").PageHelp} PageHelp */
/** @typedef {import("../words/help-search.js").Question} Question */

/** Opens it. */
export async function openHelp() {
  const route = resolve(location.hash)?.route;
  const body = h("div", { class: "help-of-page", "aria-busy": "true" });
  const { dialog, closed } = openDialog({
    heading: route ? `Help: ${route.title}` : "Help",
    content: [body],
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a")) dialog.close();
  });
  closed.then(focusPage);
  await showHelp(body, route?.page ?? "");
}

/** @param {HTMLElement} body @param {string} page */
async function showHelp(body, page) {
  try {
    const { helped, manual } = await fetchHelp();
    const help = helped[page];
    body.ariaBusy = null;
    fill(
      body,
      help && blocks(help.purpose),
      help?.questions.map(question),
      listPageKeys(),
      h(
        "footer",
        null,
        help && chapterLinks(help.chapters, manual),
        h("p", null, h("a", { href: "#/help" }, "All help, with the manual")),
      ),
    );
  } catch (error) {
    body.ariaBusy = null;
    fill(
      body,
      problemBox(error, () => showHelp(body, page)),
    );
  }
}

/** @param {Question} question */
const question = ({ question: asked, answer }) =>
  h("section", null, h("h3", null, asked), blocks(answer));
