/**
 * A device's figures with what they are computed from, what is wrong with it, and its slots by level.
 * @module
 */
import { api, byId, dateTime, days, fill, h, icon, isolated, link, money, number, percent, setParams, time, units, unknown } from "../modules/page.js";
import { inTurn } from "../modules/in-turn.js";
import { sortedBy } from "../modules/sales.js";
import { codeOf } from "../modules/fills.js";
import { NO_RATE, approximate, basisWords, estimatesWords, isEstimate, mark } from "../modules/velocity.js";
import { slotEstimateWords, stockEstimateWords } from "../modules/estimates.js";
import { stateStatus, stockOf } from "../modules/levels.js";
import { openDialog } from "../components/dialog/dialog.js";
import { empty } from "../components/empty/empty.js";
import { level } from "../components/level/level.js";
import { endingMark } from "../modules/ending.js";
import { menu } from "../components/menu/menu.js";
import { status } from "../components/status/status.js";
import { Table } from "../components/table/table.js";
import { stockMoves } from "./device-stock.js";

/** @typedef {import("../api.js").Schemas["Device"]} Device */
/** @typedef {import("../api.js").Schemas["DeviceMetrics"]} Metrics */
/** @typedef {import("../api.js").Schemas["SlotMetrics"]} Slot */
/** @typedef {Slot & {place: number, need: number, share: number | null}} Row */
/** @typedef {Device["cabinets"][number]} Cabinet */

const NO_STOCK = "No slot has a known quantity: count them, or fill to par on a visit";

/** @param {import("../modules/page.js").Page} page @param {{removeCabinet: (cabinet: Cabinet) => void, addCabinet: () => void}} acts */
export function overviewTab(page, { removeCabinet, addCabinet }) {
  const mayChange = page.may("planogram_service.update_planogram");
  const mayRemove = page.may("device_service.delete_cabinet");
  const mayAdd = page.may("device_service.create_cabinet");
  const maySeeMoves = page.may("stock_service.list_stock_moves");

  return inTurn(async (/** @type {Device} */ device) => {
    const figures = await api.metrics_service.get_device_metrics({ device_id: device.id });
    fill(byId("figures"), facts(figures, device), explained(figures));
    const warnings = [faults(figures), priceDifferences(device, figures)].filter(Boolean);
    byId("warnings").hidden = warnings.length === 0;
    fill(byId("warnings"), warnings);
    fill(byId("cabinets"), device.cabinets.length === 0
      ? empty({ icon: "layout-grid", heading: "No cabinet yet", text: mayAdd ? "A cabinet has the slots that hold the products." : "A cabinet has the slots that hold the products. A manager adds it.", action: mayAdd && h("button", { class: "button", type: "button", onclick: addCabinet }, icon("plus"), "Add a cabinet") })
      : device.cabinets.map((cabinet) => cabinetSection(device, cabinet, figures.slots.filter(({ cabinet_id }) => cabinet_id === cabinet.id))));
  });

  /** @param {Device} device @param {Cabinet} cabinet @param {Slot[]} slots */
  function cabinetSection(device, cabinet, slots) {
    const planogram = `/devices/${device.id}/planogram?cabinet=${cabinet.position}`;
    return h("section", { class: "section" },
      h("header", null, h("h2", null, device.cabinets.length > 1 ? `Cabinet ${cabinet.position}` : "Slots"),
        h("span", { class: "count" }, `${cabinet.rows} × ${cabinet.columns}, ${units(slots.length, "slot")} with a product`),
        h("span", { class: "end bar" }, link(planogram, "Planogram"), mayRemove && menu(`More about cabinet ${cabinet.position}`, [{ label: "Remove cabinet", icon: "trash-2", danger: true, run: () => removeCabinet(cabinet) }]))),
      slots.length > 0 ? slotTable(cabinet, slots) : empty({
        icon: "grid-3x3",
        heading: "No slot holds a product",
        text: mayChange ? "Arrange the products by hand, or take them over from an audit." : "A manager arranges the products.",
        action: mayChange && h("a", { class: "button", href: `/#${planogram}` }, "Arrange products"),
      }));
  }

  /** @param {Cabinet} cabinet @param {Slot[]} slots */
  function slotTable(cabinet, slots) {
    const rows = slots.map((slot, place) => ({ ...slot, place, need: needOf(slot), share: shareOf(slot) }));
    const table = new Table();
    table.setAttribute("label", `Slots of cabinet ${cabinet.position}`);
    table.setAttribute("noun", "slot");
    table.rowKey = ({ slot_id }) => slot_id;
    table.columns = slotColumns();
    const show = () => {
      table.sort = page.params.slots ?? "need";
      table.rows = sortedBy(rows, table.sort);
    };
    table.addEventListener("sort", (event) => {
      setParams({ slots: /** @type {CustomEvent} */ (event).detail });
      show();
    });
    if (maySeeMoves) table.open = (/** @type {Row} */ slot) => {
      openDialog({ heading: `Stock of ${isolated(codeOf(slot))}, ${isolated(slot.product_name ?? "")}`, wide: true, content: [stockMoves(slot.slot_id)] });
    };
    show();
    return table;
  }
}

/** Sold out first, then what lasts shortest, then the emptiest, what is not known last. @param {Slot} slot */
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

/** @returns {import("../components/table/table.js").Column<Row>[]} */
const slotColumns = () => [
  { label: "Slot", sort: "place", width: "88px", phone: "title", cell: (slot) => [h("strong", null, codeOf(slot)), slot.selection !== null && slot.selection !== slot.label && h("span", { class: "muted" }, ` at ${slot.label}`)] },
  { label: "Product", cell: ({ product_id, product_name, product_archived_at, sells_out_at }) => [h("a", { href: `/#/products/${product_id}`, "data-own": true }, product_name), endingMark(product_archived_at, sells_out_at)] },
  { label: "State", sort: "need", order: "ascending", width: "168px", phone: "end", cell: ({ state, estimated_quantity }) => stateStatus(state, estimated_quantity !== null) },
  { label: "Level", sort: "share", width: "176px", cell: (slot) => h("span", { class: "slot-level", "data-tip": slot.estimated_quantity === null ? null : slotEstimateWords(slot) }, level(slot, { words: true })) },
  { label: "Sells", sort: "units_per_day", number: true, width: "112px", phone: "hide", cell: sells },
  { label: "Lasts", sort: "days_of_inventory", number: true, width: "88px", phone: "hide", cell: (slot) => (slot.days_of_inventory === null ? unknown(lastsReason(slot)) : approximate(days(slot.days_of_inventory), slot.estimated_quantity !== null ? slotEstimateWords(slot) : isEstimate(slot.units_per_day_basis) && basisWords(slot.units_per_day_basis))) },
  { label: "To par", sort: "units_to_par", number: true, width: "96px", phone: "hide", cell: (slot) => (slot.units_to_par === null ? unknown("Quantity unknown") : approximate(units(slot.units_to_par), slot.estimated_quantity !== null && slotEstimateWords(slot))) },
  { label: "Lost a day", sort: "lost_cents_per_day", number: true, width: "96px", phone: "hide", cell: lostOf },
];

/** @param {Slot} slot */
function lostOf({ lost_cents_per_day: lost, lost_without_cost, state }) {
  if (state === "unknown") return unknown("Quantity unknown");
  if (lost === 0) return h("span", { class: "muted" }, state === "sold_out" ? unknown("Nobody knows what it would sell, or another slot of its selection still sells") : "none");
  return h("span", { class: "bad", "data-tip": lost_without_cost ? "Units a day × price: its cost is not known" : "Units a day × (price − cost)" }, money(lost));
}

/** @param {Slot} slot */
function sells({ units_per_day, units_per_day_basis: basis }) {
  if (units_per_day === null) return unknown(NO_RATE);
  const figure = `${number(units_per_day, 2)} a day`;
  return isEstimate(basis) ? approximate(figure, basisWords(basis)) : h("span", { "data-tip": basisWords(basis) }, figure);
}

/** @param {Slot} slot */
const lastsReason = ({ quantity, units_per_day }) => (quantity === null ? "Quantity unknown" : units_per_day === null ? NO_RATE : "It does not sell");

/** @param {Metrics} figures @param {Device} device */
function facts(figures, { id, unbooked_units }) {
  const isKnown = figures.slots.some(({ quantity }) => quantity !== null);
  const stockWords = stockEstimateWords(figures);
  const velocityWords = figures.estimated_slots > 0 && estimatesWords(figures.estimated_slots, figures.slots.length);
  const reason = stockWords || velocityWords;
  const probably = figures.probably_sold_out_slots;
  const lost = figures.lost_cents_per_day;
  const fact = (/** @type {string} */ label, /** @type {import("../modules/page.js").Child} */ value) => h("div", null, h("dt", null, label), h("dd", null, value));
  return h("dl", { class: "facts" },
    fact("Sold out", isKnown ? h("span", { class: figures.sold_out_slots ? "bad" : null }, approximate(`${number(figures.sold_out_slots)} of ${units(figures.slots.length, "slot")}`, probably > 0 && `${number(probably)} of them probably: ${stockWords}`)) : unknown(NO_STOCK)),
    fact("Lost a day", lost === null ? unknown(NO_STOCK) : h("span", { class: lost ? "bad" : null, "data-tip": lostWords(figures) }, approximate(money(lost), probably > 0 && `${lostWords(figures)}; ${stockWords}`))),
    fact("Product level", figures.product_level_percent === null ? unknown(NO_STOCK) : approximate(percent(figures.product_level_percent), stockWords)),
    fact("Units to par", figures.units_to_par === null ? unknown(NO_STOCK) : approximate(units(figures.units_to_par), stockWords)),
    fact("Days left, worst", figures.days_of_inventory === null ? unknown(NO_RATE) : approximate(days(figures.days_of_inventory), reason)),
    fact("Days left, median", figures.days_of_inventory_median === null ? unknown(NO_RATE) : approximate(days(figures.days_of_inventory_median), reason)),
    fact("Sells", figures.units_per_day === null ? unknown(NO_RATE) : approximate(`${number(figures.units_per_day, 1)} a day`, velocityWords)),
    fact("Last audit", time(figures.last_read_at, "No audit has come in")),
    unbooked_units > 0 && fact("Counted, not booked", h("span", { "data-tip": "In 30 days: audits that are held, and what the machine's total rose by beyond its selections" }, link(`/devices/${id}?tab=reads`, units(unbooked_units)))),
    fact("Last visit", time(figures.last_visit_at, "Never visited")));
}

/** What the lost money is. @param {Metrics} figures */
const lostWords = ({ lost_without_cost_slots: unpriced }) => `Units a day × (price − cost) of what is sold out${unpriced > 0 ? `; the whole price at ${units(unpriced, "slot")} whose cost is not known` : ""}`;

/** What each figure is computed from, with the inputs of this device. @param {Metrics} figures */
function explained({ slots, estimated_stock_slots, stock_known_at, unknown_slots, low_slots, units_per_day, estimated_slots, last_read_at }) {
  const known = slots.filter(({ quantity }) => quantity !== null);
  const stockWords = stockEstimateWords({ estimated_stock_slots, stock_known_at });
  const sum = (/** @type {(slot: Slot) => number | null} */ of) => known.reduce((total, slot) => total + (of(slot) ?? 0), 0);
  const lasting = slots.filter(({ days_of_inventory }) => days_of_inventory !== null).toSorted((a, b) => (a.days_of_inventory ?? 0) - (b.days_of_inventory ?? 0));
  const worst = lasting[0];
  const line = (/** @type {string} */ term, /** @type {string} */ text) => [h("dt", null, term), h("dd", null, text)];
  return h("details", { class: "how" }, h("summary", null, "What these are computed from"), h("dl", null,
    line("Sold out", `Slots that hold a product and whose quantity is known to be 0. ${units(known.length, "slot")} known, ${number(unknown_slots)} unknown, ${number(low_slots)} low (a quarter of par or less, or it lacks something and lasts less than two days).`),
    stockWords && line("Stock", `${stockWords}. An estimate begins a day after the last count, fill or read, never falls below 0, and ends with the next one; the stock ledger holds facts only.`),
    line("Lost a day", "Units a day × (price − cost) of each selection that is sold out, by estimate too. Without a cost the whole price counts."),
    line("Product level", `${mark(estimated_stock_slots > 0)}${number(sum(stockOf))} units in stock ÷ ${number(sum(({ par_level }) => par_level))} at par, over the slots whose quantity is known.`),
    line("Units to par", "Per slot what is missing to par, never less than 0, summed up: what a visit would load."),
    line("Sells", units_per_day === null ? NO_RATE : `Units sold ÷ days in stock, over 28 days${last_read_at ? ` before the read of ${dateTime(last_read_at)}` : ""} (at least two intervals between reads), summed over the slots. Time in which a slot was known to be sold out is left out. Without audits, what visits found and filled tells it.${estimated_slots > 0 ? ` ${estimatesWords(estimated_slots, slots.length)}, marked ≈: the mean of the product on similar machines (same type, same kind of place), or else in the fleet, as of the last read, visit or rearrangement here.` : ""}`),
    line("Days left", worst ? `Stock ÷ units sold a day, per selection. Worst: ${isolated(codeOf(worst))} (${isolated(worst.product_name ?? "")}) with ${mark(worst.estimated_quantity !== null)}${units(stockOf(worst))} at ${mark(isEstimate(worst.units_per_day_basis))}${number(worst.units_per_day, 2)} a day. The median is the selection in the middle.` : NO_RATE)));
}

/** @param {Metrics} figures */
const faults = ({ faults: found }) => found.length > 0 && h("section", { class: "section" },
  h("header", null, h("h2", null, "Faults"), h("span", { class: "count" }, number(found.length))),
  h("ul", { class: "rows" }, found.map(({ code, meaning }) => h("li", null, status("bad", meaning), h("code", { class: "muted" }, code)))));

/** @param {Device} device @param {Metrics} figures */
const priceDifferences = (device, { price_differences: found }) => found.length > 0 && h("section", { class: "section" },
  h("header", null, h("h2", null, "Price differs from the machine"), h("span", { class: "count" }, number(found.length)), h("span", { class: "end small" }, link(`/devices/${device.id}/planogram?view=price`, "Compare in the planogram"))),
  h("table", { class: "table" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Slot"), h("th", { scope: "col", class: "number" }, "Planogram"), h("th", { scope: "col", class: "number" }, "Machine"))),
    h("tbody", null, found.map(({ label, price_cents, machine_price_cents }) => h("tr", null, h("td", null, label), h("td", { class: "number" }, money(price_cents)), h("td", { class: "number warn" }, money(machine_price_cents)))))));
