/**
 * The prices to set at a stop: on the page of its order, and on paper.
 * @module
 */
import { h, icon, money, units } from "../../page/page.js";
import { costWords, stateWords } from "../../words/price-words.js";
import { codeOf } from "../../words/slots.js";

/** @typedef {import("../../words/order-words.js").Stop} Stop */

/** What was kept on a phone before there were such tasks has none. @param {Stop} stop */
const toSet = ({ price_differences = [] }) => price_differences.filter(({ is_to_do }) => is_to_do);

/** `2 prices to set`, where there are any. @param {Stop} stop */
export function priceMark(stop) {
  const count = toSet(stop).length;
  return (
    count > 0 && h("span", { class: "prices" }, icon("tag"), `${units(count, "price")} to set`)
  );
}

/** Slot by slot, with what was said of it before. @param {Stop} stop */
export function priceTable(stop) {
  const { price_differences: all = [] } = stop;
  if (all.length === 0) return null;
  return priceLines("Prices to set at the machine", "What was done", all, (each) => [
    h("td", null, stateWords(each), " ", h("span", { class: "muted" }, cost(each))),
  ]);
}

/** With a box to tick for each. @param {Stop} stop */
export function priceSheet(stop) {
  const tasks = toSet(stop);
  if (tasks.length === 0) return null;
  return priceLines("Prices to set at the machine", "Set", tasks, () => [
    h("td", { class: "box print-only" }),
  ]);
}

/** @param {Stop["price_differences"][number]} difference */
const cost = ({ lost_cents_per_day }) => costWords(lost_cents_per_day);

/**
 * @param {string} caption
 * @param {string} last head of the last column
 * @param {Stop["price_differences"]} differences
 * @param {(each: Stop["price_differences"][number]) => HTMLElement[]} cells
 */
function priceLines(caption, last, differences, cells) {
  const isOnPaper = last === "Set";
  const heads = h(
    "tr",
    null,
    h("th", { scope: "col" }, "Slot"),
    h("th", { scope: "col" }, "Product"),
    h("th", { scope: "col", class: "number" }, "Set to"),
    h("th", { scope: "col", class: "number" }, "Machine asks"),
    h("th", { scope: "col", class: isOnPaper ? "number print-only" : "" }, last),
  );
  const lines = differences.map((each) =>
    h(
      "tr",
      null,
      h("td", null, h("strong", null, codeOf(each))),
      h("td", null, each.product_name),
      h("td", { class: "number" }, money(each.price_cents)),
      h("td", { class: "number" }, money(each.machine_price_cents)),
      cells(each),
    ),
  );
  return h(
    "div",
    { class: "scroll-x" },
    h(
      "table",
      { class: "table to-set" },
      h("caption", null, caption),
      h("thead", null, heads),
      h("tbody", null, lines),
    ),
  );
}
