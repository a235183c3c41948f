import assert from "node:assert/strict";
import { test } from "node:test";
import {
  entriesOf,
  markedPieces,
  pageHelp,
  questionsLike,
  searched,
  termsOf,
  textOf,
} from "../../frontend/words/help-search.js";
import { stepWords } from "../../frontend/words/first-steps.js";
import { HELPED as PAGES } from "../../frontend/words/helped.js";
import { MANUAL as CHAPTERS } from "../../frontend/words/manual.js";

const HELPED = {
  devices: {
    title: "Devices",
    purpose: [{ p: ["All machines, with their ", { strong: ["stock"] }, "."] }],
    questions: [
      { question: "How do I add a machine?", answer: [{ p: ["Press ", { code: "n" }, "."] }] },
      { question: "Where did it go?", answer: [{ ul: [["It is archived."], ["Or moved."]] }] },
    ],
    chapters: [],
  },
  users: { title: "Users", purpose: [{ p: ["Who may sign in."] }], questions: [], chapters: [] },
};
const MANUAL = [
  {
    slug: "backup",
    title: "Backup",
    level: 2,
    blocks: [
      { ol: [["Make a key."], ["Keep it ", { em: ["apart"] }, "."]] },
      { head: [["what"], ["at first"]], rows: [[["jobs"], ["90 days"]]] },
      { pre: "flask backup now\n" },
      { p: ["See ", { chapter: "start", words: "Start" }, " about machines."] },
    ],
  },
];
const all = entriesOf(HELPED, MANUAL, () => true);
const titles = (found) => found.map(({ title }) => title);

test("all kinds of text are words", () => {
  assert.equal(
    textOf(MANUAL[0].blocks),
    "Make a key. Keep it apart. what at first jobs 90 days flask backup now\n See Start about machines.",
  );
});

test("what is in a title comes before what is only in a text", () => {
  assert.deepEqual(titles(searched(all, "machine")), [
    "How do I add a machine?",
    "Devices",
    "Backup",
  ]);
});

test("what has more of the words hides what has fewer", () => {
  assert.deepEqual(titles(searched(all, "adding machines")), ["How do I add a machine?"]);
});

test("words that say nothing are left out, unless there is nothing else", () => {
  assert.deepEqual(termsOf("How do I make backups?"), ["make", "backup"]);
  assert.deepEqual(termsOf("how"), ["how"]);
  assert.deepEqual(termsOf(" ?"), []);
  assert.deepEqual(searched(all, "?"), []);
  assert.deepEqual(searched(all, "xyzzy"), []);
});

test("a word is found where it begins, not in the middle of another", () => {
  assert.deepEqual(titles(searched(all, "art")), []);
  assert.deepEqual(titles(searched(all, "apart")), ["Backup"]);
});

test("pages that somebody may not open are not found", () => {
  const few = entriesOf(HELPED, MANUAL, (page) => page !== "users");
  assert.deepEqual(titles(searched(few, "sign in")), []);
  assert.deepEqual(titles(searched(all, "sign in")), ["Users"]);
});

test("a question leads to itself on the page's help", () => {
  const [found] = searched(all, "archived");
  assert.equal(found.to, `${pageHelp("devices")}&question=2`);
  assert.equal(found.excerpt, "It is archived. Or moved.");
});

test("an excerpt is a piece around the word", () => {
  const entry = (text) => [{ title: "T", text, where: "", to: "" }];
  const [begins] = searched(entry(`One. ${"word ".repeat(60)}end`), "word");
  assert.match(begins.excerpt, /^word word .* …$/);
  const [far] = searched(entry(`${"word ".repeat(60)}needle ${"more ".repeat(60)}`), "needle");
  assert.match(far.excerpt, /^… word .*needle.* …$/);
  const [inTitle] = searched([{ title: "Needle", text: "A text.", where: "", to: "" }], "needle");
  assert.equal(inTitle.excerpt, "A text.");
});

test("the palette has only questions that have all of the words", () => {
  assert.deepEqual(titles(questionsLike(all, "add machine", 3)), ["How do I add a machine?"]);
  assert.deepEqual(questionsLike(all, "add backup", 3), []);
  assert.deepEqual(questionsLike(all, "backup", 3), []);
});

test("what somebody looked for is marked, word by word", () => {
  assert.deepEqual(
    markedPieces("Add a machine.", "machines").filter(({ isMarked }) => isMarked),
    [{ text: "machine", isMarked: true }],
  );
  assert.equal(
    markedPieces("Ä 5%, add", "add")
      .map(({ text }) => text)
      .join(""),
    "Ä 5%, add",
  );
});

test("what people look for is found first in the help as it is", () => {
  const entries = entriesOf(PAGES, CHAPTERS, () => true);
  for (const [typed, first] of [
    ["forgot password", "Somebody forgot their password. What do I do?"],
    ["offline", "I have no signal. Can I go on?"],
    ["no signal", "I have no signal. Can I go on?"],
    ["backups", "How do I set up backups?"],
    ["how do I undo an import", "Can an import be undone?"],
  ])
    assert.ok(titles(searched(entries, typed)).slice(0, 3).includes(first), typed);
});

test("the first step of backups leads to a chapter that is there", () => {
  const { to } = stepWords({ step: "backup", done: false, noun_id: null });
  assert.ok(CHAPTERS.some(({ slug }) => to.endsWith(`chapter=${slug}`)));
});
