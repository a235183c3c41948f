/**
 * The columns of the route board, and the order of its rows.
 * @module
 */
import { days, h, isolated, link, money, number, time, units, unknown } from "../../page/page.js";
import { stockEstimateWords } from "../../words/estimates.js";
import { NO_RATE, estimatesWords, mark } from "../../words/velocity.js";
import { approximate } from "../../components/estimate/estimate.js";
import { levelPercent } from "../../components/level/level.js";
import { ofDay } from "../../words/order-words.js";
import { offered } from "./route-board-choice.js";

/** @typedef {import("./route-board-choice.js").Row} Row */
/** @typedef {import("./route-board-choice.js").Cabinet} Cabinet */
/** @typedef {import("./route-board-choice.js").Choice} Choice */

/**
 * @param {Choice | null} choice null for who only looks
 * @returns {import("../../components/table/table.js").Column<Row>[]}
 */
export function columns(choice) {
  return [
    {
      label: "Machine",
      sort: "asset",
      phone: "title",
      cell: (row) => [
        link(`/devices/${row.device_id}`, row.asset),
        h("span", { class: "place" }, row.location_name ?? row.name),
      ],
    },
    {
      label: "Last audit",
      sort: "last_read_at",
      width: "92px",
      cell: ({ last_read_at }) => [word("Audit "), time(last_read_at, "No audit has come in")],
    },
    {
      label: "Sold out",
      sort: "sold_out_slots",
      number: true,
      width: "104px",
      cell: (row) => h("span", { class: "two-lines" }, soldOut(row), lost(row)),
    },
    {
      label: "Days left",
      sort: "days_of_inventory",
      number: true,
      width: "112px",
      cell: inventory,
    },
    {
      label: "Level",
      sort: "product_level_percent",
      width: "112px",
      cell: (row) => h("span", { "data-tip": stockEstimateWords(row) || null }, levelPercent(row)),
    },
    {
      label: "To par",
      sort: "units_to_par",
      number: true,
      width: "60px",
      phone: "end",
      cell: (row) =>
        row.units_to_par === null
          ? unknown("No slot has a known quantity")
          : [approximate(number(row.units_to_par), stockEstimateWords(row)), word(" to par")],
    },
    {
      label: "Last visit",
      sort: "last_visit_at",
      width: "92px",
      cell: ({ last_visit_at }) => [word("Visited "), time(last_visit_at, "No visit recorded")],
    },
    {
      label: choice ? "Units to load" : "Order",
      width: choice ? "208px" : "150px",
      cell: (row) =>
        h(
          "span",
          { class: "cabinets", "data-own": true },
          choice && offered(row).map((cabinet) => cabinetButton(row, cabinet, choice)),
          openOrders(row),
        ),
    },
  ];
}

/** Said on a phone, where there is no heading. @param {string} text */
const word = (text) => h("span", { class: "word" }, text);

/** @param {Row} row */
function soldOut(row) {
  const { sold_out_slots, probably_sold_out_slots: probably } = row;
  if (sold_out_slots === null) return unknown("No slot has a known quantity");
  const words =
    probably > 0
      ? `${number(probably)} of ${number(sold_out_slots)} probably. ${stockEstimateWords(row)}`
      : "";
  return h(
    "span",
    { class: sold_out_slots > 0 ? "sold-out" : null },
    approximate(number(sold_out_slots), words),
    word(" sold out"),
  );
}

/** @param {Row} row */
function lost({
  lost_cents_per_day: cents,
  lost_without_cost_slots: unpriced,
  probably_sold_out_slots: probably,
}) {
  if (!cents) return null;
  const words =
    "Units a day × (price − cost) of what is sold " +
    `out${unpriced > 0 ? `; the whole price at ${units(unpriced, "slot")} without a known cost` : ""}`;
  return h(
    "span",
    { class: "pair", "data-tip": words },
    mark(probably > 0),
    `${money(cents)} a day`,
    h("span", { class: "visually-hidden" }, " lost"),
  );
}

/** @param {Row} row */
function inventory(row) {
  const { days_of_inventory, days_of_inventory_median, estimated_slots } = row;
  if (days_of_inventory === null) return unknown(NO_RATE);
  const reason =
    stockEstimateWords(row) || (estimated_slots > 0 && estimatesWords(estimated_slots));
  const words =
    `Worst slot ${days(days_of_inventory)}, median ` +
    `${days(days_of_inventory_median)}${reason ? `: ${reason}` : ""}`;
  return h(
    "span",
    { class: "two-lines", "data-tip": words },
    h("span", null, mark(Boolean(reason)), h("b", null, days(days_of_inventory)), " worst"),
    h("span", { class: "pair" }, `${days(days_of_inventory_median)} median`),
  );
}

/** @param {Row} row @param {Cabinet} cabinet @param {Choice} choice */
function cabinetButton(row, cabinet, choice) {
  const isUnknown = cabinet.unknown_slots > 0;
  const place = row.cabinets.length > 1 ? `Cab. ${cabinet.position}: ` : "";
  const amount =
    isUnknown && cabinet.units_to_par === 0
      ? "count"
      : `${place ? number(cabinet.units_to_par) : units(cabinet.units_to_par)}${isUnknown ? " +?" : ""}`;
  const words =
    `${units(cabinet.units_to_par)} to ` +
    `par${isUnknown ? `, ${units(cabinet.unknown_slots, "slot")} unknown` : ""}`;
  return h(
    "button",
    {
      class: "button cabinet",
      type: "button",
      tabindex: -1,
      "aria-pressed": String(choice.has(row, cabinet)),
      dataset: { cabinet: String(cabinet.id) },
      "data-tip": words,
      onclick: () => choice.toggle(row, cabinet),
    },
    place,
    amount,
    h(
      "span",
      { class: "visually-hidden" },
      `${place ? " units" : ""} for cabinet ${cabinet.position} of ${isolated(row.asset)}`,
    ),
  );
}

/**
 * Which cabinets are chosen, without drawing the rows again.
 * @param {HTMLElement} table
 * @param {Choice} choice
 */
export function markCabinets(table, choice) {
  const chosen = new Set(choice.ids.map(String));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (
    table.querySelectorAll("[data-cabinet]")
  )) {
    button.ariaPressed = String(chosen.has(button.dataset.cabinet ?? ""));
  }
}

/** The open orders that hold a cabinet of the machine. @param {Row} row */
function openOrders({ cabinets }) {
  const orders = new Set(
    cabinets.flatMap(({ open_service_order_id }) => open_service_order_id ?? []),
  );
  return [...orders].map((order) => {
    const held = cabinets
      .filter(({ open_service_order_id }) => open_service_order_id === order)
      .map(({ position }) => position);
    const which =
      cabinets.length === 1
        ? "In"
        : held.length === 1
          ? `Cabinet ${held[0]} in`
          : `Cabinets ${held.join(", ")} in`;
    const on =
      cabinets.find(({ open_service_order_id }) => open_service_order_id === order)
        ?.open_service_order_on ?? null;
    return h(
      "a",
      {
        class: "chip cabinet is-on",
        href: `/#/service-orders/${order}`,
        "data-tip": `${which} order ${order} ${ofDay(on)}, not visited yet`,
      },
      `#${order}`,
    );
  });
}

/**
 * @param {Row[]} rows worst first
 * @param {string} sort a property, descending with a minus; nothing leaves them so
 */
export function sorted(rows, sort) {
  const name = /** @type {keyof Row} */ (sort.replace(/^-/, ""));
  if (!sort || !rows[0] || !(name in rows[0])) return rows;
  const sign = sort.startsWith("-") ? -1 : 1;
  const known = rows.filter((row) => row[name] !== null);
  const absent = rows.filter((row) => row[name] === null);
  known.sort((one, other) => sign * compare(one[name], other[name]));
  // A machine that never reported or was never visited is the oldest; any other unknown figure
  // comes last.
  return name.endsWith("_at") && sign > 0 ? [...absent, ...known] : [...known, ...absent];
}

/** @param {any} one @param {any} other */
const compare = (one, other) =>
  typeof one === "string" ? one.localeCompare(other, undefined, { numeric: true }) : one - other;
