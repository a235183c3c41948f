import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  change,
  date,
  dateTime,
  fill,
  h,
  icon,
  isolated,
  link,
  localDate,
  money,
  number,
  onChanged,
  onParams,
  period,
  setParams,
  start,
  toastProblem,
  units,
  unknown,
} from "../../page/page.js";
import { seen } from "./counts-found.js";
import { empty } from "../../components/empty/empty.js";
import { offerFile } from "../../components/exports/download.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";
import { Tabs } from "../../components/tabs/tabs.js";

/** @typedef {import("../../api.js").Schemas["CountDifference"]} Count */
/** @typedef {import("../../api.js").Schemas["Shrinkage"]["items"][number]} Group */

const PERIODS = [
  [14, "14 days"],
  [28, "28 days"],
  [90, "90 days"],
  [365, "A year"],
];
const USUAL = "28";
const [counts, tabs, filters] = [
  byId("counts", Table),
  byId("tabs", Tabs),
  byId("filters", Filters),
];
const choice = byId("days", HTMLSelectElement);

start(async (page) => {
  const maySee = page.may("count_difference_service.create_count_acknowledgement");
  fill(
    choice,
    PERIODS.map(([value, label]) => h("option", { value }, label)),
  );
  choice.onchange = () => {
    setParams({ days: choice.value === USUAL ? "" : choice.value });
    load();
  };
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    load();
  });
  tabs.addEventListener("tab", (event) =>
    setParams({ tab: /** @type {CustomEvent} */ (event).detail }),
  );
  counts.rowKey = ({ visit_id, slot_id }) => `${visit_id} ${slot_id}`;
  counts.columns = [...COUNT_COLUMNS, seenColumn(maySee, load)];
  counts.rowClass = ({ seen_at }) => (seen_at ? "muted" : "");
  counts.empty = () =>
    empty({
      icon: "circle-check",
      heading: "No count differs",
      text: "Where a driver finds more or less than the books say, it is listed here.",
    });
  let asked = { from: "", to: "", unseen: false };
  offerFile("count_difference_service.list_count_differences", () => asked);
  prepareGroups();
  onParams(load);
  onChanged(["visit", "stock", "dex_read", "everything"], load);
  load();

  function load() {
    const { days = USUAL, unseen = "", tab = "counts" } = page.params;
    choice.value = days;
    tabs.value = tab;
    filters.filters = [{ name: "unseen", label: "Not seen yet" }];
    filters.values = { unseen };
    const span = { from: localDate(1 - Number(days)), to: localDate() };
    asked = { ...span, unseen: unseen === "true" };
    counts.source = ({ cursor, limit, signal }) =>
      api.count_difference_service.list_count_differences({ ...asked, cursor, limit }, { signal });
    showGroups(span).catch(toastProblem);
  }
});

function prepareGroups() {
  for (const by of /** @type {const} */ (["device", "product"])) {
    const table = byId(by, Table);
    table.rowKey = ({ noun_id, label }) => noun_id ?? label;
    table.columns = groupColumns(by);
    table.empty = counts.empty;
  }
}

const showGroups = inTurn(async (/** @type {{from: string, to: string}} */ span) => {
  const [device, product] = await Promise.all([
    api.count_difference_service.get_shrinkage({ group_by: "device", ...span }),
    api.count_difference_service.get_shrinkage({ group_by: "product", ...span }),
  ]);
  byId("device", Table).rows = device.items;
  byId("product", Table).rows = product.items;
  fill(byId("total"), totalWords(device.total, period(span.from, span.to)));
});

/** @param {{missing: number, surplus: number, value_cents: number}} total @param {string} when */
const totalWords = ({ missing, surplus, value_cents }, when) =>
  h(
    "p",
    null,
    h("strong", null, missing === 0 ? "Nothing is missing" : `${units(missing)} missing`),
    surplus > 0 && `, ${units(surplus)} too many`,
    ` in ${when}`,
    (missing > 0 || surplus > 0) && [
      ": ",
      h("span", { class: "nowrap" }, signed(value_cents)),
      " at today's list prices",
    ],
    ". ",
    h(
      "span",
      { class: "muted" },
      "What a count finds is compared with the books of that moment, as they are known now: an " +
        "audit that comes late takes its part away.",
    ),
  );

/** @type {import("../../components/table/table.js").Column<Count>[]} */
const COUNT_COLUMNS = [
  {
    label: "When",
    width: "196px",
    cell: ({ service_order_id, visit_id, occurred_at }) =>
      link(
        `/service-orders/${service_order_id}?visit_id=${visit_id}`,
        h("span", { class: "desktop-only" }, dateTime(occurred_at)),
        h("span", { class: "phone-only" }, date(occurred_at)),
      ),
  },
  {
    label: "Machine",
    phone: "title",
    cell: ({ device_id, asset, device_name, label, selection }) => [
      h("a", { href: `/#/devices/${device_id}`, "data-own": true }, isolated(asset)),
      " ",
      h("strong", null, selection ?? label),
      device_name !== asset && h("span", { class: "muted" }, ` ${isolated(device_name)}`),
    ],
  },
  {
    label: "Product",
    cell: ({ product_id, product_name }) =>
      product_id === null
        ? unknown("The slot held no product")
        : h(
            "a",
            { href: `/#/products/${product_id}`, "data-own": true },
            isolated(product_name ?? ""),
          ),
  },
  {
    label: "Books",
    number: true,
    width: "72px",
    phone: "hide",
    cell: ({ expected }) => (expected === null ? unknown("Not counted") : number(expected)),
  },
  {
    label: "Found",
    number: true,
    width: "72px",
    phone: "hide",
    cell: ({ counted }) =>
      counted === null
        ? unknown("Not counted: what was loaded or removed shows that the books were wrong")
        : number(counted),
  },
  {
    label: "Differs",
    number: true,
    width: "80px",
    phone: "end",
    cell: ({ difference }) =>
      h("strong", { class: difference < 0 ? "bad" : "warn" }, change(difference)),
  },
  {
    label: "Removed",
    width: "112px",
    cell: ({ removed, removed_reason }) =>
      removed
        ? [
            number(removed),
            h("span", { class: "muted" }, ` ${removed_reason ?? "no reason given"}`),
          ]
        : h("span", { class: "muted desktop-only" }, "none"),
  },
  { label: "By", width: "88px", phone: "hide", cell: ({ username }) => username },
];

/**
 * Whether somebody looked, and the button that says so.
 * @param {boolean} maySee
 * @param {() => void} done
 * @returns {import("../../components/table/table.js").Column<Count>}
 */
const seenColumn = (maySee, done) => ({
  label: "Seen",
  width: "120px",
  phone: "hide",
  cell: ({ visit_id, seen_at, seen_by }) => {
    if (seen_at) {
      const shown = { "data-tip": dateTime(seen_at), tabindex: 0 };
      return h("span", shown, `by ${isolated(seen_by ?? "")}`);
    }
    if (!maySee) return h("span", { class: "muted" }, "not yet");
    const button = {
      class: "button plain",
      type: "button",
      "data-own": true,
      onclick: () => seen(visit_id, done),
    };
    return h("button", button, icon("check"), "Seen");
  },
});

/**
 * @param {"device" | "product"} by
 * @returns {import("../../components/table/table.js").Column<Group>[]}
 */
const groupColumns = (by) => [
  {
    label: by === "device" ? "Machine" : "Product",
    phone: "title",
    cell: ({ noun_id, label }) =>
      noun_id === null
        ? unknown("The slot held no product")
        : link(`/${by === "device" ? "devices" : "products"}/${noun_id}`, isolated(label ?? "")),
  },
  {
    label: "Missing",
    number: true,
    width: "120px",
    phone: "end",
    cell: ({ missing }) =>
      missing > 0 ? h("strong", { class: "bad" }, units(missing)) : number(0),
  },
  { label: "Too many", number: true, width: "120px", cell: ({ surplus }) => units(surplus) },
  { label: "Value", number: true, width: "120px", cell: ({ value_cents }) => signed(value_cents) },
];

/** @param {number} cents */
const signed = (cents) => `${cents < 0 ? "−" : cents > 0 ? "+" : ""}${money(Math.abs(cents))}`;
