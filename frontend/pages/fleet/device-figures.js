/**
 * The figures of a machine, and what each is computed from.
 * @module
 */
import { approximate } from "../../components/estimate/estimate.js";
import {
  dateTime,
  days,
  h,
  isolated,
  link,
  money,
  number,
  percent,
  time,
  units,
  unknown,
} from "../../page/page.js";
import { stockEstimateWords } from "../../words/estimates.js";
import { stockOf } from "../../words/levels.js";
import { codeOf } from "../../words/slots.js";
import { estimatesWords, isEstimate, mark, NO_RATE } from "../../words/velocity.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["DeviceMetrics"]} Metrics */
/** @typedef {Metrics["slots"][number]} Slot */

const NO_STOCK = "No slot has a known quantity: count them, or fill to par on a visit";

/** @param {Metrics} figures @param {Device} device */
export const facts = (figures, device) =>
  h("dl", { class: "facts" }, ofStock(figures), ofSales(figures), ofThePast(figures, device));

/** What each figure is computed from, with the inputs of this device. @param {Metrics} figures */
export const explained = (figures) =>
  h(
    "details",
    { class: "how" },
    h("summary", null, "What these are computed from"),
    h("dl", null, stockLines(figures), salesLines(figures)),
  );

/** @param {string} label @param {import("../../page/page.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** @param {Metrics} figures */
function ofStock(figures) {
  const isKnown = figures.slots.some(({ quantity }) => quantity !== null);
  const stockWords = stockEstimateWords(figures);
  const { sold_out_slots: soldOut, probably_sold_out_slots: probably } = figures;
  const { lost_cents_per_day: lost, product_level_percent: level, units_to_par: toPar } = figures;
  const soldOutWords = approximate(
    `${number(soldOut)} of ${units(figures.slots.length, "slot")}`,
    probably > 0 && `${number(probably)} of them probably: ${stockWords}`,
  );
  const lostFigure = approximate(
    money(lost),
    probably > 0 && `${lostWords(figures)}; ${stockWords}`,
  );
  return [
    fact(
      "Sold out",
      isKnown ? h("span", { class: soldOut ? "bad" : null }, soldOutWords) : unknown(NO_STOCK),
    ),
    fact(
      "Lost a day",
      lost === null
        ? unknown(NO_STOCK)
        : h("span", { class: lost ? "bad" : null, "data-tip": lostWords(figures) }, lostFigure),
    ),
    fact(
      "Product level",
      level === null ? unknown(NO_STOCK) : approximate(percent(level), stockWords),
    ),
    fact(
      "Units to par",
      toPar === null ? unknown(NO_STOCK) : approximate(units(toPar), stockWords),
    ),
  ];
}

/** @param {Metrics} figures */
function ofSales(figures) {
  const velocityWords =
    figures.estimated_slots > 0 && estimatesWords(figures.estimated_slots, figures.slots.length);
  const reason = stockEstimateWords(figures) || velocityWords;
  const left = (/** @type {number | null} */ figure) =>
    figure === null ? unknown(NO_RATE) : approximate(days(figure), reason);
  const rate = figures.units_per_day;
  return [
    fact("Days left, worst", left(figures.days_of_inventory)),
    fact("Days left, median", left(figures.days_of_inventory_median)),
    fact(
      "Sells",
      rate === null ? unknown(NO_RATE) : approximate(`${number(rate, 1)} a day`, velocityWords),
    ),
  ];
}

/** @param {Metrics} figures @param {Device} device */
function ofThePast({ last_read_at, last_visit_at }, { id, unbooked_units }) {
  const tip =
    "In 30 days: audits that are held, and what the machine's total rose by beyond its selections";
  const unbooked = link(`/devices/${id}?tab=reads`, units(unbooked_units));
  return [
    fact("Last audit", time(last_read_at, "No audit has come in")),
    unbooked_units > 0 && fact("Counted, not booked", h("span", { "data-tip": tip }, unbooked)),
    fact("Last visit", time(last_visit_at, "Never visited")),
  ];
}

/** What the lost money is. @param {Metrics} figures */
const lostWords = ({ lost_without_cost_slots: unpriced }) =>
  "Units a day × (price − cost) of what is sold out" +
  (unpriced > 0 ? `; the whole price at ${units(unpriced, "slot")} whose cost is not known` : "");

/** @param {string} term @param {string} text */
const line = (term, text) => [h("dt", null, term), h("dd", null, text)];

/** @param {Metrics} figures */
function stockLines(figures) {
  const { slots, estimated_stock_slots, unknown_slots, low_slots } = figures;
  const known = slots.filter(({ quantity }) => quantity !== null);
  const stockWords = stockEstimateWords(figures);
  const sum = (/** @type {(slot: Slot) => number | null} */ of) =>
    known.reduce((total, slot) => total + (of(slot) ?? 0), 0);
  return [
    line(
      "Sold out",
      "Slots that hold a product and whose quantity is known to be 0. " +
        `${units(known.length, "slot")} known, ${number(unknown_slots)} unknown, ` +
        `${number(low_slots)} low (a quarter of par or less, or it lacks something and ` +
        "lasts less than two days).",
    ),
    stockWords &&
      line(
        "Stock",
        `${stockWords}. An estimate begins a day after the last count, fill or read, ` +
          "never falls below 0, and ends with the next one; the stock ledger holds facts only.",
      ),
    line(
      "Lost a day",
      "Units a day × (price − cost) of each selection that is sold out, by estimate too. " +
        "Without a cost the whole price counts.",
    ),
    line(
      "Product level",
      `${mark(estimated_stock_slots > 0)}${number(sum(stockOf))} units in stock ÷ ` +
        `${number(sum(({ par_level }) => par_level))} at par, over the slots whose quantity ` +
        "is known.",
    ),
    line(
      "Units to par",
      "Per slot what is missing to par, never less than 0, summed up: what a visit would load.",
    ),
  ];
}

/** @param {Metrics} figures */
function salesLines({ slots, units_per_day, estimated_slots, last_read_at }) {
  const [worst] = slots
    .filter(({ days_of_inventory }) => days_of_inventory !== null)
    .toSorted((a, b) => (a.days_of_inventory ?? 0) - (b.days_of_inventory ?? 0));
  const before = last_read_at ? ` before the read of ${dateTime(last_read_at)}` : "";
  const estimates =
    estimated_slots > 0
      ? ` ${estimatesWords(estimated_slots, slots.length)}, marked ≈: the mean of the product on ` +
        "similar machines (same type, same kind of place), or else in the fleet, as of the last " +
        "read, visit or rearrangement here."
      : "";
  return [
    line(
      "Sells",
      units_per_day === null
        ? NO_RATE
        : `Units sold ÷ days in stock, over 28 days${before} (at least two intervals between ` +
            "reads), summed over the slots. Time in which a slot was known to be sold out is " +
            "left out. Without audits, what visits found and filled tells it." +
            estimates,
    ),
    line("Days left", worst ? lastingWords(worst) : NO_RATE),
  ];
}

/** @param {Slot} worst */
const lastingWords = (worst) =>
  `Stock ÷ units sold a day, per selection. Worst: ${isolated(codeOf(worst))} ` +
  `(${isolated(worst.product_name ?? "")}) with ` +
  `${mark(worst.estimated_quantity !== null)}${units(stockOf(worst))} at ` +
  `${mark(isEstimate(worst.units_per_day_basis))}${number(worst.units_per_day, 2)} ` +
  "a day. The median is the selection in the middle.";
