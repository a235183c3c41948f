/**
 * What happened at a device, newest first: visits, faults, tickets and moves in one line of time.
 * @module
 */
import { api, byId, dateTime, link } from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";
import { HAPPENED, happenedWords } from "../../words/history-words.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../words/history-words.js").Happened} Happened */

/** Where each is seen. @type {Record<Happened["kind"], (item: Happened) => string | null>} */
const ADDRESSES = {
  visit: ({ id, service_order_id }) => `/service-orders/${service_order_id}?visit_id=${id}`,
  faults: ({ id }) => `/dex/${id}`,
  ticket: ({ id }) => `/tickets/${id}`,
  move: () => null,
};

/** @param {import("../../page/page.js").Page} page */
export function historyTab(page) {
  const table = byId("history", Table);
  const mayOpen = page.may("dex_read_service.list_dex_reads");
  table.rowKey = ({ kind, id }) => `${kind} ${id}`;
  table.rowClass = ({ status }) => (status === "reversed" ? "muted" : "");
  table.columns = /** @type {import("../../components/table/table.js").Column<Happened>[]} */ ([
    { label: "When", width: "184px", phone: "end", cell: ({ at }) => dateTime(at) },
    { label: "What", width: "132px", phone: "title", cell: what },
    { label: "In words", cell: happenedWords },
    { label: "Who", width: "140px", cell: ({ username }) => username ?? "" },
  ]);
  table.empty = () =>
    empty({
      icon: "history",
      heading: "Nothing happened yet",
      text: "Visits, faults of its audits, tickets, notes and moves stand here, newest first.",
    });
  return (/** @type {Device} */ { id: device_id }) => {
    table.source = ({ cursor, limit, signal }) =>
      api.device_history_service.list_device_history({ device_id, cursor, limit }, { signal });
  };

  /** @param {Happened} item */
  function what(item) {
    const to = item.kind === "faults" && !mayOpen ? null : ADDRESSES[item.kind](item);
    return to ? link(to, HAPPENED[item.kind]) : HAPPENED[item.kind];
  }
}
