import {
  api,
  byId,
  changed,
  fill,
  h,
  link,
  onChanged,
  setParams,
  start,
  time,
  toast,
  toastProblem,
  unknown,
} from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { changedWords } from "../../words/conflict-words.js";
import { isUnderWay, stateOf, tookWords, whenWords } from "../../words/job-words.js";
import { JobProgress } from "../../components/job/job.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Schedule"]} Schedule */
/** @typedef {import("../../api.js").Schemas["Job"]} Job */

const DAILY = "daily";
const OFTEN = "often";
const LOOK_EVERY_MS = 3000;

const table = byId("schedules", Table);
let isAnyUnderWay = false;
/** The dialog of a run, while it is open. @type {HTMLDialogElement | null} */
let shownDialog = null;

/** @type {import("../../components/table/table.js").Column<Schedule>[]} */
const COLUMNS = [
  { label: "What", phone: "title", cell: ({ title }) => title },
  { label: "When", width: "16%", cell: (schedule) => whenWords(schedule) },
  {
    label: "Next",
    width: "14%",
    cell: ({ next_at, switched_on }) =>
      switched_on ? time(next_at, "Soon") : status("idle", "Switched off"),
  },
  { label: "Last", width: "22%", cell: lastOf },
  {
    label: "Took",
    width: "120px",
    phone: "hide",
    cell: ({ last_started_at, last_ended_at }) =>
      tookWords(last_started_at, last_ended_at) ?? unknown("It has not run yet"),
  },
  { label: "Actions", width: "88px", phone: "end", cell: actionsOf },
];

start((page) => {
  table.columns = COLUMNS;
  table.rowClass = ({ switched_on }) => (switched_on ? "" : "muted");
  table.open = edit;
  table.source = async ({ signal }) => {
    const { items } = await api.schedule_service.list_schedules({}, { signal });
    isAnyUnderWay = items.some(
      ({ last_state }) => last_state !== null && isUnderWay({ state: last_state }),
    );
    return { items, next_cursor: null };
  };
  onChanged(["schedule", "job", "everything"], () => table.refresh());
  setInterval(() => {
    if (isAnyUnderWay && !document.hidden) table.refresh();
  }, LOOK_EVERY_MS);
  if (page.params.job) follow(Number(page.params.job));
});

/** @param {Schedule} schedule */
function lastOf({ last_job_id, last_state, last_started_at, last_problem }) {
  if (last_job_id === null || last_state === null) {
    return [
      h("span", { class: "desktop-only" }, unknown("It has not run yet")),
      h("span", { class: "phone-only" }, "not run yet"),
    ];
  }
  const [kind, word] = stateOf({ state: last_state, cancel_asked_at: null, attempts: 0 });
  const anchor = link(`/jobs?job=${last_job_id}`, status(kind, word, last_problem ?? undefined));
  anchor.dataset.own = "";
  return [anchor, last_started_at && h("span", { class: "muted" }, " ", time(last_started_at))];
}

/** @param {Schedule} schedule */
function actionsOf(schedule) {
  const holder = menu(`Actions for ${schedule.title}`, [
    { label: "Run now", icon: "play", run: () => run(schedule) },
    { label: "Change", icon: "pencil", run: () => edit(schedule) },
    null,
    schedule.switched_on
      ? { label: "Switch off", icon: "ban", run: () => switchOn(schedule, false) }
      : { label: "Switch on", icon: "check", run: () => switchOn(schedule, true) },
  ]);
  holder.dataset.own = "";
  return holder;
}

/** @param {Schedule} schedule */
async function run({ id }) {
  try {
    const job = await api.schedule_service.run_schedule({ schedule_id: id });
    changed("job");
    table.refresh();
    follow(job.id);
  } catch (error) {
    toastProblem(error);
  }
}

/** How far the run is; in the address, so that it is there again after a reload. @param {number} id */
function follow(id) {
  shownDialog?.close();
  setParams({ job: String(id) });
  const progress = new JobProgress();
  const title = h("p");
  const { dialog, closed } = openDialog({ heading: `Job ${id}`, content: [title, progress] });
  shownDialog = dialog;
  progress.addEventListener("told", (event) =>
    fill(title, /** @type {CustomEvent<Job>} */ (event).detail.title),
  );
  progress.addEventListener("ended", () => {
    changed("job");
    table.refresh();
  });
  progress.follow(id);
  closed.then(() => {
    if (shownDialog !== dialog) return;
    shownDialog = null;
    setParams({ job: "" });
  });
}

/** @param {Schedule} schedule @param {boolean} switched_on */
async function switchOn({ id, version }, switched_on) {
  try {
    saved(await api.schedule_service.update_schedule({ schedule_id: id, version, switched_on }));
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Schedule} schedule */
function edit(schedule) {
  const time = h("input", {
    class: "input",
    type: "time",
    name: "daily_at",
    required: true,
    value: schedule.daily_at ?? "02:30",
  });
  const minutes = h("input", {
    class: "input",
    type: "number",
    name: "every_minutes",
    required: true,
    min: 1,
    max: 10080,
    value: schedule.every_minutes ?? 60,
  });
  const kind = h(
    "select",
    { class: "input", name: "kind", onchange: () => choose() },
    h("option", { value: DAILY, selected: schedule.daily_at !== null }, "Once a day"),
    h("option", { value: OFTEN, selected: schedule.daily_at === null }, "Every so many minutes"),
  );
  const daily = field("At", time, { pointer: "/daily_at" });
  const often = field("Minutes", minutes, { pointer: "/every_minutes" });
  const choose = () => {
    daily.hidden = time.disabled = kind.value !== DAILY;
    often.hidden = minutes.disabled = kind.value !== OFTEN;
  };
  choose();
  openEdit({
    row: schedule,
    heading: schedule.title,
    fields: [field("How often", kind), daily, often],
    save: async ({ id, version }, form) => {
      const when =
        form.get("kind") === DAILY
          ? { daily_at: String(form.get("daily_at")) }
          : { every_minutes: Number(form.get("every_minutes")) };
      saved(await api.schedule_service.update_schedule({ schedule_id: id, version, ...when }));
    },
    differences: (before, now) =>
      changedWords(before, now, [
        ["daily_at", "Time"],
        ["every_minutes", "Minutes"],
        ["switched_on", "Switched on"],
      ]),
    shown: (current) => table.put(current),
  });
}

/** @param {Schedule} schedule */
function saved(schedule) {
  table.put(schedule);
  changed("schedule");
  toast(`${schedule.title}: ${schedule.switched_on ? whenWords(schedule) : "switched off"}`);
}
