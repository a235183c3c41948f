import {
  api,
  byId,
  date,
  fill,
  h,
  keys,
  number,
  onParams,
  setParams,
  setTitle,
  start,
  units,
} from "../../page/page.js";
import { endingMark } from "../../components/ending/ending.js";
import { empty } from "../../components/empty/empty.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { Title } from "../../components/title/title.js";
import { forgetOld, keep, recall } from "../../page/kept.js";
import { byCategory, casesOf, PURPOSES, routeOf } from "../../words/order-words.js";
import { mark } from "../../words/velocity.js";
import { readOrder } from "./order-kept.js";
import { sheets } from "./pick-list-stops.js";

/** @typedef {import("../../api.js").Schemas["PickList"]} PickList */
/** @typedef {import("../../words/order-words.js").PickListItem} PickListItem */

// What one side of paper holds, in lines of items and headings; more of them are printed smaller.
const SHORT = 24;
const MEDIUM = 46;
const LONG = 62;
const NAMED = 12;

const title = /** @type {Title} */ (document.querySelector("cvd-title"));
/** Products that are in the crate: ticks live on this phone only. @type {Set<number>} */
let ticked = new Set();
let name = "";

start(async (page) => {
  const service_order_id = Number(page.params.service_order_id);
  forgetOld();
  name = `pick-list-${service_order_id}`;
  ticked = new Set(recall(name) ?? []);
  title.parents = [[`/service-orders/${service_order_id}`, `Order ${service_order_id}`]];
  setTitle(`Pick list of order ${service_order_id}`);
  const [list, order] = await Promise.all([
    api.service_order_service.get_pick_list({ service_order_id }),
    readOrder(page.me.id, service_order_id),
  ]);
  const views = byId("views", Tabs);
  views.addEventListener("tab", () =>
    setParams({ view: views.value === "van" ? "" : views.value }),
  );
  views.addEventListener("tab", show);
  onParams(show);
  byId("print").onclick = () => print();
  byId("clear").onclick = () => untick(list);
  keys({
    p: ["Print", () => print()],
    s: [
      "For the van, or by stop",
      () => {
        setParams({ view: page.params.view === "stops" ? "" : "stops" });
        show();
      },
    ],
  });
  show();

  function show() {
    const isByStop = page.params.view === "stops";
    views.value = isByStop ? "stops" : "van";
    if (!isByStop) draw(list);
    else {
      byId("clear").hidden = true;
      fill(byId("list"), sheets(order));
    }
  }
});

/** That what is said of unknown slots takes on paper. */
const LINES_OF_WORDS = 3;
const NOTHING = {
  fill: "Every slot that is known is at par. What is unknown is counted at the machine.",
  count: "The machines are to be counted.",
  repair: "The machines are to be repaired.",
};

/** @param {PickList} list */
function draw(list) {
  fill(
    byId("list"),
    sheetHead(list),
    unknownWords(list),
    estimateWords(list),
    list.items.length === 0
      ? empty({
          icon: "circle-check",
          heading: "Nothing to take along",
          text: NOTHING[list.purpose],
        })
      : [h("p", { class: "picked", role: "status", id: "picked" }), pickGroups(list)],
  );
  showPicked(list);
}

/** @param {PickList} list */
const sheetHead = (list) =>
  h(
    "header",
    { class: "sheet-head" },
    h("h1", { class: "print-only" }, `Order ${list.service_order_id}`),
    h(
      "dl",
      { class: "facts" },
      fact("Route", routeOf(list)),
      fact("Driver", list.driver_name ?? "–"),
      fact("Date", date(list.scheduled_on)),
      fact("Units", number(list.units)),
      list.purpose !== "fill" && fact("Purpose", PURPOSES[list.purpose]),
    ),
  );

/**
 * What to take along, by category; smaller the more there is, to fit on a sheet.
 * @param {PickList} list
 */
function pickGroups(list) {
  const groups = byCategory(list.items);
  const words = list.unknown_cabinets.length > 0 ? LINES_OF_WORDS : 0;
  const size = sheet(list.items.length + groups.length + words);
  const group = (/** @type {[string, PickListItem[]]} */ [category, items]) => {
    const sum = items.reduce((total, { quantity }) => total + quantity, 0);
    return h(
      "section",
      null,
      h("h2", null, category || "Without a category", h("span", null, number(sum))),
      items.map((item) => pickLine(list, item)),
    );
  };
  return h("div", { class: `pick-groups ${size}` }, groups.map(group));
}

/** @param {PickList} list @param {PickListItem} item */
function pickLine(list, item) {
  const { estimated_units: estimated } = item;
  const box = h("input", {
    type: "checkbox",
    checked: ticked.has(item.product_id),
    onchange: () => tick(list, item, box.checked),
  });
  const tip = estimated > 0 ? `${units(estimated)} of it by estimate` : null;
  return h(
    "label",
    { class: "pick" },
    box,
    h("span", { class: "quantity", "data-tip": tip }, mark(estimated > 0), number(item.quantity)),
    h("span", { class: "name" }, item.name, endingMark(item.archived_at)),
    h("span", { class: "cases" }, casesOf(item)),
  );
}

/** What ≈ means, where it stands. @param {PickList} list */
function estimateWords({ items }) {
  const about = items.reduce((sum, { estimated_units }) => sum + estimated_units, 0);
  return (
    about > 0 &&
    h(
      "p",
      { class: "muted small" },
      `≈ ${units(about)} by estimate: the last fact was more than a day old when the order was made.`,
    )
  );
}

/**
 * What nobody knows yet, so that the load is not taken for all there is to do.
 * @param {PickList} list
 */
function unknownWords({ unknown_cabinets: cabinets }) {
  if (cabinets.length === 0) return null;
  const slots = cabinets.reduce((sum, { unknown_slots }) => sum + unknown_slots, 0);
  const most = cabinets.reduce((sum, { units_at_most }) => sum + units_at_most, 0);
  const names = cabinets
    .slice(0, NAMED)
    .map((cabinet) => `${nameOf(cabinet)} (${number(cabinet.unknown_slots)})`);
  const rest =
    cabinets.length > NAMED ? ` and ${units(cabinets.length - NAMED, "cabinet")} more` : "";
  return h(
    "p",
    { class: "unknowns" },
    h("strong", null, `Not counted in: ${units(slots, "slot")} of unknown quantity`),
    ` on ${names.join(", ")}${rest}. The driver counts ${slots === 1 ? "it" : "them"} on ` +
      `site. At most ${units(most)} more.`,
  );

  /** @param {PickList["unknown_cabinets"][number]} cabinet */
  function nameOf({ asset, position }) {
    const several = cabinets.filter((each) => each.asset === asset).length > 1;
    return several || position > 1 ? `${asset} cabinet ${position}` : asset;
  }
}

/** @param {number} lines */
const sheet = (lines) =>
  lines <= SHORT ? "is-short" : lines <= MEDIUM ? "" : lines <= LONG ? "is-long" : "is-huge";

/** @param {string} label @param {string} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** @param {PickList} list @param {PickListItem} item @param {boolean} on */
function tick(list, item, on) {
  if (on) ticked.add(item.product_id);
  else ticked.delete(item.product_id);
  keep(name, [...ticked]);
  showPicked(list);
}

/** @param {PickList} list */
function untick(list) {
  ticked.clear();
  keep(name, []);
  draw(list);
  // The button is gone with the last tick.
  document.querySelector("input")?.focus();
}

/** @param {PickList} list */
function showPicked(list) {
  const picked = list.items.filter(({ product_id }) => ticked.has(product_id));
  byId("clear").hidden = picked.length === 0;
  if (list.items.length === 0) return;
  const left = list.items.length - picked.length;
  byId("picked").textContent =
    left === 0
      ? `All ${units(list.units)} picked`
      : `${number(picked.length)} of ${units(list.items.length, "product")} picked, ` +
        `${units(list.units - picked.reduce((sum, { quantity }) => sum + quantity, 0))} to go`;
}
