import {
  api,
  byId,
  changed,
  date,
  h,
  isolated,
  localDate,
  start,
  toast,
  toastProblem,
} from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import {
  ARCHIVED,
  listPage,
  mutedIfArchived,
  newButton,
  nothingArchived,
} from "../../page/list-page.js";
import { changedWords } from "../../words/conflict-words.js";
import { aheadWords, machinesWords, rhythmWords, spanWords } from "../../words/recurring-words.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { menu } from "../../components/menu/menu.js";
import { Table } from "../../components/table/table.js";
import { routeFilter } from "../fleet/device-form.js";
import { RecurringForm } from "./recurring-form.js";

/** @typedef {import("../../api.js").Schemas["RecurringVisit"]} RecurringVisit */
/** @typedef {import("../../page/page.js").Page} Page */

const table = byId("recurring-visits", Table);

start(async (page) => {
  const mayChange = page.may("recurring_visit_service.update_recurring_visit");
  table.columns = mayChange ? [...COLUMNS, ACTIONS] : COLUMNS;
  table.rowClass = mutedIfArchived;
  table.empty = () => nothing(page);
  if (mayChange) table.open = edit;
  byId("filters", Filters).filters = [await routeFilter(), ARCHIVED];
  listPage({
    page,
    table,
    sort: "name",
    filters: ["route_id", "archived"],
    nouns: ["recurring_visit", "route", "everything"],
    begin: page.may("recurring_visit_service.create_recurring_visit") && {
      label: "New recurring visit",
      run: create,
    },
    ask: (asked, { route_id, archived }, signal) =>
      api.recurring_visit_service.list_recurring_visits(
        { ...asked, route_id: Number(route_id) || undefined, archived: archived === "true" },
        { signal },
      ),
  });
});

/** @param {Page} page */
function nothing(page) {
  if (page.params.archived)
    return nothingArchived("A recurring visit that is over can be archived.");
  return empty({
    icon: "repeat",
    heading: "Nothing is visited by itself",
    text:
      "Say which machines are visited on which weekdays: each day becomes an order shortly " +
      "before, with what the machines lack then.",
    action:
      page.may("recurring_visit_service.create_recurring_visit") &&
      newButton("New recurring visit", create),
  });
}

/** @type {import("../../components/table/table.js").Column<RecurringVisit>[]} */
const COLUMNS = [
  {
    label: "Recurring visit",
    sort: "name",
    phone: "title",
    width: "20%",
    cell: ({ name }) => isolated(name),
  },
  { label: "When", width: "24%", cell: (visit) => whenCell(visit) },
  {
    label: "Route",
    width: "14%",
    phone: "hide",
    cell: ({ route_name }) => isolated(route_name ?? "No route"),
  },
  { label: "Machines", width: "14%", cell: (visit) => machinesWords(visit) },
  {
    label: "Driver",
    width: "14%",
    phone: "hide",
    cell: ({ driver_name }) =>
      driver_name === null
        ? h("span", { class: "muted" }, "Who drives the route")
        : isolated(driver_name),
  },
  { label: "Next", width: "14%", cell: (visit) => nextCell(visit) },
];

/** @type {import("../../components/table/table.js").Column<RecurringVisit>} */
const ACTIONS = { label: "Actions", width: "88px", phone: "end", cell: actions };

/** @param {RecurringVisit} visit */
function whenCell(visit) {
  const span = spanWords(visit, localDate());
  return [rhythmWords(visit), span && h("span", { class: "muted" }, ` ${span}`)];
}

/** @param {RecurringVisit} visit */
const nextCell = (visit) =>
  visit.next_on === null
    ? h("span", { class: "muted" }, "Over")
    : h("span", { "data-tip": `The order is made ${aheadWords(visit)}` }, date(visit.next_on));

/** @param {RecurringVisit} visit */
function actions(visit) {
  const holder = menu(`Actions for ${visit.name}`, [
    { label: "Change", icon: "pencil", run: () => edit(visit) },
    null,
    visit.archived_at
      ? { label: "Take back", icon: "archive-restore", run: () => archive(visit, false) }
      : { label: "Archive", icon: "archive", run: () => archive(visit, true) },
  ]);
  holder.dataset.own = "";
  return holder;
}

/** @param {RecurringVisit} visit @param {boolean} archived */
async function archive({ id, version, name }, archived) {
  try {
    const now = await write({ id, version }, { archived });
    toast(`${archived ? "Archived" : "Took back"} ${isolated(name)}`, {
      action: "Undo",
      run: () => archive(now, !archived),
    });
  } catch (error) {
    toastProblem(error);
    table.refresh();
  }
}

function create() {
  const form = new RecurringForm(null);
  openForm({
    heading: "New recurring visit",
    action: "Create recurring visit",
    fields: form.fields,
    save: async (data) => {
      const { name } = await api.recurring_visit_service.create_recurring_visit(form.values(data));
      shown();
      toast(`Created ${isolated(name)}`);
    },
  });
}

/** @param {RecurringVisit} visit */
function edit(visit) {
  const form = new RecurringForm(visit);
  openEdit({
    row: visit,
    heading: visit.name,
    fields: form.fields,
    save: async (row, data) => {
      const { name } = await write(row, form.values(data));
      toast(`Saved ${isolated(name)}`);
    },
    differences: (before, now) =>
      changedWords(before, now, [
        ["name", "Name"],
        ["weekdays", "Weekdays"],
        ["every_weeks", "Weeks"],
        ["starts_on", "First day"],
        ["ends_on", "Last day"],
        ["notes", "Notes"],
      ]),
    shown: (current) => table.put(current),
  });
}

/**
 * @param {{id: number, version: number}} visit
 * @param {Partial<ReturnType<RecurringForm["values"]>> & {archived?: boolean}} changes
 */
async function write({ id, version }, changes) {
  const now = await api.recurring_visit_service.update_recurring_visit({
    recurring_visit_id: id,
    version,
    ...changes,
  });
  shown();
  return now;
}

/** Orders may have been made with it. */
function shown() {
  table.refresh();
  changed("recurring_visit");
  changed("service_order");
}
