/**
 * The help as data, and what of it fits what somebody typed.
 * @module
 */

/**
 * Marked words: plain, stressed, code, or a chapter of the manual.
 * @typedef {string | {strong: Inline[]} | {em: Inline[]} | {code: string} | {chapter: string,
 *   words: string}} Inline
 */
/**
 * A paragraph, a list, a table or lines as they are.
 * @typedef {{p: Inline[]} | {ul: Inline[][]} | {ol: Inline[][]} | {pre: string} | {head:
 *   Inline[][], rows: Inline[][][]}} Block
 */
/** `level`: 2 for a chapter. @typedef {{slug: string, title: string, level: number, blocks: Block[]}} Chapter */
/** @typedef {{question: string, answer: Block[]}} Question */
/**
 * @typedef {{title: string, purpose: Block[], questions: Question[], chapters: string[]}} PageHelp
 */
/** What can be found. @typedef {{title: string, text: string, where: string, to: string}} Entry */
/** @typedef {Entry & {excerpt: string}} Found */

/** Say nothing of what is looked for, unless there is nothing else. */
const COMMON = new Set(
  "a an and are be can do does for how i in is it my of on or the there to what when where which why with".split(
    " ",
  ),
);
const ENDING = /(?:ing|ed|s)$/;
const LEAST_STEM = 3;
const EXCERPT = 180;
/** What a word is worth where it is found. */
const IN_TITLE = 8;
const IN_TEXT = 1;
const MOST_FOUND = 30;

/**
 * The plain words of blocks, with a space between them.
 * @param {Block[]} blocks
 * @returns {string}
 */
export const textOf = (blocks) => blocks.map(blockText).join(" ");

/** @param {Block} block */
function blockText(block) {
  if ("pre" in block) return block.pre;
  if ("head" in block) return [block.head, ...block.rows].flat().map(wordsOf).join(" ");
  if ("p" in block) return wordsOf(block.p);
  return ("ul" in block ? block.ul : block.ol).map(wordsOf).join(" ");
}

/** @param {Inline[]} inline @returns {string} */
const wordsOf = (inline) => inline.map(wordOf).join("");

/** @param {Inline} each @returns {string} */
function wordOf(each) {
  if (typeof each === "string") return each;
  if ("code" in each) return each.code;
  if ("chapter" in each) return each.words;
  return wordsOf("strong" in each ? each.strong : each.em);
}

/**
 * All that can be found: what each page is for, its questions, and the chapters of the manual.
 * @param {Record<string, PageHelp>} helped by page
 * @param {Chapter[]} manual
 * @param {(page: string) => boolean} isOpen may somebody open this page?
 * @returns {Entry[]}
 */
export const entriesOf = (helped, manual, isOpen) => [
  ...Object.entries(helped)
    .filter(([page]) => isOpen(page))
    .flatMap(([page, { title, purpose, questions }]) => [
      { title, text: textOf(purpose), where: "Page", to: pageHelp(page) },
      ...questions.map(({ question, answer }, index) => ({
        title: question,
        text: textOf(answer),
        where: title,
        to: `${pageHelp(page)}&question=${index + 1}`,
      })),
    ]),
  ...manual.map(({ slug, title, blocks }) => ({
    title,
    text: textOf(blocks),
    where: "Manual",
    to: chapterAddress(slug),
  })),
];

/** Where the help of a page is to be read. @param {string} page */
export const pageHelp = (page) => `/help?page=${encodeURIComponent(page)}`;

/** Where a chapter is to be read. @param {string} slug */
export const chapterAddress = (slug) => `/help?chapter=${encodeURIComponent(slug)}`;

/**
 * What somebody looks for: each word without its ending, so that "visits" finds a visit.
 * @param {string} typed
 * @returns {string[]}
 */
export function termsOf(typed) {
  const words = typed.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !COMMON.has(word));
  return (telling.length > 0 ? telling : words).map((word) => {
    const stem = word.replace(ENDING, "");
    return stem.length >= LEAST_STEM ? stem : word;
  });
}

/**
 * The best first: what has the most of the words, then what has them in its title.
 * @param {Entry[]} entries
 * @param {string} typed
 * @returns {Found[]}
 */
export function searched(entries, typed) {
  const terms = termsOf(typed);
  const marked = entries.map((entry) => ({ entry, ...worth(entry, terms) }));
  const most = Math.max(0, ...marked.map(({ hits }) => hits));
  return marked
    .filter(({ hits }) => hits > 0 && hits === most)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_FOUND)
    .map(({ entry }) => ({ ...entry, excerpt: excerptOf(entry.text, terms) }));
}

/**
 * Questions that have all of the words, for where other things are found too.
 * @param {Entry[]} entries
 * @param {string} typed
 * @param {number} most
 */
export function questionsLike(entries, typed, most) {
  const terms = termsOf(typed);
  return entries
    .filter(({ title }) => title.endsWith("?") && terms.every((term) => beginsWord(title, term)))
    .slice(0, most);
}

/** @param {Entry} entry @param {string[]} terms */
function worth({ title, text }, terms) {
  let [hits, score] = [0, 0];
  for (const term of terms) {
    const inTitle = beginsWord(title, term);
    const inText = beginsWord(text, term);
    if (!inTitle && !inText) continue;
    hits += 1;
    score += (inTitle ? IN_TITLE : 0) + (inText ? IN_TEXT : 0);
  }
  return { hits, score };
}

/** @param {string} text @param {string} term */
const beginsWord = (text, term) => placeOf(text, term) >= 0;

/** Where a word begins with it; -1 where none does. @param {string} text @param {string} term */
function placeOf(text, term) {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(lower.charAt(at - 1))) return at;
  return -1;
}

/**
 * The sentence that has the first of the words, and what follows it.
 * @param {string} text @param {string[]} terms
 */
function excerptOf(text, terms) {
  const at = Math.max(0, terms.map((term) => placeOf(text, term)).find((place) => place >= 0) ?? 0);
  const from = text.lastIndexOf(". ", at) + 1;
  const start = at - from > EXCERPT ? text.lastIndexOf(" ", at - EXCERPT / 2) : from;
  const cut = text.slice(start).trim();
  const end = cut.length > EXCERPT ? cut.lastIndexOf(" ", EXCERPT) : cut.length;
  return `${start > from ? "… " : ""}${cut.slice(0, end)}${end < cut.length ? " …" : ""}`;
}

/**
 * A text in pieces, those marked that somebody looked for.
 * @param {string} text
 * @param {string} typed
 * @returns {{text: string, isMarked: boolean}[]}
 */
export function markedPieces(text, typed) {
  const terms = termsOf(typed);
  return text
    .split(/(?<![\p{L}\p{N}])(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])(?![\p{L}\p{N}])/u)
    .map((piece) => ({
      text: piece,
      isMarked: terms.some((term) => piece.toLowerCase().startsWith(term)),
    }));
}
