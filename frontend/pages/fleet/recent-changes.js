import {
  api,
  byId,
  h,
  icon,
  onChanged,
  onParams,
  setParams,
  start,
  time,
  unknown,
} from "../../page/page.js";
import { massLine, massValue } from "../../words/mass-words.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { takeBack } from "./mass-change.js";
import { showEnded, showPlanned } from "./planned-changes.js";

/** @typedef {import("../../api.js").Schemas["MassChange"]} MassChange */
/** @typedef {import("../../api.js").Schemas["MassPart"]} MassPart */

let table = byId("changes", Table);
const views = byId("views", Tabs);
/** How drivers are called, where that may be known. @type {Map<number, string>} */
const drivers = new Map();

/** @type {import("../../components/table/table.js").Column<MassChange>[]} */
const COLUMNS = [
  { label: "What", phone: "title", cell: massLine },
  { label: "Who", width: "16%", cell: ({ username }) => username || unknown("Nobody is named") },
  { label: "When", width: "16%", cell: ({ changed_at }) => time(changed_at) },
];

start(async (page) => {
  const mayArchive = page.me.role === "admin";
  const show = () => {
    const view = page.params.view || "done";
    views.value = view;
    freshTable();
    if (view === "planned") showPlanned(table);
    else if (view === "ended") showEnded(table);
    else showDone(mayArchive);
  };
  views.addEventListener("tab", () => {
    setParams({ view: views.value === "done" ? "" : views.value });
    show();
  });
  onParams(show);
  onChanged(["mass_change", "planned_change", "everything"], () => table.refresh());
  show();
  if (!page.may("user_service.list_drivers")) return;
  for (const { id, display_name } of (await api.user_service.list_drivers()).items)
    drivers.set(id, display_name);
});

/** The rows of one view are none of another's. */
function freshTable() {
  const label = { planned: "Planned changes", ended: "No longer planned" }[views.value];
  const unsorted = views.value === "planned" ? "Next first" : "Newest first";
  const next = h("cvd-table", {
    id: "changes",
    label: label ?? "Recent changes",
    noun: "change",
    unsorted,
    fill: "",
  });
  if (!(next instanceof Table)) return;
  table.replaceWith(next);
  table = next;
}

/** @param {boolean} mayArchive devices */
function showDone(mayArchive) {
  table.columns = [...COLUMNS, undoColumn(mayArchive)];
  table.open = openChange;
  table.empty = () =>
    empty({
      icon: "history",
      heading: "No change of many rows yet",
      text: "Select several rows of the devices, products or routes, and choose what to change.",
    });
  table.source = ({ cursor, counted, limit, signal }) =>
    api.mass_change_service.list_mass_changes({ cursor, counted, limit }, { signal });
}

/**
 * @param {boolean} mayArchive devices
 * @returns {import("../../components/table/table.js").Column<MassChange>}
 */
const undoColumn = (mayArchive) => ({
  label: "Undo",
  width: "152px",
  phone: "end",
  cell: (change) => undoCell(change, mayArchive),
});

/** @param {MassChange} change @param {boolean} mayArchive devices */
function undoCell(change, mayArchive) {
  if (change.undone_at !== null) return status("idle", "Taken back");
  if (Date.parse(change.undo_until) < Date.now()) return unknown("More than ten minutes ago");
  if (change.kind === "device_archived" && !mayArchive)
    return unknown("An administrator may take this back");
  return h(
    "button",
    {
      class: "button plain",
      type: "button",
      onclick: () => takeBack(change, () => table.refresh()),
    },
    icon("undo-2"),
    "Undo",
  );
}

/** @param {MassChange} change */
function openChange(change) {
  const parts = h("cvd-table", { label: "What each was and became", noun: change.noun });
  openDialog({ heading: massLine(change), wide: true, content: [parts] });
  if (!(parts instanceof Table)) return;
  const value = (/** @type {MassPart["to"]} */ said) =>
    massValue(change.field, said, (id) => drivers.get(id) ?? `Driver ${id}`);
  parts.columns = [
    { label: "Which", phone: "title", cell: (/** @type {MassPart} */ { name }) => name },
    { label: "Was", width: "30%", cell: (/** @type {MassPart} */ { from }) => value(from) },
    {
      label: "Became",
      width: "30%",
      phone: "end",
      cell: (/** @type {MassPart} */ part) => value(part.to),
    },
  ];
  parts.empty = () =>
    empty({
      icon: "history",
      heading: "The parts are gone from here",
      text: "They are kept for 90 days. The audit log still has them.",
    });
  parts.source = ({ cursor, limit, signal }) =>
    api.mass_change_service.list_mass_change_parts(
      { mass_change_id: change.id, cursor, limit: Math.min(limit, 200) },
      { signal },
    );
}
