import {
  api,
  byId,
  changed,
  fill,
  h,
  link,
  navigate,
  onParams,
  setParams,
  setTitle,
  start,
  toastProblem,
} from "../../page/page.js";
import { isOpenByName, ROUTES } from "../../page/addresses.js";
import { blocks, chapterLinks, fetchHelp } from "../../page/help-text.js";
import {
  chapterAddress,
  entriesOf,
  markedPieces,
  pageHelp,
  searched,
} from "../../words/help-search.js";
import { empty } from "../../components/empty/empty.js";
import { Search } from "../../components/search/search.js";
import { Title } from "../../components/title/title.js";

/** @typedef {import("../../words/help-search.js").Chapter} Chapter */
/** @typedef {import("../../words/help-search.js").Found} Found */
/** @typedef {import("../../words/help-search.js").PageHelp} PageHelp */
/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {{helped: Record<string, PageHelp>, manual: Chapter[]}} Help */

/** What stands above the groups of the rail, and pages that are in none. */
const [FIRST, OTHERS] = ["Every day", "Other pages"];
const search = byId("search", Search);

start(async (page) => {
  const help = await fetchHelp();
  const show = () => showWhat(page, help);
  search.addEventListener("search", (event) => {
    const q = /** @type {CustomEvent<string>} */ (event).detail;
    setParams({ q, page: "", question: "", chapter: "" });
    show();
  });
  onParams(show);
  show();
  // The help is whole without them, and wanted most where the server does not answer.
  offerFirstSteps(page).catch(() => {});
});

/**
 * What the address says: what fits the words, one page's help, one chapter, or all there is.
 * @param {Page} page @param {Help} help
 */
function showWhat({ params, may }, { helped, manual }) {
  const isOpen = (/** @type {string} */ name) => isOpenByName(name, may);
  const { q = "", page = "", chapter: slug = "" } = params;
  search.value = q;
  const asked = helped[page];
  const chapter = manual.find((each) => each.slug === slug);
  if (q) {
    head("Help");
    fill(byId("help"), results(searched(entriesOf(helped, manual, isOpen), q), q));
  } else if (asked && isOpen(page)) {
    head(asked.title);
    fill(byId("help"), ofPage(page, asked, manual));
    toQuestion(params.question);
  } else if (chapter) {
    head(chapter.title);
    fill(byId("help"), ofChapter(chapter, manual));
    scrollTo(0, 0);
  } else {
    head("Help");
    fill(byId("help"), overview(helped, manual, isOpen));
  }
}

/** @param {string} heading */
function head(heading) {
  const title = byId("title", Title);
  title.heading = heading;
  title.parents = heading === "Help" ? [] : [["/help", "Help"]];
  setTitle(heading);
}

/** @param {Found[]} found @param {string} q */
function results(found, q) {
  if (found.length === 0)
    return empty({
      icon: "search",
      heading: `Nothing in the help has “${q}”`,
      text: "Try another word for it, or fewer words.",
      action: link("/help", "All help"),
    });
  return h(
    "ul",
    { class: "help-found", "aria-label": "Found" },
    found.map(({ title, where, to, excerpt }) =>
      h(
        "li",
        null,
        h(
          "div",
          null,
          link(to, marked(title, q)),
          h("span", { class: "muted small" }, ` ${where}`),
        ),
        h("p", { class: "muted" }, marked(excerpt, q)),
      ),
    ),
  );
}

/** @param {string} text @param {string} q */
const marked = (text, q) =>
  markedPieces(text, q).map((piece) => (piece.isMarked ? h("mark", null, piece.text) : piece.text));

/** @param {string} name @param {PageHelp} help @param {Chapter[]} manual */
function ofPage(name, { title, purpose, questions, chapters }, manual) {
  const route = ROUTES.find(({ page, path }) => page === name && !path.includes(":"));
  return h(
    "article",
    { class: "help-text stack loose" },
    blocks(purpose),
    questions.map(({ question, answer }, index) =>
      h(
        "section",
        { class: "stack" },
        h("h2", { id: `question-${index + 1}`, tabindex: -1 }, question),
        blocks(answer),
      ),
    ),
    chapterLinks(chapters, manual),
    route && name !== "help" && h("p", null, link(route.path, `Open ${title}`)),
  );
}

/** @param {string | undefined} number */
function toQuestion(number) {
  const asked = number && document.getElementById(`question-${number}`);
  if (!asked) return scrollTo(0, 0);
  asked.focus({ preventScroll: true });
  asked.scrollIntoView({ block: "center" });
}

/** @param {Chapter} chapter @param {Chapter[]} manual */
function ofChapter(chapter, manual) {
  const at = manual.indexOf(chapter);
  const [before, after] = [manual[at - 1], manual[at + 1]];
  return h(
    "article",
    { class: "help-text stack loose" },
    blocks(chapter.blocks),
    h(
      "nav",
      { class: "help-turn", "aria-label": "Chapters" },
      before ? toChapter(before, "← ") : h("span"),
      after && toChapter(after, "", " →"),
    ),
  );
}

/** @param {Chapter} chapter @param {string} [before] @param {string} [after] */
const toChapter = ({ slug, title }, before = "", after = "") =>
  link(chapterAddress(slug), before, title, after);

/**
 * @param {Record<string, PageHelp>} helped
 * @param {Chapter[]} manual
 * @param {(page: string) => boolean} isOpen
 */
function overview(helped, manual, isOpen) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  const placed = new Set();
  for (const { page, menu } of ROUTES) {
    if (!helped[page] || !isOpen(page) || placed.has(page)) continue;
    placed.add(page);
    const group = menu ? menu[0] || FIRST : OTHERS;
    groups.set(group, [...(groups.get(group) ?? []), page]);
  }
  return [
    h(
      "div",
      { class: "help-pages" },
      [...groups].map(([group, pages]) =>
        h(
          "section",
          null,
          h("h2", null, group),
          h(
            "ul",
            null,
            pages.map((page) => h("li", null, link(pageHelp(page), helped[page]?.title))),
          ),
        ),
      ),
    ),
    h(
      "section",
      { class: "section" },
      h("header", null, h("h2", null, "The manual")),
      h(
        "ul",
        { class: "help-chapters" },
        manual.map((chapter) => h("li", null, toChapter(chapter))),
      ),
    ),
  ];
}

/** Takes them out again, where somebody put them away. @param {Page} page */
async function offerFirstSteps({ may }) {
  if (!may("first_steps_service.update_first_steps")) return;
  const { hidden } = await api.first_steps_service.get_first_steps();
  if (!hidden) return;
  const show = async () => {
    try {
      await api.first_steps_service.update_first_steps({ hidden: false });
      changed("settings");
      navigate("/today");
    } catch (error) {
      toastProblem(error);
    }
  };
  byId("help").after(
    h(
      "p",
      { class: "muted" },
      "The first steps on Today were put away. ",
      h("button", { class: "button", type: "button", onclick: show }, "Show them again"),
    ),
  );
}
