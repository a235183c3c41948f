/**
 * Changes of many rows that are planned for a later day, and what became of them.
 * @module
 */
import { api, date, fill, h, icon, time, unknown } from "../../page/page.js";
import { plannedLine } from "../../words/mass-words.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";
import { cancelPlanned } from "./mass-change.js";
import { previewTable, previewWords } from "./mass-preview.js";

/** @typedef {import("../../api.js").Schemas["PlannedChange"]} Planned */
/** @typedef {import("../../components/table/table.js").Table} Table */

/** @type {Record<Planned["state"], [import("../../components/status/status.js").Kind, string]>} */
const STATES = {
  planned: ["info", "Planned"],
  done: ["ok", "Took effect"],
  failed: ["bad", "Failed"],
  cancelled: ["idle", "Taken back"],
};

/** @type {import("../../components/table/table.js").Column<Planned>[]} */
const COLUMNS = [
  { label: "What", phone: "title", cell: plannedLine },
  { label: "From", width: "16%", cell: ({ from_on }) => date(from_on) },
  { label: "Who", width: "16%", cell: ({ username }) => username || unknown("Nobody is named") },
];

/** What is still to come. @param {Table} table */
export function showPlanned(table) {
  table.columns = [
    ...COLUMNS,
    { label: "Take back", width: "152px", phone: "end", cell: takeBackButton },
  ];
  table.open = openPlanned;
  table.empty = () =>
    empty({
      icon: "calendar",
      heading: "Nothing is planned",
      text: "A change of prices, or of one product for another, can wait for a day: choose it where you change many.",
    });
  table.source = ({ cursor, counted, limit, signal }) =>
    api.planned_change_service.list_planned_changes({ cursor, counted, limit }, { signal });
}

/** What took effect, failed or was taken back. @param {Table} table */
export function showEnded(table) {
  table.columns = [
    ...COLUMNS,
    { label: "When", width: "16%", cell: ({ ended_at }) => time(ended_at) },
    { label: "What became of it", width: "24%", phone: "end", cell: stateCell },
  ];
  table.open = null;
  table.empty = () =>
    empty({
      icon: "history",
      heading: "No planned change ended yet",
      text: "What takes effect on its day, fails or is taken back shows here.",
    });
  table.source = ({ cursor, counted, limit, signal }) =>
    api.planned_change_service.list_planned_changes(
      { ended: true, cursor, counted, limit },
      { signal },
    );
}

/** @param {Planned} planned */
const stateCell = ({ state, problem }) => [
  status(...STATES[state]),
  problem && h("span", { class: "small muted" }, ` ${problem}`),
];

/** @param {Planned} planned */
const takeBackButton = (planned) =>
  h(
    "button",
    {
      class: "button plain",
      type: "button",
      "aria-label": `Take back: ${plannedLine(planned)}`,
      onclick: () => cancelPlanned(planned),
    },
    icon("undo-2"),
    "Take back",
  );

/** What it would do if it were done now. @param {Planned} planned */
async function openPlanned(planned) {
  const { id: planned_change_id, from_on } = planned;
  const box = h("section", { class: "mass-preview", "aria-label": "Preview" });
  openDialog({
    heading: `${plannedLine(planned)}, from ${date(from_on)} on`,
    wide: true,
    content: [h("p", { class: "muted" }, "What it would do if it took effect now."), box],
  });
  try {
    const preview = await api.planned_change_service.get_planned_change_preview({
      planned_change_id,
    });
    fill(box, previewWords(preview), previewTable(preview, undefined));
  } catch (error) {
    fill(box, problemBox(error));
  }
}
