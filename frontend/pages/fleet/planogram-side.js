/**
 * The side of the cabinet. It shows the products to drag, or the selected slots: their fields, their
 * ledger, and who changed them.
 * @module
 */
import { fill, h, icon, isolated, link, money, number, units, unknown } from "../../page/page.js";
import { codeOf } from "../../words/slots.js";
import { basisWords, isEstimate, mark } from "../../words/velocity.js";
import { slotEstimateWords } from "../../words/estimates.js";
import { stockOf } from "../../words/levels.js";
import { level } from "../../components/level/level.js";
import { productPhoto } from "../files/product-photo.js";
import { endWords } from "./planogram-grid.js";
import { ProductList } from "./product-list.js";
import { SlotFields } from "./slot-fields.js";
import { changesOf, ledgerOf } from "./slot-history.js";

/** @typedef {import("../../api.js").Schemas["Slot"]} Slot */
/** @typedef {import("../../api.js").Schemas["Product"]} Product */
/** @typedef {import("./planogram-draft.js").Draft} Draft */
/** @typedef {import("./planogram-grid.js").Grid} Grid */

export class Side {
  /** @type {Draft} */ draft;
  /** @type {Grid} */ grid;
  #products = new ProductList((product) => {
    if (this.grid.picked.length > 0) this.draft.place(this.grid.picked, product);
    else this.onPlace(product);
  });
  /** @type {SlotFields | null} */ #fields = null;
  #shows = "";
  /** Asks for the other slot of a swap. @type {() => void} */ onSwap = () => {};
  /** Asks for the slots of a product. @type {(product: Product) => void} */ onPlace = () => {};

  /**
   * @param {HTMLElement} element
   * @param {import("../../page/page.js").Page} page
   * @param {Draft} draft
   * @param {Grid} grid
   */
  constructor(element, page, draft, grid) {
    this.element = element;
    this.page = page;
    this.draft = draft;
    this.grid = grid;
    this.mayEdit = page.may("planogram_service.update_planogram");
  }

  /** The product of a row of the list, for dragging. @param {HTMLElement} row */
  productOf(row) {
    return this.#products.productOf(row);
  }

  /** Shows what fits the selection. */
  show() {
    const picked = this.grid.picked;
    const shows = picked.length === 0 ? (this.mayEdit ? "products" : "nothing") : picked.join();
    if (shows === this.#shows) return this.#refresh();
    this.#shows = shows;
    this.element.classList.toggle("is-open", picked.length > 0);
    if (picked.length > 0) this.#showSlots(picked);
    else if (this.mayEdit) this.showProducts();
    else
      fill(
        this.element,
        h("p", { class: "muted hint" }, "Choose a slot to see what is known about it."),
      );
  }

  showProducts() {
    this.#shows = "products";
    fill(this.element, this.#head("Products"), this.#products.parts());
  }

  open() {
    this.element.classList.add("is-open");
    this.#products.focus();
  }

  /** Puts the cursor into a field of the selected slots. @param {string} name */
  focus(name) {
    if (this.grid.picked.length === 0) this.grid.picked = this.grid.chosen;
    const control = this.element.querySelector(
      name === "product_id" ? "[name=product_id] input" : `input[name=${name}]`,
    );
    if (!(control instanceof HTMLInputElement)) return;
    control.focus();
    control.select();
    if (name === "product_id") control.click();
  }

  // Slots

  /** @param {string} words */
  #head(words) {
    return h(
      "header",
      null,
      h("h2", null, words),
      h(
        "button",
        {
          class: "button plain square close",
          type: "button",
          "aria-label": "Close",
          onclick: () => {
            this.grid.picked = [];
            this.element.classList.remove("is-open");
            this.grid.focus();
          },
        },
        icon("x"),
      ),
    );
  }

  /** @param {number[]} ids */
  #showSlots(ids) {
    const slots = ids.map((id) => this.draft.slot(id));
    const only = slots.length === 1 ? slots[0] : undefined;
    this.#fields = this.mayEdit
      ? new SlotFields(ids, this.draft, this.grid, () => this.onSwap())
      : null;
    fill(
      this.element,
      this.#head(
        only
          ? `Slot ${codeOf(only)}${codeOf(only) === only.label ? "" : ` at ${only.label}`}`
          : units(slots.length, "slot"),
      ),
      only && this.#level(only),
      this.#fields ? this.#fields.element : only && this.#facts(only),
      only && this.page.may("stock_service.list_stock_moves") && ledgerOf(only.id),
      only &&
        this.page.may("planogram_service.list_planogram_changes") &&
        changesOf(this.draft.cabinetId, only.id),
    );
  }

  /** Shows what changed in the draft. */
  #refresh() {
    const ids = this.grid.picked;
    if (ids.length === 0 || !this.mayEdit) return;
    this.#fields?.refresh();
    const bar = this.element.querySelector(".slot-level");
    const only = ids.length === 1 ? this.draft.slot(/** @type {number} */ (ids[0])) : undefined;
    if (bar && only) bar.replaceWith(this.#level(only));
  }

  /** @param {Slot} slot */
  #level(slot) {
    const words =
      slot.product_id === null
        ? "Nothing is in this slot."
        : slot.quantity === null
          ? "How much is in it is not known: nobody counted or filled it since the product came."
          : `${mark(slot.estimated_quantity !== null)}${number(stockOf(slot))} of ` +
            `${number(slot.capacity)}, par ${number(slot.par_level)}`;
    return h(
      "div",
      { class: "slot-level" },
      slot.product_id !== null && productPhoto(slot.product_id, slot.product_name ?? "the product"),
      slot.product_id !== null && level(slot),
      h("span", { class: "muted small" }, words),
      slot.estimated_quantity !== null &&
        h("span", { class: "muted small" }, `${slotEstimateWords(slot)}.`),
      slot.lost_cents_per_day > 0 &&
        h(
          "span",
          { class: "bad small" },
          `${money(slot.lost_cents_per_day)} lost a day while it is sold out.`,
        ),
      slot.product_id !== null && h("span", { class: "muted small" }, salesWords(slot)),
      slot.product_id !== null &&
        endWords(slot) !== "" &&
        h(
          "span",
          { class: "warn small" },
          slot.product_archived_at && "This product is archived. ",
          slot.sells_out_at
            ? "It sells out what is inside and is not refilled."
            : "It goes on being refilled.",
        ),
      slot.product_id !== null &&
        link(`/products/${slot.product_id}`, h("span", { class: "small" }, "About this product")),
    );
  }

  /** @param {Slot} slot */
  #facts({ product_name, selection, price_cents, machine_price_cents, reported_as }) {
    const fact = (
      /** @type {string} */ word,
      /** @type {import("../../page/dom.js").Child} */ value,
    ) => h("div", null, h("dt", null, word), h("dd", null, value));
    return h(
      "dl",
      { class: "facts" },
      fact("Product", product_name ?? unknown("The slot is empty")),
      fact("Selection", selection ?? unknown("Nothing sells from this slot")),
      reported_as &&
        fact("In the audit", [
          isolated(reported_as),
          h("span", { class: "muted" }, " taken for the same: nothing else fits"),
        ]),
      fact("Price", money(price_cents)),
      fact(
        "At the machine",
        machine_price_cents === null ? unknown("No audit says") : money(machine_price_cents),
      ),
    );
  }
}

/** @param {Slot} slot */
function salesWords({ units_per_day, units_per_day_basis: basis }) {
  if (units_per_day === null) return "What it sells a day is not known yet.";
  return `Sells ${mark(isEstimate(basis))}${number(units_per_day, 1)} a day. ${basisWords(basis)}.`;
}
