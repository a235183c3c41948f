import {
  api,
  byId,
  changed,
  dateTime,
  fill,
  h,
  onChanged,
  onParams,
  setParams,
  start,
  time,
  unknown,
} from "../../page/page.js";
import { listPage } from "../../page/list-page.js";
import { JobProgress } from "../../components/job/job.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import {
  isUnderWay,
  jobLine,
  resultLines,
  stateOf,
  STATES,
  tookWords,
} from "../../words/job-words.js";

/** @typedef {import("../../api.js").Schemas["Job"]} Job */

// While something is under way the list is looked at as often.
const LOOK_EVERY_MS = 2000;

const table = byId("jobs", Table);
/** The dialog of one, while it is open. @type {HTMLDialogElement | null} */
let shownDialog = null;
let isAnyUnderWay = false;

/** @type {import("../../components/table/table.js").Column<Job>[]} */
const COLUMNS = [
  { label: "Job", phone: "title", width: "30%", cell: ({ title }) => title },
  { label: "State", width: "150px", phone: "end", cell: (job) => status(...stateOf(job)) },
  {
    label: "How far",
    cell: (job) => jobLine(job) && h("span", { class: "muted" }, jobLine(job)),
  },
  { label: "Asked by", width: "12%", phone: "hide", cell: askedBy },
  { label: "Since", width: "130px", cell: ({ created_at }) => time(created_at) },
  {
    label: "Took",
    width: "110px",
    phone: "hide",
    cell: (job) => tookWords(job.started_at, job.ended_at) ?? unknown("Not begun"),
  },
];

start((page) => {
  table.columns = COLUMNS;
  table.empty = () =>
    empty({
      icon: "hourglass",
      heading: page.params.state || page.params.mine ? "No job matches" : "No jobs yet",
      text: "What takes long is done as a job: checks, imports, exports. They show here.",
    });
  table.open = (/** @type {Job} */ { id }) => {
    setParams({ job: String(id) });
    showOne(page.params.job);
  };
  byId("filters", Filters).filters = [
    {
      name: "state",
      label: "State",
      options: Object.entries(STATES).map(([value, [, label]]) => ({ value, label })),
    },
    { name: "mine", label: "Asked for by me" },
  ];
  listPage({
    page,
    table,
    filters: ["state", "mine"],
    nouns: ["job", "everything"],
    operation: "job_service.list_jobs",
    narrowed: ({ state, mine }) => ({ state, mine: mine === "true" }),
    ask: async (asked, _, signal) => {
      const found = await api.job_service.list_jobs(asked, { signal });
      if (!asked.cursor) isAnyUnderWay = found.items.some(isUnderWay);
      return found;
    },
  });
  onParams(() => showOne(page.params.job));
  showOne(page.params.job);
  setInterval(() => {
    if (isAnyUnderWay && !document.hidden) table.refresh();
  }, LOOK_EVERY_MS);
});

/** @param {Job} job */
function askedBy({ username, schedule_id }) {
  if (username) return username;
  return schedule_id ? "Schedule" : "Console";
}

/** The job that the address names. @param {string | undefined} id */
function showOne(id) {
  shownDialog?.close();
  if (!id) return;
  const progress = new JobProgress();
  const facts = h("div");
  const { dialog, closed } = openDialog({ heading: `Job ${id}`, content: [progress, facts] });
  shownDialog = dialog;
  progress.addEventListener("told", (event) => {
    const job = /** @type {CustomEvent<Job>} */ (event).detail;
    fill(facts, factsOf(job));
    table.put(job);
    if (!isUnderWay(job)) changed("job");
  });
  progress.follow(Number(id));
  closed.then(() => {
    if (shownDialog !== dialog) return;
    shownDialog = null;
    setParams({ job: "" });
  });
}

/** @param {Job} job */
function factsOf(job) {
  return h(
    "dl",
    { class: "facts" },
    fact("What", job.title),
    fact("Asked by", askedBy(job)),
    fact("Since", dateTime(job.created_at)),
    job.started_at && fact("Begun", dateTime(job.started_at)),
    job.ended_at && fact("Ended", dateTime(job.ended_at)),
    fact("Attempts", `${job.attempts} of ${job.most_attempts}`),
    resultLines(job.result).map(([label, lines]) =>
      fact(
        label,
        lines.map((line) => h("div", null, line)),
      ),
    ),
  );
}

/** @param {string} label @param {import("../../page/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

// Another page asked for one.
onChanged(["schedule"], () => table.refresh());
