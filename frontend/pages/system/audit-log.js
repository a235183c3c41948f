import {
  api,
  byId,
  dateTime,
  fill,
  h,
  icon,
  link,
  number,
  start,
  units,
  unknown,
} from "../../page/page.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { listPage } from "../../page/list-page.js";
import { Filters } from "../../components/filters/filters.js";
import { problemBox } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import {
  actionWords,
  changesLine,
  contentWords,
  fieldLabel,
  nounLabel,
  valueWords,
} from "../../words/audit-words.js";
import { AUDITED } from "../../words/audited.js";
import { seenAt } from "../../page/addresses.js";

/** @typedef {import("../../words/audit-words.js").Entry} Entry */
/** @typedef {import("../../api.js").Noun} Noun */

const table = byId("entries", Table);
const filters = byId("filters", Filters);
const from = byId("from", HTMLInputElement);
const to = byId("to", HTMLInputElement);
const verify = byId("verify", HTMLButtonElement);
const verification = byId("verification");
/** Who can be filtered by. @type {{value: string, label: string}[]} */
let people = [];

/** @type {import("../../components/table/table.js").Column<Entry>[]} */
const COLUMNS = [
  { name: "when", label: "When", width: "200px", cell: ({ occurred_at }) => dateTime(occurred_at) },
  {
    name: "who",
    label: "Who",
    width: "14%",
    phone: "end",
    cell: ({ username }) => username || unknown("Nobody was signed in yet"),
  },
  {
    name: "what",
    label: "What",
    width: "18%",
    phone: "title",
    cell: ({ action }) => actionWords(action),
  },
  { name: "of", label: "Of", width: "15%", phone: "hide", cell: ofWhat },
  {
    name: "changes",
    label: "Changes",
    phone: "hide",
    cell: (entry) => changesLine(entry) || h("span", { class: "muted" }, "No values changed"),
  },
];

start(async (page) => {
  table.columns = COLUMNS;
  table.empty = () =>
    empty({
      icon: "scroll-text",
      heading: "No entry matches",
      text: "Choose a longer time, or clear the filters.",
    });
  table.open = openEntry;
  verify.onclick = check;
  const { narrow, show } = listPage({
    list: "audit-log",
    further: ["from", "to"],
    page,
    table,
    filters: ["user_id", "noun", "action", "noun_id"],
    nouns: ["everything"],
    chosen: (name, value) => ({ [name]: value, ...(name === "noun" ? { noun_id: "" } : {}) }),
    show: showChoices,
    operation: "audit_service.list_audit_entries",
    narrowed: ({ user_id, noun, noun_id, action, from: first, to: last }) => ({
      user_id: Number(user_id) || undefined,
      noun,
      noun_id: Number(noun_id) || undefined,
      action,
      from: first,
      to: last,
    }),
    ask: (asked, _, signal) => api.audit_service.list_audit_entries(asked, { signal }),
  });
  // What is chosen decides what else there is to choose.
  filters.addEventListener("filter", show);
  for (const input of [from, to])
    input.onchange = () => {
      narrow({ [input.id]: input.value });
      show();
    };
  // Behind the first rows: choices of a filter are not worth waiting for.
  people = (await api.user_service.list_users({ limit: 200 })).items.map(
    ({ id, display_name }) => ({ value: String(id), label: display_name }),
  );
  show();
});

/**
 * What there is to choose, beside what is chosen.
 * @param {import("../../page/page.js").Params} params
 */
function showChoices({ noun = "", noun_id = "", from: first = "", to: last = "" }) {
  const nouns = Object.entries(AUDITED);
  const actions = nouns
    .filter(([name]) => !noun || name === noun)
    .flatMap(([, of]) => Object.entries(of.actions));
  const choices = (/** @type {[string, string][]} */ named) =>
    named.map(([value, label]) => ({ value, label }));
  const only = {
    name: "noun_id",
    label: "Only",
    options: choices([[noun_id, `number ${noun_id}`]]),
  };
  filters.filters = [
    { name: "user_id", label: "Who", options: people },
    {
      name: "noun",
      label: "What",
      options: choices(nouns.map(([name, { word }]) => [name, word])),
    },
    { name: "action", label: "Action", options: choices(actions) },
    ...(noun_id ? [only] : []),
  ];
  from.value = first;
  to.value = last;
  from.max = last;
  to.min = first;
}

/** @param {Entry} entry */
function ofWhat({ noun, noun_id }) {
  const words =
    noun === "settings" || noun_id === null ? nounLabel(noun) : `${nounLabel(noun)} ${noun_id}`;
  const page = noun_id === null ? null : seenAt(/** @type {Noun} */ (noun), noun_id);
  if (page === null) return words;
  const anchor = link(page, words);
  anchor.dataset.own = "";
  return anchor;
}

/** @param {Entry} entry */
function openEntry(entry) {
  const { dialog } = openDialog({
    heading: actionWords(entry.action),
    wide: entry.changes.length > 0,
    content: [
      h(
        "dl",
        { class: "facts" },
        fact("When", dateTime(entry.occurred_at)),
        fact("Who", entry.username || unknown("Nobody was signed in yet")),
        fact("Of", ofWhat(entry)),
        fact("Entry", number(entry.id)),
        fact("Request", h("span", { class: "mono small" }, entry.request_id)),
      ),
      entry.changes.length > 0 &&
        h(
          "div",
          { class: "scroll-x" },
          h(
            "table",
            { class: "table changes" },
            h(
              "thead",
              null,
              h(
                "tr",
                null,
                ["Field", "From", "To"].map((label) => h("th", { scope: "col" }, label)),
              ),
            ),
            h(
              "tbody",
              null,
              entry.changes.map(({ field, from: before, to: after }) =>
                h(
                  "tr",
                  null,
                  h("th", { scope: "row" }, fieldLabel(field)),
                  h("td", { class: "was" }, sideOf(field, before, "Empty before")),
                  h("td", null, sideOf(field, after, "Empty since")),
                ),
              ),
            ),
          ),
        ),
      entry.noun_id !== null &&
        h(
          "div",
          { class: "bar" },
          link(`/audit-log?noun=${entry.noun}&noun_id=${entry.noun_id}`, "All entries of this one"),
        ),
    ],
  });
  dialog.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a")) dialog.close();
  });
}

/**
 * One side of a change, in full.
 * @param {string} field
 * @param {unknown} value
 * @param {string} reason why it is empty
 */
function sideOf(field, value, reason) {
  if (value === null || value === undefined) return unknown(reason);
  const content = contentWords(value);
  return [valueWords(field, value), content && h("div", { class: "muted small" }, content)];
}

/** @param {string} label @param {import("../../page/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

async function check() {
  if (verify.ariaBusy === "true") return;
  verify.ariaBusy = "true";
  tell("Reading every entry and comparing it with its seal…");
  try {
    const found = await api.audit_service.get_verification();
    tell(
      ...verdict(found),
      found.doubts.length > 0 &&
        h(
          "ul",
          { class: "doubts" },
          found.doubts.map((doubt) => h("li", null, doubt)),
        ),
    );
  } catch (error) {
    tell(problemBox(error, check));
  } finally {
    verify.ariaBusy = null;
  }
}

/** @param {Awaited<ReturnType<typeof api.audit_service.get_verification>>} found */
function verdict({ ok, entries, redacted, kept, doubts, broken_id, reason }) {
  if (!ok)
    return [
      status("bad", "Broken"),
      `Entry ${number(broken_id)}: ${reason} The ${units(entries, "entry", "entries")} ` +
        "before it are whole. Compare with a backup, and ask who could reach the database file.",
    ];
  const until = kept
    ? ` The log goes on from the ${units(kept.entries, "entry", "entries")} of ${dateTime(kept.at)}.`
    : "";
  const erased = redacted
    ? ` Names of people who were erased were taken out of ${number(redacted)}.`
    : "";
  if (doubts.length > 0)
    return [
      status("warn", "Not all can be shown"),
      `${units(entries, "entry", "entries")} read: nothing wrong was found.${erased}${until}`,
    ];
  return [
    status("ok", "Whole"),
    `${units(entries, "entry", "entries")} read: none was changed, moved or taken out since it ` +
      `was written.${erased}${until}`,
  ];
}

/** @param {...import("../../page/dom.js").Child} words */
function tell(...words) {
  verification.hidden = false;
  fill(
    verification,
    h("div", { class: "words" }, words),
    h(
      "button",
      {
        class: "button plain square",
        type: "button",
        "aria-label": "Close",
        onclick: () => {
          verification.hidden = true;
        },
      },
      icon("x"),
    ),
  );
}
