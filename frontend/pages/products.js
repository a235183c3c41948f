import { api, byId, changed, h, icon, isolated, keys, money, moneyInput, number, onChanged, onParams, setParams, start, toast, unknown } from "../modules/page.js";
import { archiving } from "../modules/archiving.js";
import { openForm } from "../components/dialog/dialog.js";
import { empty } from "../components/empty/empty.js";
import { amountIn, field } from "../components/field/field.js";
import { Filters } from "../components/filters/filters.js";
import { Search } from "../components/search/search.js";
import { Table } from "../components/table/table.js";

/** @typedef {import("../api.js").Schemas["Product"]} Product */

const table = byId("products", Table);
const search = byId("search", Search);
const filters = byId("filters", Filters);
const archive = archiving({
  table,
  noun: "product",
  nouns: "products",
  update: (/** @type {Product} */ { id, version }, archived) => api.product_service.update_product({ product_id: id, version, archived }),
});
/** @type {Set<string>} */
const categories = new Set();

start(async (page) => {
  const mayCreate = page.may("product_service.create_product");
  const mayChange = page.may("product_service.update_product");

  /** @type {import("../components/table/table.js").Column<Product>[]} */
  const columns = [
    { label: "Product", sort: "name", phone: "title", cell: ({ name }) => name },
    { label: "SKU", width: "16%", cell: ({ sku }) => sku ?? unknown("No SKU given") },
    { label: "Category", sort: "category", order: "ascending", width: "18%", cell: ({ category }) => category || unknown("No category given") },
    { label: "Case", number: true, width: "72px", phone: "hide", cell: ({ case_size }) => number(case_size) },
    { label: "Cost", number: true, width: "96px", phone: "hide", cell: ({ cost_cents }) => (cost_cents === null ? unknown("No cost given") : money(cost_cents)) },
    { label: "Price", sort: "price_cents", number: true, width: "96px", phone: "end", cell: ({ price_cents }) => money(price_cents) },
  ];

  table.toggleAttribute("selectable", mayChange);
  table.columns = columns;
  table.rowClass = ({ archived_at }) => (archived_at ? "muted" : "");
  table.empty = () => nothing(page.params, mayCreate);
  table.bulk = (rows) => [archive.button(rows)];
  table.addEventListener("sort", (event) => setParams({ sort: /** @type {CustomEvent} */ (event).detail }));
  table.open = mayChange ? edit : null;
  search.addEventListener("search", () => { setParams({ q: search.value }); table.reload(); });
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    table.reload();
  });

  onParams(() => { show(); table.reload(); });
  onChanged(["product", "everything"], () => table.refresh());
  if (mayCreate) {
    byId("new").onclick = () => create();
    keys({ n: ["New product", create] });
  }
  show();
  table.source = async ({ cursor, counted, limit, sort, signal }) => {
    const { q, category, archived } = page.params;
    const found = await api.product_service.list_products({ q, category, archived: archived === "true", sort: /** @type {any} */ (sort), cursor, counted, limit }, { signal });
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
  filters.filters = [{ name: "category", label: "Category", options }, { name: "archived", label: "Archived" }];
}

/** @param {import("../modules/page.js").Params} params @param {boolean} mayCreate as well as restore */
function nothing({ q, category, archived }, mayCreate) {
  if (q || category) return empty({ icon: "search", heading: "No product matches", text: "Try fewer words, or clear the filters." });
  if (archived) return empty({ icon: "archive", heading: "Nothing is archived", text: `Archived products keep their sales${mayCreate ? " and can be restored from here" : ""}.` });
  return empty({
    icon: "package",
    heading: "No products yet",
    text: mayCreate ? "Products are what slots hold. Add them here, or let a machine's first audit propose them." : "Products are what slots hold. A manager adds them, or takes them over from a machine's first audit.",
    action: mayCreate && h("button", { class: "button primary", type: "button", onclick: create }, icon("plus"), "New product"),
  });
}

/** @param {Product} [product] */
function productFields(product) {
  return [
    field("Name", h("input", { class: "input", name: "name", required: true, maxlength: 120, autocomplete: "off", value: product?.name ?? "" }), { wide: true }),
    field("SKU", h("input", { class: "input", name: "sku", maxlength: 40, autocomplete: "off", value: product?.sku ?? "" }), { optional: true }),
    field("Category", h("input", { class: "input", name: "category", maxlength: 60, autocomplete: "off", value: product?.category ?? "" }), { optional: true, hint: "Groups the pick list: Drinks, Snacks" }),
    field("Price", h("input", { class: "input number", name: "price_cents", inputmode: "decimal", required: true, value: moneyInput(product?.price_cents) })),
    field("Cost", h("input", { class: "input number", name: "cost_cents", inputmode: "decimal", value: moneyInput(product?.cost_cents) }), { optional: true }),
    field("Case size", h("input", { class: "input number", name: "case_size", type: "number", min: 1, max: 10000, required: true, value: product?.case_size ?? 1 }), { hint: "Units in one case" }),
  ];
}

/** @param {FormData} form */
function valuesOf(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
  return {
    name: text("name"),
    sku: text("sku") || null,
    category: text("category"),
    price_cents: amountIn(text("price_cents"), "/price_cents") ?? 0,
    cost_cents: amountIn(text("cost_cents"), "/cost_cents"),
    case_size: Number(text("case_size")),
  };
}

function create() {
  openForm({
    heading: "New product",
    action: "Create product",
    fields: productFields(),
    save: async (form) => saved(await api.product_service.create_product(valuesOf(form)), "Created"),
  });
}

/** @param {Product} product */
function edit(product) {
  let base = product;
  openForm({
    heading: product.name,
    action: "Save changes",
    fields: productFields(product),
    other: archive.other(product, () => base),
    save: async (form) => saved(await api.product_service.update_product({ product_id: base.id, version: base.version, ...valuesOf(form) }), "Saved"),
    conflict: (/** @type {Product} */ current) => {
      const theirs = differences(base, current);
      base = current;
      table.put(current);
      return theirs;
    },
  });
}

/** What somebody else changed, in words. @param {Product} before @param {Product} now */
function differences(before, now) {
  /** @type {[keyof Product, string, (value: any) => string][]} */
  const worded = [["name", "Name", String], ["sku", "SKU", (sku) => sku ?? "none"], ["category", "Category", (category) => category || "none"], ["price_cents", "Price", money], ["cost_cents", "Cost", money], ["case_size", "Case size", number]];
  return worded.filter(([name]) => before[name] !== now[name]).map(([name, label, say]) => `${label} is now ${say(now[name])}.`).join(" ");
}

/** @param {Product} product @param {string} verb */
function saved(product, verb) {
  table.put(product);
  learnCategories([product]);
  changed("product");
  toast(`${verb} ${isolated(product.name)}`);
}
