import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  link,
  money,
  number,
  start,
  toast,
  units,
  unknown,
} from "../../page/page.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import {
  ARCHIVED,
  listPage,
  mutedIfArchived,
  newButton,
  noMatch,
  nothingArchived,
} from "../../page/list-page.js";
import { productFields, productValues } from "./product-form.js";
import { archiveProducts, restoreProducts } from "./product-retiring.js";
import { massMenu } from "../fleet/mass-change.js";
import { archivingKind, CATEGORY, LIST_PRICES } from "../fleet/mass-kinds.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */

const table = byId("products", Table);
const filters = byId("filters", Filters);
/** @type {Set<string>} */
const categories = new Set();

/** @type {import("../../components/table/table.js").Column<Product>[]} */
const COLUMNS = [
  {
    name: "product",
    label: "Product",
    sort: "name",
    phone: "title",
    cell: ({ id, name }) => link(`/products/${id}`, name),
  },
  { name: "sku", label: "SKU", width: "16%", cell: ({ sku }) => sku ?? unknown("No SKU given") },
  {
    name: "category",
    label: "Category",
    sort: "category",
    order: "ascending",
    width: "18%",
    cell: ({ category }) => category || unknown("No category given"),
  },
  {
    name: "case",
    label: "Case",
    number: true,
    width: "72px",
    phone: "hide",
    cell: ({ case_size }) => number(case_size),
  },
  {
    name: "cost",
    label: "Cost",
    number: true,
    width: "96px",
    phone: "hide",
    cell: ({ cost_cents }) => (cost_cents === null ? unknown("No cost given") : money(cost_cents)),
  },
  {
    name: "price",
    label: "Price",
    sort: "price_cents",
    number: true,
    width: "96px",
    phone: "end",
    cell: ({ price_cents }) => money(price_cents),
  },
];

start((page) => {
  const mayCreate = page.may("product_service.create_product");
  const mayChange = page.may("product_service.update_product");
  table.toggleAttribute("selectable", mayChange);
  table.columns = COLUMNS;
  table.rowClass = mutedIfArchived;
  table.empty = () => nothing(page.params, mayCreate);
  table.picksAll = mayChange;
  table.bulk = (rows, all) => [...massActs(rows, all, page), !all && archiveButton(rows)];
  listPage({
    list: "products",
    page,
    table,
    sort: "name",
    filters: ["category", "archived"],
    nouns: ["product", "everything"],
    begin: mayCreate && { label: "New product", run: create },
    show: ({ category }) => {
      if (category) categories.add(category);
      drawFilters();
    },
    operation: "product_service.list_products",
    narrowed: ({ category, archived }) => ({ category, archived: archived === "true" }),
    ask: async (asked, _, signal) => {
      const found = await api.product_service.list_products(asked, { signal });
      learnCategories(found.items);
      return found;
    },
  });
});

/** @param {Product[]} products */
function learnCategories(products) {
  const before = categories.size;
  for (const { category } of products) if (category) categories.add(category);
  if (categories.size > before) drawFilters();
}

function drawFilters() {
  const options = [...categories].sort().map((value) => ({ value, label: value }));
  filters.filters = [{ name: "category", label: "Category", options }, ARCHIVED];
}

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} mayCreate as well as restore
 */
function nothing({ q, category, archived }, mayCreate) {
  if (q || category) return noMatch("product");
  if (archived)
    return nothingArchived(
      `Archived products keep their sales${mayCreate ? " and can be restored from here" : ""}.`,
    );
  return empty({
    icon: "package",
    heading: "No products yet",
    text: mayCreate
      ? "Products are what slots hold. Add them here, or let a machine's first audit propose them."
      : "Products are what slots hold. A manager adds them, or takes them over from a machine's first audit.",
    action: mayCreate && newButton("New product", create),
  });
}

function create() {
  openForm({
    heading: "New product",
    action: "Create product",
    fields: productFields(),
    save: async (form) =>
      saved(await api.product_service.create_product(productValues(form)), "Created"),
  });
}

/** @param {Product} product @param {string} verb */
function saved(product, verb) {
  table.put(product);
  learnCategories([product]);
  changed("product");
  toast(`${verb} ${isolated(product.name)}`);
}

/**
 * What can be done to the rows that are selected; to `all` that match, also those not loaded.
 * @param {Product[]} rows @param {boolean} all @param {import("../../page/page.js").Page} page
 */
function massActs(rows, all, { params: { q, category, archived }, may }) {
  if (!may("mass_change_service.create_mass_change")) return [];
  const isArchived = archived === "true";
  const filter = { ...(q ? { q } : {}), ...(category ? { category } : {}), archived: isArchived };
  const kinds = [LIST_PRICES, CATEGORY];
  if (all) kinds.push(archivingKind("product_archived", !isArchived));
  const [only] = rows;
  return [
    massMenu(kinds, {
      selection: all ? { filter } : { ids: rows.map(({ id }) => id) },
      rows: all
        ? "all products that match"
        : only && rows.length === 1
          ? isolated(only.name)
          : units(rows.length, "product"),
      done: gone,
    }),
  ];
}

/** @param {Product[]} products */
function archiveButton(products) {
  const restore = products.every(({ archived_at }) => archived_at !== null);
  return h(
    "button",
    {
      class: "button",
      type: "button",
      onclick: () => (restore ? restoreProducts : archiveProducts)(products, gone),
    },
    icon(restore ? "archive-restore" : "archive"),
    restore ? "Restore" : "Archive",
  );
}

/** They are in the other list now. */
function gone() {
  table.clearPicked();
  table.refresh();
}
