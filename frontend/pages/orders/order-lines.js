/**
 * What was planned for a stop and done there, slot by slot.
 * @module
 */
import { change, dateTime, h, number } from "../../page/page.js";
import { approximate } from "../../components/estimate/estimate.js";
import { codeOf } from "../../words/slots.js";
import { found } from "../insight/counts-found.js";
import { endingMark } from "../../components/ending/ending.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */
/**
 * @typedef {(item: Stop["items"][number], code: string) => import("../../page/dom.js").Child}
 *   Quantity
 */

const NOTHING_PLANNED = {
  fill: "Nothing to load: every known slot is at par. Unknown ones are to be counted.",
  count: "Nothing to load: the slots are to be counted.",
  repair: "Nothing to load: the machine is to be repaired.",
};

/**
 * What was planned and done, slot by slot.
 * @param {ServiceOrder} order
 * @param {Stop} stop
 * @param {Visit | undefined} visit
 * @param {Quantity | null} quantity to be changed, where it may be
 */
export function lines({ purpose }, stop, visit, quantity) {
  const fills = new Map(visit?.fills.map((each) => [each.slot_id, each]));
  const planned = new Set(stop.items.map(({ slot_id }) => slot_id));
  const unplanned = visit?.fills.filter(({ slot_id }) => !planned.has(slot_id)) ?? [];
  if (planned.size === 0 && unplanned.length === 0)
    return h("p", { class: "muted" }, visit ? "Nothing was loaded." : NOTHING_PLANNED[purpose]);
  // Most visits count and remove nothing: then there is nothing to show.
  const shows = {
    counted:
      visit?.fills.some(({ counted, difference }) => counted !== null || difference !== 0) ?? false,
    removed: visit?.fills.some(({ removed }) => removed > 0) ?? false,
  };
  const heads = [
    "Planned",
    shows.counted && "Books",
    shows.counted && "Found",
    shows.removed && "Removed",
    visit && "Loaded",
    visit && "Against plan",
  ].filter(Boolean);
  const body = h(
    "tbody",
    null,
    stop.items.map((item) => plannedLine(item, fills.get(item.slot_id), visit, quantity, shows)),
    unplanned.map((each) => unplannedLine(each, shows)),
  );
  const head = h(
    "tr",
    null,
    h("th", { scope: "col" }, "Slot"),
    h("th", { scope: "col" }, "Product"),
    heads.map((each) => h("th", { scope: "col", class: "number" }, each)),
  );
  const table = h("table", { class: "table" }, h("thead", null, head), body);
  return h("div", { class: "scroll-x" }, table);
}

/** @typedef {{counted: boolean, removed: boolean}} Shows */

/**
 * @param {Stop["items"][number]} item
 * @param {Visit["fills"][number] | undefined} done
 * @param {Visit | undefined} visit
 * @param {Quantity | null} quantity
 * @param {Shows} shows
 */
function plannedLine(item, done, visit, quantity, shows) {
  const code = item.selection ?? item.label;
  const reason =
    item.known_at !== null && `By estimate: the stock was last known ${dateTime(item.known_at)}`;
  const figure = quantity ? quantity(item, code) : approximate(number(item.quantity), reason);
  return h(
    "tr",
    null,
    h("td", null, code),
    h("td", null, item.product_name, endingMark(item.product_archived_at)),
    h("td", { class: "number" }, figure),
    visit && outcome(done, item.quantity, shows),
  );
}

/** @param {Visit["fills"][number]} done @param {Shows} shows */
function unplannedLine(done, shows) {
  const { product_name } = done;
  const words = product_name === null ? "Not in the plan" : " not in the plan";
  return h(
    "tr",
    { class: "unplanned" },
    h("td", null, codeOf(done)),
    h("td", null, product_name, h("span", { class: "muted small" }, words)),
    h("td", { class: "number" }, number(0)),
    outcome(done, 0, shows),
  );
}

/**
 * @param {Visit["fills"][number] | undefined} done
 * @param {number} planned
 * @param {{counted: boolean, removed: boolean}} shows
 */
function outcome(done, planned, shows) {
  const added = done?.added ?? 0;
  return [
    shows.counted && found(done),
    shows.removed &&
      h(
        "td",
        { class: "number" },
        done?.removed
          ? [
              number(done.removed),
              h("span", { class: "muted small" }, ` ${done.removed_reason ?? "no reason given"}`),
            ]
          : number(0),
      ),
    h("td", { class: "number" }, number(added)),
    h(
      "td",
      { class: "number" },
      added === planned ? h("span", { class: "muted" }, "±0") : change(added - planned),
    ),
  ];
}
