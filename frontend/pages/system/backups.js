import { api, byId, dateTime, fill, h, number, onChanged, start, time } from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { Exports } from "../../components/exports/exports.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { backupHint } from "./backup-hint.js";

/** @typedef {import("../../api.js").Schemas["Backup"]} Backup */

const MIB = 2 ** 20;
const table = byId("backups", Table);

/** @type {import("../../components/table/table.js").Column<Backup>[]} */
const COLUMNS = [
  { label: "Made", phone: "title", width: "28%", cell: madeOf },
  {
    label: "Kind",
    width: "22%",
    cell: ({ kind }) => (kind === "daily" ? "Everything, nightly" : "What was new"),
  },
  {
    label: "Verified",
    phone: "end",
    cell: ({ kind }) =>
      kind === "daily"
        ? status("ok", "Restored and compared")
        : status("ok", "Read back", "What it added was read back and compared"),
  },
  {
    label: "Database",
    width: "140px",
    number: true,
    phone: "hide",
    cell: ({ bytes }) => `${number(Math.ceil(bytes / MIB))} MiB`,
  },
];

/** To the minute as `flask restore --at` takes it, and how long ago. @param {Backup} backup */
function madeOf({ made_at }) {
  return [dateTime(made_at), h("span", { class: "muted" }, " ", time(made_at))];
}

start(() => {
  table.columns = COLUMNS;
  table.empty = () =>
    empty({
      icon: "archive",
      heading: "No backups",
      text: "Each is listed here once it was made and verified.",
    });
  table.source = async ({ signal }) => {
    const { state, items } = await api.backup_service.list_backups({}, { signal });
    byId("state").hidden = false;
    fill(
      byId("state"),
      backupHint(
        state.problem ??
          (state.place &&
            `Kept at ${state.place}, ${state.encrypted ? "encrypted" : "not encrypted"}.`) ??
          "Backups are made by hand only.",
        state.problem !== null,
      ),
    );
    return { items: items.map((item) => ({ ...item, id: item.name })), next_cursor: null };
  };
  onChanged(["job", "everything"], () => table.refresh());
  byId("everything").onclick = () => byId("archives", Exports).takeEverything();
});
