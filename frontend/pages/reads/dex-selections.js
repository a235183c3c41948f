/**
 * What each selection of an audit sold, and what its counters say.
 * @module
 */
import { status } from "../../components/status/status.js";
import { clockTime, dateTime, h, money, number, unknown } from "../../page/page.js";
import { isHeld } from "../../words/read-words.js";
import { cannotBe } from "./dex-damaged.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {Read["selections"][number]} Selection */

const HEADS = [
  ["Sel.", null],
  ["Product", "what"],
  ["Price", "number"],
  ["Sold since", "bars"],
  ["Units", "number"],
  ["Sales", "number"],
  ["Counter", "number"],
  ["Money", "number"],
  ["Since reset", "number"],
];

/** Null where it counts nothing by selection. @param {Read} read */
export function selections(read) {
  if (read.selections.length === 0) return null;
  const most = Math.max(1, ...read.selections.map(({ units: sold }) => sold ?? 0));
  const heads = HEADS.map(([label, style]) => h("th", { scope: "col", class: style }, label));
  const lines = read.selections.map((each) => selectionLine(read, each, most));
  return h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h("h2", null, "What each selection sold"),
      h("span", { class: "count" }, sinceWords(read)),
    ),
    h(
      "div",
      { class: "scroll-x", tabindex: 0, role: "region", "aria-label": "What each selection sold" },
      h(
        "table",
        { class: "table selections" },
        h("thead", null, h("tr", null, heads)),
        h("tbody", null, lines),
      ),
    ),
  );
}

/** @param {Read} read */
function sinceWords({ previous_read_at, status: state }) {
  if (previous_read_at) return `since ${dateTime(previous_read_at)}`;
  return state === "baseline" || state === "booked" ? "no earlier audit" : "not in the books";
}

/** @param {Read} read @param {Selection} each @param {number} most that one of them sold */
function selectionLine(read, each, most) {
  const why = each.ignored ? "Ignored on this machine: it books no sales" : whyNothing(read);
  const bar = { class: "sold-bar", style: { width: `${((each.units ?? 0) / most) * 100}%` } };
  const isWrong = cannotBe(each);
  const tip = isWrong ? "More since the last reset than in all: this cannot be" : null;
  const figure = { class: "number" };
  const counter = { class: "number muted" };
  return h(
    "tr",
    { class: each.ignored ? "muted" : null },
    h("td", null, h("strong", null, each.selection)),
    h("td", null, productOf(each)),
    h("td", figure, money(each.price_cents)),
    h("td", null, each.units ? h("span", bar) : null),
    h("td", figure, each.units === null ? unknown(why) : number(each.units)),
    h("td", figure, each.amount_cents === null ? unknown(why) : money(each.amount_cents)),
    h("td", counter, number(each.count_init)),
    h("td", counter, money(each.value_init_cents)),
    h(
      "td",
      { class: `number ${isWrong ? "bad" : "muted"}`, "data-tip": tip },
      number(each.count_rst),
    ),
  );
}

/** Why a selection sold nothing that is known. @param {Read} read */
function whyNothing(read) {
  if (read.status === "booked" && !isHeld(read)) return "No earlier audit reports this selection";
  return read.status === "baseline" ? "The first audit has nothing to compare with" : "Not booked";
}

/** @param {Selection} each */
function productOf({ ignored, product_name, name, sold_out_at }) {
  const byMachine = name
    ? [name, h("span", { class: "muted" }, " says the machine")]
    : ignored
      ? null
      : unknown("No product is in this selection's slot");
  const tip = "Machines note here when a selection sold out, or just its last sale";
  return [
    ignored ? [status("idle", "Ignored"), " "] : null,
    product_name ?? byMachine,
    sold_out_at &&
      h(
        "span",
        { class: "muted small", "data-tip": tip },
        ` last sold or sold out ${clockTime(sold_out_at)}`,
      ),
  ];
}
