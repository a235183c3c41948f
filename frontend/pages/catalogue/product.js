import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  changed,
  days,
  dayOfMonth,
  dateTime,
  fill,
  h,
  icon,
  isolated,
  keys,
  link,
  money,
  number,
  onChanged,
  onParams,
  period,
  setParams,
  setTitle,
  start,
  toast,
  toastProblem,
  unknown,
} from "../../page/page.js";
import { actionWords, changesLine } from "../../words/audit-words.js";
import { finished, offerListPrice, offerPrice } from "./list-price.js";
import { figuresOf } from "./product-figures.js";
import { differences, productFields, productValues } from "./product-form.js";
import { archiveProducts, findProducts, restoreProducts } from "./product-retiring.js";
import { totalLine } from "../insight/sales-figures.js";
import { changeSlots, previewOf, slotsOf } from "./slot-changes.js";
import { offerFile } from "../../components/exports/download.js";
import { codeOf, extent } from "../../words/slots.js";
import { basisWords, isEstimate, NO_RATE } from "../../words/velocity.js";
import { approximate } from "../../components/estimate/estimate.js";
import { Chart } from "../../components/chart/chart.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openEdit } from "../../page/edit-form.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { level } from "../../components/level/level.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { Title } from "../../components/title/title.js";
import { photosLazily } from "../files/lazily.js";

/** @typedef {import("../../api.js").Schemas["ProductOverview"]} Overview */
/** @typedef {import("../../api.js").Schemas["Product"]} Product */
/** @typedef {import("./slot-changes.js").ProductSlot} Slot */
/** @typedef {import("./slot-changes.js").What} What */

const table = byId("slots", Table);
const filters = byId("filters", Filters);
/** @type {import("../../page/page.js").Page} */
let page;
/** @type {Overview} */
let overview;
/** @type {Slot[]} */
let slots = [];

start(async (started) => {
  page = started;
  const mayChange = page.may("slot_change_service.create_slot_change");
  table.rowKey = ({ slot_id }) => slot_id;
  table.toggleAttribute("selectable", mayChange);
  table.bulk = bulk;
  table.empty = () => nothing();
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    drawSlots();
  });
  onParams(() => load().catch(toastProblem));
  onChanged(
    ["product", "planogram", "stock", "dex_read", "visit", "device", "sale", "everything"],
    () => load().catch(toastProblem),
  );
  if (page.may("product_service.update_product")) keys({ e: ["Edit the product", edit] });
  offerFile(
    "product_overview_service.list_product_slots",
    () => ({ product_id: page.params.product_id }),
    "Download slots",
  );
  await load();
  const { id, name } = overview.product;
  const hint = "Photos show what the product looks like on the shelf.";
  photosLazily(byId("photos"), page, { noun: "product", noun_id: id, name, hint });
  if (page.may("product_overview_service.list_product_changes")) showChanges();
});

const load = inTurn(async () => {
  const product_id = Number(page.params.product_id);
  [overview, slots] = await Promise.all([
    api.product_overview_service.get_product_overview({ product_id }),
    slotsOf(product_id),
  ]);
  draw();
});

function draw() {
  const { product } = overview;
  const title = byId("title", Title);
  title.heading = product.name;
  title.beside = product.archived_at ? [status("warn", "Archived")] : [];
  setTitle(isolated(product.name));
  fill(
    byId("actions"),
    page.may("product_service.update_product") && [
      h(
        "button",
        {
          class: "button",
          type: "button",
          onclick: () =>
            (product.archived_at ? restoreProducts : archiveProducts)([product], () =>
              load().catch(toastProblem),
            ),
        },
        icon(product.archived_at ? "archive-restore" : "archive"),
        product.archived_at ? "Restore" : "Archive",
      ),
      h(
        "button",
        { class: "button primary", type: "button", onclick: edit },
        icon("pencil"),
        "Edit",
      ),
    ],
  );
  fill(byId("figures"), figuresOf(overview));
  byId("extent").textContent = slots.length > 0 ? extent(slots) : "";
  drawSlots();
  drawSales();
}

// Slots

/** @type {[string, string, (slot: Slot) => boolean][]} */
const FILTERS = [
  ["out", "Sold out", ({ quantity }) => quantity === 0],
  [
    "list",
    "Not at the list price",
    ({ price_cents }) => price_cents !== overview.product.price_cents,
  ],
  [
    "machine",
    "Not the machine's price",
    ({ price_cents, machine_price_cents }) =>
      machine_price_cents !== null && machine_price_cents !== price_cents,
  ],
  ["ends", "Selling out", ({ sells_out_at }) => sells_out_at !== null],
];

function drawSlots() {
  const offered = FILTERS.filter(([name, , matches]) => page.params[name] || slots.some(matches));
  filters.hidden = offered.length === 0;
  filters.filters = offered.map(([name, label]) => ({ name, label }));
  filters.values = page.params;
  table.columns = slotColumns();
  table.rows = slots.filter((slot) =>
    FILTERS.every(([name, , matches]) => !page.params[name] || matches(slot)),
  );
}

/** @returns {import("../../components/table/table.js").Column<Slot>[]} */
const slotColumns = () => [
  {
    label: "Machine",
    phone: "title",
    cell: (slot) => [
      link(planogramOf(slot), isolated(slot.asset)),
      " ",
      h(
        "span",
        { class: "muted" },
        [
          slot.device_name === slot.asset ? null : isolated(slot.device_name),
          slot.location_name && isolated(slot.location_name),
        ]
          .filter(Boolean)
          .join(" · "),
      ),
    ],
  },
  {
    label: "Slot",
    width: "88px",
    cell: (slot) => [
      h("strong", null, codeOf(slot)),
      slot.sells_out_at && h("span", { class: "muted small" }, " sells out"),
    ],
  },
  { label: "Level", width: "152px", phone: "end", cell: (slot) => level(slot, { words: true }) },
  {
    label: "Sells",
    number: true,
    width: "128px",
    phone: "hide",
    cell: ({ units_per_day, units_per_day_basis: basis }) =>
      units_per_day === null
        ? unknown(NO_RATE)
        : approximate(`${number(units_per_day, 2)} a day`, isEstimate(basis) && basisWords(basis)),
  },
  {
    label: "Lasts",
    number: true,
    width: "88px",
    phone: "hide",
    cell: ({ quantity, days_of_inventory, units_per_day_basis: basis }) =>
      days_of_inventory === null
        ? unknown(quantity === null ? "Quantity unknown" : NO_RATE)
        : approximate(days(days_of_inventory), isEstimate(basis) && basisWords(basis)),
  },
  { label: "Price", number: true, width: "200px", cell: price },
];

/** The slot's price, and what it differs from. @param {Slot} slot */
function price({ price_cents, machine_price_cents }) {
  const list = overview.product.price_cents;
  const off = [
    price_cents !== list && `list ${money(list)}`,
    machine_price_cents !== null &&
      machine_price_cents !== price_cents &&
      `machine ${money(machine_price_cents)}`,
  ].filter(Boolean);
  return [
    price_cents === null ? unknown("No price given") : money(price_cents),
    off.length > 0 && h("span", { class: "warn small" }, ` ≠ ${off.join(", ")}`),
  ];
}

/** @param {Slot} slot */
const planogramOf = ({ device_id, cabinet_position, slot_id }) =>
  `/devices/${device_id}/planogram?${cabinet_position === 1 ? "" : `cabinet=${cabinet_position}&`}slot=${slot_id}`;

function nothing() {
  if (slots.length > 0)
    return empty({
      icon: "filter",
      heading: "No slot is like that",
      text: "Clear the filters to see all of them.",
    });
  return empty({
    icon: "package",
    heading: page.me.role === "driver" ? "None of your machines holds it" : "No slot holds it",
    text:
      page.me.role === "driver"
        ? "Other machines may."
        : "Put it into slots on the planogram of a machine.",
  });
}

/** @param {Slot[]} picked */
function bulk(picked) {
  const button = (
    /** @type {string} */ name,
    /** @type {string} */ words,
    /** @type {() => void} */ run,
  ) => h("button", { class: "button", type: "button", onclick: run }, icon(name), words);
  const list = overview.product.price_cents;
  const off = picked.filter(({ price_cents }) => price_cents !== list);
  const ends = picked.every(({ sells_out_at }) => sells_out_at !== null);
  return [
    off.length > 0 &&
      button("tag", "Set the list price", () => offerPrice(overview.product, off, null, done)),
    button("refresh-cw", "Replace by…", () => replace(picked)),
    ends
      ? button("play", "Refill again", () => act(picked, { kind: "refill" }, "Refilling"))
      : button("ban", "Do not refill", () =>
          act(
            picked.filter(({ sells_out_at }) => sells_out_at === null),
            { kind: "sell_out" },
            "Selling out",
          ),
        ),
  ];
}

function done() {
  table.clearPicked();
  load().catch(toastProblem);
}

/** @param {Slot[]} picked @param {What} what @param {string} verb */
async function act(picked, what, verb) {
  try {
    finished(
      await changeSlots(overview.product.id, picked, what),
      `${verb} ${extent(picked)}`,
      done,
    );
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Slot[]} picked */
function replace(picked) {
  const preview = h("div", { class: "preview-box", "aria-live": "polite" });
  const progress = h("cvd-progress", { label: "Machines", hidden: true });
  const instead = combobox({
    name: "replacement_id",
    placeholder: "Type a product",
    required: true,
    source: findProducts([overview.product.id]),
  });
  /** @type {What} */
  let what = { kind: "replace" };
  instead.addEventListener("choose", async () => {
    const product_id = Number(instead.value);
    if (!product_id) return fill(preview);
    const { price_cents } = await api.product_service.get_product({ product_id });
    what = { kind: "replace", replacement_id: product_id, price_cents };
    fill(preview, await previewOf(overview.product.id, picked, what));
  });
  openForm({
    heading: `Replace ${isolated(overview.product.name)} in ${extent(picked)}`,
    action: "Replace",
    fields: [
      field("Replace it by", instead, {
        wide: true,
        pointer: "/replacement_id",
        hint: "The slots take its list price",
      }),
    ],
    before: null,
    after: [preview, progress],
    save: async () => {
      progress.hidden = false;
      const changes = await changeSlots(overview.product.id, picked, what, (machines, of) => {
        progress.setAttribute("max", String(of));
        progress.setAttribute("value", String(machines));
      });
      finished(changes, `Replaced it in ${extent(picked)}`, done);
    },
  });
}

// Sales and changes

function drawSales() {
  const { sales } = overview;
  byId("sold").hidden = sales === null;
  if (sales === null) return;
  const before = period(sales.previous_from, sales.previous_to);
  fill(
    byId("total"),
    totalLine({ now: sales.total, before: sales.previous_total, earlier: before }),
  );
  const chart = byId("chart", Chart);
  chart.hidden = sales.total.units === 0;
  chart.data = {
    heading: "Day",
    labels: sales.days.map((day) => dayOfMonth(day.date)),
    series: [{ label: "Units", values: sales.days.map((day) => day.units) }],
    format: (value) => number(value),
  };
}

function showChanges() {
  const changes = byId("changes", Table);
  changes.empty = () =>
    empty({
      icon: "history",
      heading: "Nothing changed yet",
      text: "Each change of the product, and of its slots together, is kept here.",
    });
  changes.columns =
    /** @type {import("../../components/table/table.js").Column<import("../../api.js").Schemas["AuditEntry"]>[]} */ ([
      { label: "When", width: "180px", cell: ({ occurred_at }) => dateTime(occurred_at) },
      { label: "Who", width: "140px", phone: "end", cell: ({ username }) => username },
      { label: "What", width: "260px", phone: "title", cell: ({ action }) => actionWords(action) },
      { label: "Changes", cell: changesLine },
    ]);
  changes.source = ({ cursor, limit, signal }) =>
    api.product_overview_service.list_product_changes(
      { product_id: overview.product.id, cursor, limit },
      { signal },
    );
  onChanged(["product", "planogram"], () => changes.refresh());
}

// Editing

function edit() {
  const before = overview.product;
  /** @type {Product | null} */
  let now = null;
  openEdit({
    row: before,
    heading: before.name,
    fields: productFields(before),
    save: async ({ id, version }, form) => {
      const values = { product_id: id, version, ...productValues(form) };
      now = await api.product_service.update_product(values);
      changed("product");
      toast(`Saved ${isolated(now.name)}`);
    },
    differences,
    shown: () => {},
  })
    .then(async (saved) => {
      if (!saved || !now) return;
      await load();
      byId("changes", Table).refresh();
      if (page.may("slot_change_service.create_slot_change"))
        await offerListPrice(before, now, done);
    })
    .catch(toastProblem);
}
