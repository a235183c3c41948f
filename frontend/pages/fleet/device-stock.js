/**
 * The ledger of one slot: why there is in it what there is.
 * @module
 */
import { api, change, dateTime, link, units } from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["StockMove"]} Move */

/** @type {Record<Move["reason"], string>} */
const REASONS = {
  sale: "Sold",
  fill: "Filled",
  removal: "Removed",
  count: "Counted",
  planogram: "Set in the planogram",
  reversal: "Visit reversed",
  unexplained: "Unexplained",
};
/** @type {Record<Move["source"]["kind"], (id: number) => import("../../page/page.js").Child>} */
const SOURCES = {
  dex_read: (id) => link(`/dex/${id}`, "Audit"),
  planogram: () => "Planogram",
  visit: () => "Visit",
};

/** @param {number} slot_id */
export function stockMoves(slot_id) {
  const table = new Table();
  table.setAttribute("label", "Stock moves");
  table.setAttribute("noun", "move");
  table.columns = /** @type {import("../../components/table/table.js").Column<Move>[]} */ ([
    { label: "When", phone: "detail", cell: ({ occurred_at }) => dateTime(occurred_at) },
    { label: "Why", phone: "title", cell: ({ reason }) => REASONS[reason] },
    {
      label: "Change",
      number: true,
      width: "88px",
      phone: "end",
      cell: ({ quantity }) => change(quantity),
    },
    { label: "Then", number: true, width: "96px", cell: ({ balance }) => units(balance) },
    { label: "From", width: "104px", cell: ({ source }) => SOURCES[source.kind](source.id) },
  ]);
  table.empty = () =>
    empty({
      icon: "history",
      heading: "Nothing moved yet",
      text: "Counts, fills, visits and sales appear here.",
    });
  table.source = ({ cursor, limit, signal }) =>
    api.stock_service.list_stock_moves({ slot_id, cursor, limit }, { signal });
  return table;
}
