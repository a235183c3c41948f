/**
 * The products beside a cabinet. People find one by typing, then drag it onto a slot or choose it.
 * @module
 */
import { api, debounce, fill, h, icon, money } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */

export class ProductList {
  #search = h("input", {
    class: "input",
    type: "search",
    placeholder: "Search products",
    "aria-label": "Search products",
    autocomplete: "off",
  });
  #found = h("ul", { class: "products" });
  /** @type {Map<number, Product>} */ #products = new Map();

  /** @param {(product: Product) => void} choose takes the one that is pressed */
  constructor(choose) {
    this.#search.oninput = debounce(() => this.#find(), 120);
    this.#found.onclick = (event) => {
      const chosen = event.target instanceof Element ? event.target.closest("button") : null;
      const product = chosen && this.productOf(chosen);
      if (product) choose(product);
    };
  }

  /** The parts of the list. The products are loaded when it shows for the first time. */
  parts() {
    if (this.#products.size === 0) this.#find();
    return [
      this.#search,
      h("p", { class: "muted small hint" }, "Drag one onto a slot, or choose it, then its slots."),
      this.#found,
    ];
  }

  focus() {
    this.#search.focus();
  }

  /** The product of a row of the list. @param {HTMLElement} row */
  productOf(row) {
    return this.#products.get(Number(row.dataset.product)) ?? null;
  }

  async #find() {
    const words = this.#search.value.trim();
    const { items } = await api.product_service.list_products({
      q: words || undefined,
      sort: words ? "match" : "name",
      limit: 100,
    });
    if (words !== this.#search.value.trim()) return;
    this.#products = new Map(items.map((product) => [product.id, product]));
    fill(
      this.#found,
      items.map(({ id, name, price_cents, category }) =>
        h(
          "li",
          null,
          h(
            "button",
            { type: "button", class: "product", dataset: { product: id } },
            icon("grip-vertical"),
            h("span", { class: "truncate" }, name),
            h("span", { class: "muted small" }, money(price_cents)),
            category && h("span", { class: "visually-hidden" }, category),
          ),
        ),
      ),
      items.length === 0 &&
        h(
          "li",
          { class: "muted hint" },
          words ? `Nothing matches “${words}”.` : "No products yet.",
        ),
    );
  }
}
