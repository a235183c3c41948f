/**
 * The slots of a cabinet in a table: what is in each, how long it lasts, and what it lacks.
 * @module
 */
import { openDialog } from "../../components/dialog/dialog.js";
import { endingMark } from "../../components/ending/ending.js";
import { approximate } from "../../components/estimate/estimate.js";
import { level, stateStatus } from "../../components/level/level.js";
import { Table } from "../../components/table/table.js";
import { days, h, isolated, money, number, setParams, units, unknown } from "../../page/page.js";
import { sortedBy } from "../../page/sorting.js";
import { slotEstimateWords } from "../../words/estimates.js";
import { stockOf } from "../../words/levels.js";
import { codeOf } from "../../words/slots.js";
import { basisWords, isEstimate, NO_RATE } from "../../words/velocity.js";
import { stockMoves } from "./device-stock.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["SlotMetrics"]} Slot */
/** @typedef {Slot & {place: number, need: number, share: number | null}} Row */
/** @typedef {Device["cabinets"][number]} Cabinet */

/**
 * @param {import("../../page/page.js").Page} page
 * @param {Cabinet} cabinet
 * @param {Slot[]} slots
 */
export function slotTable(page, cabinet, slots) {
  const rows = slots.map((slot, place) => ({
    ...slot,
    place,
    need: needOf(slot),
    share: shareOf(slot),
  }));
  const table = new Table();
  table.setAttribute("label", `Slots of cabinet ${cabinet.position}`);
  table.setAttribute("noun", "slot");
  table.rowKey = ({ slot_id }) => slot_id;
  table.columns = COLUMNS;
  const show = () => {
    table.sort = page.params.slots ?? "need";
    table.rows = sortedBy(rows, table.sort);
  };
  table.addEventListener("sort", (event) => {
    setParams({ slots: /** @type {CustomEvent} */ (event).detail });
    show();
  });
  if (page.may("stock_service.list_stock_moves")) table.open = openMoves;
  show();
  return table;
}

/** @param {Slot} slot */
function openMoves(slot) {
  openDialog({
    heading: `Stock of ${isolated(codeOf(slot))}, ${isolated(slot.product_name ?? "")}`,
    wide: true,
    content: [stockMoves(slot.slot_id)],
  });
}

/**
 * Sold out first, then what lasts shortest, then the emptiest, what is not known last.
 * @param {Slot} slot
 */
function needOf(slot) {
  const stock = stockOf(slot);
  if (stock === null) return 1e9;
  if (stock === 0) return -1;
  return slot.days_of_inventory ?? 1e6 + stock / Math.max(1, slot.par_level);
}

/** @param {Slot} slot */
function shareOf(slot) {
  const stock = stockOf(slot);
  return stock === null || slot.par_level === 0 ? null : stock / slot.par_level;
}

/** @type {import("../../components/table/table.js").Column<Row>[]} */
const COLUMNS = [
  {
    label: "Slot",
    sort: "place",
    width: "88px",
    phone: "title",
    cell: (slot) => [
      h("strong", null, codeOf(slot)),
      slot.selection !== null &&
        slot.selection !== slot.label &&
        h("span", { class: "muted" }, ` at ${slot.label}`),
    ],
  },
  {
    label: "Product",
    cell: ({ product_id, product_name, product_archived_at, sells_out_at }) => [
      h("a", { href: `/#/products/${product_id}`, "data-own": true }, product_name),
      endingMark(product_archived_at, sells_out_at),
    ],
  },
  {
    label: "State",
    sort: "need",
    order: "ascending",
    width: "168px",
    phone: "end",
    cell: ({ state, estimated_quantity }) => stateStatus(state, estimated_quantity !== null),
  },
  {
    label: "Level",
    sort: "share",
    width: "176px",
    cell: (slot) =>
      h(
        "span",
        {
          class: "slot-level",
          "data-tip": slot.estimated_quantity === null ? null : slotEstimateWords(slot),
        },
        level(slot, { words: true }),
      ),
  },
  {
    label: "Sells",
    sort: "units_per_day",
    number: true,
    width: "112px",
    phone: "hide",
    cell: sells,
  },
  {
    label: "Lasts",
    sort: "days_of_inventory",
    number: true,
    width: "88px",
    phone: "hide",
    cell: (slot) =>
      slot.days_of_inventory === null
        ? unknown(lastsReason(slot))
        : approximate(
            days(slot.days_of_inventory),
            slot.estimated_quantity !== null
              ? slotEstimateWords(slot)
              : isEstimate(slot.units_per_day_basis) && basisWords(slot.units_per_day_basis),
          ),
  },
  {
    label: "To par",
    sort: "units_to_par",
    number: true,
    width: "96px",
    phone: "hide",
    cell: (slot) =>
      slot.units_to_par === null
        ? unknown("Quantity unknown")
        : approximate(
            units(slot.units_to_par),
            slot.estimated_quantity !== null && slotEstimateWords(slot),
          ),
  },
  {
    label: "Lost a day",
    sort: "lost_cents_per_day",
    number: true,
    width: "96px",
    phone: "hide",
    cell: lostOf,
  },
];

/** @param {Slot} slot */
function lostOf({ lost_cents_per_day: lost, lost_without_cost, state }) {
  if (state === "unknown") return unknown("Quantity unknown");
  if (lost === 0)
    return h(
      "span",
      { class: "muted" },
      state === "sold_out"
        ? unknown("Nobody knows what it would sell, or another slot of its selection still sells")
        : "none",
    );
  return h(
    "span",
    {
      class: "bad",
      "data-tip": lost_without_cost
        ? "Units a day × price: its cost is not known"
        : "Units a day × (price − cost)",
    },
    money(lost),
  );
}

/** @param {Slot} slot */
function sells({ units_per_day, units_per_day_basis: basis }) {
  if (units_per_day === null) return unknown(NO_RATE);
  const figure = `${number(units_per_day, 2)} a day`;
  return isEstimate(basis)
    ? approximate(figure, basisWords(basis))
    : h("span", { "data-tip": basisWords(basis) }, figure);
}

/** @param {Slot} slot */
const lastsReason = ({ quantity, units_per_day }) =>
  quantity === null ? "Quantity unknown" : units_per_day === null ? NO_RATE : "It does not sell";
