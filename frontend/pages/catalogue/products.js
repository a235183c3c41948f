import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  keys,
  link,
  money,
  number,
  onChanged,
  onParams,
  setParams,
  start,
  toast,
  unknown,
} from "../../page/page.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { productFields, productValues } from "./product-form.js";
import { archiveProducts, restoreProducts } from "./product-retiring.js";
import { Filters } from "../../components/filters/filters.js";
import { Search } from "../../components/search/search.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */

const table = byId("products", Table);
const search = byId("search", Search);
const filters = byId("filters", Filters);
/** @type {Set<string>} */
const categories = new Set();

start(async (page) => {
  const mayCreate = page.may("product_service.create_product");
  const mayChange = page.may("product_service.update_product");

  /** @type {import("../../components/table/table.js").Column<Product>[]} */
  const columns = [
    {
      label: "Product",
      sort: "name",
      phone: "title",
      cell: ({ id, name }) => link(`/products/${id}`, name),
    },
    { label: "SKU", width: "16%", cell: ({ sku }) => sku ?? unknown("No SKU given") },
    {
      label: "Category",
      sort: "category",
      order: "ascending",
      width: "18%",
      cell: ({ category }) => category || unknown("No category given"),
    },
    {
      label: "Case",
      number: true,
      width: "72px",
      phone: "hide",
      cell: ({ case_size }) => number(case_size),
    },
    {
      label: "Cost",
      number: true,
      width: "96px",
      phone: "hide",
      cell: ({ cost_cents }) =>
        cost_cents === null ? unknown("No cost given") : money(cost_cents),
    },
    {
      label: "Price",
      sort: "price_cents",
      number: true,
      width: "96px",
      phone: "end",
      cell: ({ price_cents }) => money(price_cents),
    },
  ];

  table.toggleAttribute("selectable", mayChange);
  table.columns = columns;
  table.rowClass = ({ archived_at }) => (archived_at ? "muted" : "");
  table.empty = () => nothing(page.params, mayCreate);
  table.bulk = (rows) => [archiveButton(rows)];
  table.addEventListener("sort", (event) =>
    setParams({ sort: /** @type {CustomEvent} */ (event).detail }),
  );
  search.addEventListener("search", () => {
    setParams({ q: search.value });
    table.reload();
  });
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    table.reload();
  });

  onParams(() => {
    show();
    table.reload();
  });
  onChanged(["product", "everything"], () => table.refresh());
  if (mayCreate) {
    byId("new").onclick = () => create();
    keys({ n: ["New product", create] });
  }
  show();
  table.source = async ({ cursor, counted, limit, sort, signal }) => {
    const { q, category, archived } = page.params;
    const found = await api.product_service.list_products(
      {
        q,
        category,
        archived: archived === "true",
        sort: /** @type {any} */ (sort),
        cursor,
        counted,
        limit,
      },
      { signal },
    );
    learnCategories(found.items);
    return found;
  };

  /** What the address says, in the controls. */
  function show() {
    const { q = "", sort = "name", category = "", archived = "" } = page.params;
    search.value = q;
    table.sort = sort;
    filters.values = { category, archived };
    if (category) categories.add(category);
    drawFilters();
  }
});

/** @param {Product[]} products */
function learnCategories(products) {
  const before = categories.size;
  for (const { category } of products) if (category) categories.add(category);
  if (categories.size > before) drawFilters();
}

function drawFilters() {
  const options = [...categories].sort().map((value) => ({ value, label: value }));
  filters.filters = [
    { name: "category", label: "Category", options },
    { name: "archived", label: "Archived" },
  ];
}

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} mayCreate as well as restore
 */
function nothing({ q, category, archived }, mayCreate) {
  if (q || category)
    return empty({
      icon: "search",
      heading: "No product matches",
      text: "Try fewer words, or clear the filters.",
    });
  if (archived)
    return empty({
      icon: "archive",
      heading: "Nothing is archived",
      text: `Archived products keep their sales${mayCreate ? " and can be restored from here" : ""}.`,
    });
  return empty({
    icon: "package",
    heading: "No products yet",
    text: mayCreate
      ? "Products are what slots hold. Add them here, or let a machine's first audit propose them."
      : "Products are what slots hold. A manager adds them, or takes them over from a machine's first audit.",
    action:
      mayCreate &&
      h(
        "button",
        { class: "button primary", type: "button", onclick: create },
        icon("plus"),
        "New product",
      ),
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
