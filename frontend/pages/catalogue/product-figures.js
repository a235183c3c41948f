/**
 * A product in figures: what it is, how much of it there is, and how it sells.
 * @module
 */
import { date, days, h, icon, isolated, money, number, units, unknown } from "../../page/page.js";
import { approximate } from "../../components/estimate/estimate.js";
import { estimatesWords, NO_RATE } from "../../words/velocity.js";

/** @typedef {import("../../api.js").Schemas["ProductOverview"]} Overview */
/** @typedef {import("../../api.js").Schemas["Product"]} Product */

/** @param {Overview} overview */
export const figuresOf = (overview) => [
  about(overview.product),
  h("dl", { class: "facts" }, stockFacts(overview), salesFacts(overview), priceFacts(overview)),
  overview.product.archived_at && archivedNote(overview),
];

/** @param {Product} product */
function about({ sku, category, case_size, cost_cents, price_cents }) {
  const margin =
    cost_cents === null || price_cents === 0
      ? null
      : `margin ${number(((price_cents - cost_cents) / price_cents) * 100)}%`;
  return h(
    "p",
    { class: "about" },
    [
      sku && `SKU ${isolated(sku)}`,
      category && isolated(category),
      `case of ${number(case_size)}`,
      `price ${money(price_cents)}`,
      cost_cents === null ? "no cost given" : `cost ${money(cost_cents)}`,
      margin,
    ]
      .filter(Boolean)
      .join(" · "),
  );
}

/**
 * @param {string} label
 * @param {import("../../page/page.js").Child} value
 * @param {import("../../page/page.js").Child} [beneath]
 */
const fact = (label, value, beneath = null) =>
  h("div", null, h("dt", null, label), h("dd", null, value, beneath));

/** @param {string} words */
const small = (words) => h("span", { class: "muted small beneath" }, words);

/** @param {Overview} overview */
function stockFacts({ slots, unknown_slots, units: inStock, par_level }) {
  const isKnown = slots > unknown_slots;
  const reason = slots === 0 ? "No slot holds it" : "No slot has a known quantity";
  const beneath =
    unknown_slots > 0
      ? small(`${units(unknown_slots, "slot")} unknown`)
      : slots > 0 && small(`par ${number(par_level)}`);
  return fact("In stock", isKnown ? units(inStock) : unknown(reason), beneath);
}

/** @param {Overview} overview */
function salesFacts({ slots, estimated_slots, days_of_inventory: left, units_per_day: rate }) {
  const reason = estimated_slots > 0 && estimatesWords(estimated_slots, slots);
  return [
    fact("Days left", left === null ? unknown(NO_RATE) : approximate(days(left), reason)),
    fact(
      "Sells",
      rate === null ? unknown(NO_RATE) : approximate(`${number(rate, 1)} a day`, reason),
    ),
  ];
}

/** @param {Overview} of */
function priceFacts(of) {
  const counted = (/** @type {number} */ count, /** @type {string} */ style) =>
    h("span", { class: count > 0 ? style : null }, units(count, "slot"));
  return [
    fact(
      "Sold out",
      of.slots === 0 ? unknown("No slot holds it") : counted(of.sold_out_slots, "bad"),
    ),
    fact("Not at the list price", counted(of.off_list_slots, "warn")),
    fact("Not the machine's price", counted(of.off_machine_slots, "warn")),
    of.selling_out_slots > 0 &&
      fact("Selling out", units(of.selling_out_slots, "slot"), small("not refilled")),
  ];
}

/** @param {Overview} overview */
function archivedNote(overview) {
  const { archived_at } = overview.product;
  const left = overview.slots - overview.selling_out_slots;
  if (overview.slots === 0)
    return h("p", { class: "muted" }, `Archived ${date(archived_at)}. No slot holds it.`);
  const words =
    left === 0
      ? `Archived ${date(archived_at)}. Its slots sell out what they hold and are not refilled.`
      : `Archived ${date(archived_at)}, and still refilled in ${units(left, "slot")}. Choose ` +
        "them below to replace it or to sell it out.";
  return h("p", { class: "hint-line" }, icon("archive"), h("span", null, words));
}
