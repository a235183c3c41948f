import {
  api,
  byId,
  changed,
  fill,
  h,
  icon,
  keys,
  onChanged,
  onParams,
  setParams,
  start,
  time,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { confirmed } from "../../components/dialog/dialog.js";
import { Drop } from "../../components/drop/drop.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { JobProgress } from "../../components/job/job.js";
import { Problem } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { soldWords, STATES, summary, toImport, VERDICTS } from "../../words/import-words.js";
import { showReading } from "./import-reading.js";

/** @typedef {import("../../api.js").Schemas["Import"]} Import */
/** @typedef {import("../../api.js").Schemas["ImportRow"]} Row */
/** @typedef {import("../../api.js").Schemas["ImportKind"]} Kind */

const MOST_BYTES = 16 * 1024 * 1024;
/** Rows of every kind, in the address. */
const ALL = "all";
/** While a job is at it, its page shows no rows. */
const UNDER_WAY = ["reading", "importing", "taking_back"];
const SHOWS_ROWS = ["ready", "done", "taken_back"];
/** What an import may bring or take back. @type {any[]} */
const BROUGHT = ["product", "location", "route", "device", "stock", "sale", "user"];

const { import_service: imports } = api;
const list = byId("imports", Table);
const rows = byId("rows", Table);
const job = byId("job", JobProgress);
const problem = byId("problem", Problem);
/** @type {Kind[]} */ let kinds = [];
/** What the address says. @type {() => import("../../page/page.js").Params} */ let params =
  () => ({});
/** The one that is shown. @type {Import | null} */ let shown = null;

start(async (page) => {
  ({ items: kinds } = await imports.list_import_kinds());
  params = () => page.params;
  showTemplates();
  listFiles();
  listRows();
  byId("drop", Drop).receive((files) => send(files));
  byId("another").onclick = () => go("");
  job.addEventListener("ended", () => ended());
  keys({ u: ["Import another file", () => (shown ? go("") : byId("drop", Drop).choose())] });
  onParams(() => show(page.params.id));
  onChanged("everything", () => list.refresh());
  await show(page.params.id);
});

function showTemplates() {
  const of = (/** @type {Kind} */ { name, title }, /** @type {"csv" | "xlsx"} */ file) =>
    h(
      "a",
      {
        class: "button",
        href: imports.get_import_template.url({ kind: name, file }),
        download: "",
        "aria-label": `${title}, template as ${file.toUpperCase()}`,
      },
      icon("download"),
      file.toUpperCase(),
    );
  fill(
    byId("templates"),
    kinds.map((kind) =>
      h("li", null, h("span", null, kind.title), of(kind, "csv"), of(kind, "xlsx")),
    ),
  );
}

function listFiles() {
  list.columns = [
    {
      label: "File",
      phone: "title",
      cell: (/** @type {Import} */ { id, filename }) =>
        h("a", { href: `/#/import?id=${id}` }, filename),
    },
    {
      label: "State",
      width: "170px",
      phone: "end",
      cell: (/** @type {Import} */ { state }) => status(...STATES[state]),
    },
    { label: "Rows", width: "90px", number: true, cell: ({ row_count }) => String(row_count) },
    { label: "Sent by", width: "20%", phone: "hide", cell: ({ username }) => username },
    { label: "Since", width: "130px", cell: ({ created_at }) => time(created_at) },
  ];
  list.empty = () =>
    empty({
      icon: "file-up",
      heading: "No file yet",
      text:
        "Drop a list of your products, machines, slots or past sales above, as your spreadsheet " +
        "or other system gives it.",
    });
  list.source = ({ cursor, limit, signal }) => imports.list_imports({ cursor, limit }, { signal });
}

function listRows() {
  rows.columns = [
    {
      label: "Row",
      width: "80px",
      number: true,
      cell: (/** @type {Row} */ { line }) => String(line),
    },
    {
      label: "What it does",
      width: "150px",
      phone: "end",
      cell: (/** @type {Row} */ { verdict }) => status(...VERDICTS[verdict]),
    },
    {
      label: "In words",
      phone: "title",
      cell: ({ says }) => h("span", { title: says.join(" ") }, says.join(" ")),
    },
    {
      label: "In the file",
      width: "32%",
      phone: "hide",
      cell: ({ cells }) =>
        h("span", { class: "muted" }, cells.filter((/** @type {any} */ c) => c !== "").join(" · ")),
    },
  ];
  rows.empty = () =>
    empty({ icon: "check", heading: "No such rows", text: "Choose another kind of rows above." });
  byId("verdicts", Filters).addEventListener("filter", (event) => {
    const { value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ rows: value || ALL });
    showRows();
  });
}

/** @param {string} id */
function go(id) {
  setParams({ id, rows: "" });
  show(id);
}

/** @param {File[]} files */
async function send([file]) {
  if (!file) return;
  problem.error = null;
  if (file.size > MOST_BYTES) {
    toast("The file is larger than 16 MiB: divide it into several.", { kind: "bad" });
    return;
  }
  try {
    const sent = await imports.create_import({ file });
    list.refresh();
    go(String(sent.id));
  } catch (error) {
    problem.error = error;
  }
}

/** The one that the address names, or where to begin. @param {string | undefined} id */
async function show(id) {
  problem.error = null;
  byId("begin").hidden = Boolean(id);
  byId("one").hidden = !id;
  byId("another").hidden = !id;
  if (!id) {
    shown = null;
    list.refresh();
    return;
  }
  try {
    draw(await imports.get_import({ import_id: Number(id) }));
  } catch (error) {
    byId("one").hidden = true;
    problem.error = error;
  }
}

/** @param {Import} found */
function draw(found) {
  const before = shown;
  shown = found;
  const underWay = UNDER_WAY.includes(found.state);
  byId("filename").textContent = found.filename;
  fill(byId("state"), status(...STATES[found.state]));
  byId("summary").textContent = summary(found);
  byId("sold").hidden = found.kind !== "sales" || found.state !== "done";
  if (!byId("sold").hidden) showSold(found);
  job.hidden = !underWay;
  if (underWay && found.job_id !== null) job.follow(found.job_id);
  fill(byId("acts"), actsOf(found));
  byId("reading").hidden = !["ready", "refused"].includes(found.state);
  if (!byId("reading").hidden) showReading(found, kinds, (changes) => readAnew(changes));
  // What is missing is chosen there; whoever opened it goes on choosing.
  if (found.problem) byId("reading", HTMLDetailsElement).open = true;
  byId("preview").hidden = !SHOWS_ROWS.includes(found.state);
  if (!byId("preview").hidden && (before?.id !== found.id || before.version !== found.version))
    showRows();
}

/** What it brought, by the reads as they are by now. @param {Import} found */
async function showSold({ id }) {
  const sold = await imports.get_import_sales({ import_id: id });
  if (shown?.id !== id) return;
  const { first_on: from, last_on: to } = sold.counted;
  fill(
    byId("sold"),
    soldWords(sold).map((sentence) => h("p", null, sentence)),
    from && h("p", null, h("a", { href: `/#/sales?from=${from}&to=${to}` }, "Show them in Sales")),
  );
}

/** Those that the address names; of a file that nobody narrowed yet the faults, if it has any. */
function showRows() {
  if (!shown) return;
  const { id, counts } = shown;
  const chips = byId("verdicts", Filters);
  const chosen = params().rows ?? (counts.wrong > 0 ? "wrong" : ALL);
  const wanted = chosen === ALL ? "" : chosen;
  const options = Object.entries(VERDICTS)
    .filter(([name]) => counts[/** @type {keyof typeof counts} */ (name)] > 0)
    .map(([value, [, label]]) => ({
      value,
      label: `${label}: ${units(counts[/** @type {keyof typeof counts} */ (value)], "row")}`,
    }));
  chips.filters = [{ name: "rows", label: "Rows", options, all: "All" }];
  chips.values = { rows: wanted };
  rows.source = ({ cursor, limit, signal }) =>
    imports.list_import_rows(
      { import_id: id, verdict: /** @type {any} */ (wanted || undefined), cursor, limit },
      { signal },
    );
}

/** @param {Import} found */
function actsOf(found) {
  const { state, counts } = found;
  const count = toImport(counts);
  const leavesOut = h("input", {
    type: "checkbox",
    onchange: () => (run.disabled = !leavesOut.checked),
  });
  const run = h(
    "button",
    {
      class: "button primary",
      type: "button",
      disabled: counts.wrong > 0,
      onclick: () => runIt(found, leavesOut.checked),
    },
    `Import ${units(count, "row")}`,
  );
  const remove = h(
    "button",
    { class: "button plain", type: "button", onclick: () => removeIt(found) },
    icon("trash-2"),
    "Remove the file",
  );
  const withdraw = h(
    "button",
    { class: "button", type: "button", onclick: () => withdrawIt(found) },
    icon("undo-2"),
    "Take back",
  );
  // Of a file whose rows do something else by now.
  const again = h(
    "button",
    {
      class: "button",
      type: "button",
      onclick: () => readAnew({ kind: found.kind, columns: found.columns }),
    },
    "Read it again",
  );
  return [
    state === "ready" && count > 0 && run,
    state === "ready" && count > 0 && found.problem && again,
    state === "ready" &&
      count > 0 &&
      counts.wrong > 0 &&
      h("label", { class: "check" }, leavesOut, `Leave out ${units(counts.wrong, "wrong row")}`),
    state === "done" && withdraw,
    // Past sales stay with the import that brought them until it is taken back.
    !UNDER_WAY.includes(state) && byId("sold").hidden && remove,
  ];
}

/** @param {() => Promise<Import>} act */
async function goOn(act) {
  problem.error = null;
  try {
    draw(await act());
  } catch (error) {
    toastProblem(error);
    if (shown) show(String(shown.id));
  }
}

/** @param {Record<string, any>} changes */
function readAnew(changes) {
  const found = shown;
  if (!found) return;
  goOn(() => imports.update_import({ import_id: found.id, version: found.version, ...changes }));
}

/** @param {Import} found @param {boolean} leavesOut */
const runIt = ({ id, version }, leavesOut) =>
  goOn(() => imports.run_import({ import_id: id, version, leaves_out: leavesOut }));

/** @param {Import} found */
async function withdrawIt({ id, filename }) {
  const text =
    `All that ${filename} brought goes, and what it changed is as it was before. ` +
    "That is possible while nothing else depends on it.";
  if (await confirmed({ heading: "Take this import back?", text, action: "Take back" }))
    goOn(() => imports.withdraw_import({ import_id: id }));
}

/** @param {Import} found */
async function removeIt({ id, filename, state }) {
  const more = state === "done" ? " What it brought stays, and cannot be taken back any more." : "";
  const text = `${filename} and its rows are removed.${more}`;
  if (!(await confirmed({ heading: "Remove this file?", text, action: "Remove the file" }))) return;
  try {
    await imports.delete_import({ import_id: id });
    toast(`Removed ${filename}`);
    go("");
  } catch (error) {
    toastProblem(error);
  }
}

async function ended() {
  if (!shown) return;
  const was = shown.state;
  await show(String(shown.id));
  if (was !== "reading") changed(...BROUGHT);
}
