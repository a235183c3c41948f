/**
 * Beside the cabinet: the products to drag, or the selected slots with their fields, their ledger
 * and who changed them.
 * @module
 */
import { codeOf } from "../../words/slots.js";
import {
  api,
  dateTime,
  debounce,
  fill,
  h,
  icon,
  isolated,
  link,
  money,
  moneyInput,
  number,
  readMoney,
  time,
  toastProblem,
  units,
  unknown,
} from "../../page/page.js";
import { basisWords, isEstimate, mark } from "../../words/velocity.js";
import { slotEstimateWords } from "../../words/estimates.js";
import { stockOf } from "../../words/levels.js";
import { combobox } from "../../components/combobox/combobox.js";
import { Field, field, textInput } from "../../components/field/field.js";
import { level } from "../../components/level/level.js";
import { isOffMachine } from "./planogram-draft.js";
import { endWords } from "./planogram-grid.js";

/** @typedef {import("../../api.js").Schemas["Slot"]} Slot */
/** @typedef {import("../../api.js").Schemas["Product"]} Product */
/** @typedef {import("./planogram-draft.js").Draft} Draft */
/** @typedef {import("./planogram-grid.js").Grid} Grid */
/** @typedef {"par_level" | "capacity" | "price_cents" | "quantity"} Figure */

const REASONS = {
  sale: "Sold",
  fill: "Filled",
  removal: "Removed",
  count: "Counted",
  planogram: "Counted",
  reversal: "Visit reversed",
  unexplained: "Unexplained",
};
const FIELD_WORDS = /** @type {Record<string, string>} */ ({
  product_id: "Product",
  selection: "Selection",
  capacity: "Capacity",
  par_level: "Par",
  price_cents: "Price",
  quantity: "Count",
  label: "Label",
});

export class Side {
  /** @type {Draft} */ draft;
  /** @type {Grid} */ grid;
  #search = h("input", {
    class: "input",
    type: "search",
    placeholder: "Search products",
    "aria-label": "Search products",
    autocomplete: "off",
  });
  #found = h("ul", { class: "products" });
  /** @type {Map<number, Product>} */ #products = new Map();
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
    this.#search.oninput = debounce(() => this.#findProducts(), 120);
    this.#found.onclick = (event) => {
      const chosen = event.target instanceof Element ? event.target.closest("button") : null;
      if (chosen) this.#place(Number(chosen.dataset.product));
    };
  }

  /** The product of a row of the list, for dragging. @param {HTMLElement} row */
  productOf(row) {
    return this.#products.get(Number(row.dataset.product)) ?? null;
  }

  /** Shows what fits the selection. */
  show() {
    const picked = this.grid.picked;
    const shows = picked.length === 0 ? (this.mayEdit ? "products" : "nothing") : picked.join();
    if (shows === this.#shows) return this.#refresh(picked);
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
    fill(
      this.element,
      this.#head("Products"),
      this.#search,
      h("p", { class: "muted small hint" }, "Drag one onto a slot, or choose it, then its slots."),
      this.#found,
    );
    if (this.#products.size === 0) this.#findProducts();
  }

  open() {
    this.element.classList.add("is-open");
    this.#search.focus();
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

  // Products

  async #findProducts() {
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

  /** @param {number} id */
  #place(id) {
    const product = this.#products.get(id);
    if (!product) return;
    if (this.grid.picked.length > 0) this.draft.place(this.grid.picked, product);
    else this.onPlace(product);
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
    fill(
      this.element,
      this.#head(
        only
          ? `Slot ${codeOf(only)}${codeOf(only) === only.label ? "" : ` at ${only.label}`}`
          : units(slots.length, "slot"),
      ),
      only && this.#level(only),
      this.mayEdit ? this.#form(ids) : only && this.#facts(only),
      only && this.page.may("stock_service.list_stock_moves") && this.#ledger(only.id),
      only && this.page.may("planogram_service.list_planogram_changes") && this.#changes(only.id),
    );
  }

  /** What changed in the draft, in the fields that nobody is typing in. @param {number[]} ids */
  #refresh(ids) {
    if (ids.length === 0 || !this.mayEdit) return;
    for (const input of this.element.querySelectorAll("input[data-figure]")) {
      if (input instanceof HTMLInputElement && input !== document.activeElement)
        this.#fillIn(input, ids);
    }
    const product = /** @type {any} */ (this.element.querySelector("cvd-combobox"));
    if (product && !product.contains(document.activeElement)) product.chosen = this.#common(ids);
    const bar = this.element.querySelector(".slot-level");
    const only = ids.length === 1 ? this.draft.slot(/** @type {number} */ (ids[0])) : undefined;
    if (bar && only) bar.replaceWith(this.#level(only));
    const ends = this.element.querySelector(".ends");
    if (ends) fill(ends, this.#ends(ids));
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

  /** @param {number[]} ids */
  #form(ids) {
    const isOne = ids.length === 1;
    const empty = () => {
      this.draft.empty(ids);
      this.grid.focus();
    };
    const swap = { class: "button", type: "button", onclick: () => this.onSwap() };
    return h(
      "div",
      { class: "slot-form" },
      h("div", { class: "wide" }, field("Product", this.#product(ids))),
      field("Par", this.#figure("par_level", ids)),
      field("Capacity", this.#figure("capacity", ids)),
      field("Price", this.#figure("price_cents", ids)),
      field("Counted now", this.#figure("quantity", ids)),
      isOne && field("Selection", this.#selection(ids)),
      h(
        "div",
        { class: "wide bar" },
        isOne && h("button", swap, icon("arrow-right"), "Swap with…"),
        h("button", { class: "button", type: "button", onclick: empty }, "Empty"),
        h("span", { class: "bar ends" }, this.#ends(ids)),
      ),
    );
  }

  /** What the slots hold. @param {number[]} ids */
  #product(ids) {
    const box = combobox({
      name: "product_id",
      label: "Product",
      placeholder: ids.length > 1 ? "Mixed" : "Empty",
      chosen: this.#common(ids),
      source: async (q, signal) => {
        const { items } = await api.product_service.list_products(
          { q: q || undefined, sort: q ? "match" : "name", limit: 30 },
          { signal },
        );
        for (const each of items) this.#products.set(each.id, each);
        return items.map(({ id, name, price_cents }) => ({
          value: id,
          label: name,
          detail: money(price_cents),
        }));
      },
    });
    box.addEventListener("choose", (event) => {
      const choice = /** @type {CustomEvent} */ (event).detail;
      const chosen = choice ? this.#products.get(Number(choice.value)) : null;
      if (chosen) this.draft.place(ids, chosen);
      else this.draft.empty(ids);
      this.grid.focus();
    });
    return box;
  }

  /** What is pressed for the slot. @param {number[]} ids */
  #selection(ids) {
    const input = textInput("selection", this.draft.slot(ids[0] ?? 0).selection, {
      maxlength: 20,
      onchange: () => this.draft.set(ids, { selection: input.value.trim() || null }),
    });
    this.#enters(input);
    return input;
  }

  /**
   * What else can be done with slots as they are now: take the machine's price, sell them out.
   * @param {number[]} ids
   */
  #ends(ids) {
    const slots = ids
      .map((id) => this.draft.slot(id))
      .filter(({ product_id }) => product_id !== null);
    const sold = slots.length > 0 && slots.every(({ sells_out_at }) => sells_out_at !== null);
    const off = slots.filter(isOffMachine);
    const button = (
      /** @type {string} */ words,
      /** @type {() => void} */ run,
      /** @type {string} */ tip,
    ) =>
      h(
        "button",
        {
          class: "button",
          type: "button",
          "data-tip": tip,
          onclick: () => {
            run();
            this.grid.focus();
          },
        },
        words,
      );
    return [
      off.length > 0 &&
        button(
          off.length === 1
            ? `Take ${money(off[0]?.machine_price_cents)} from the machine`
            : "Take the machine's prices",
          () => this.draft.takeMachinePrices(ids),
          "As the last audit says",
        ),
      slots.length > 0 &&
        (sold
          ? button(
              "Refill again",
              () => this.draft.sellOut(ids, false),
              "Orders load it up to par again",
            )
          : button(
              "Do not refill",
              () => this.draft.sellOut(ids, true),
              "Sells out what is inside: orders load it no more",
            )),
    ];
  }

  /** An input that sets one figure of all the slots. @param {Figure} name @param {number[]} ids */
  #figure(name, ids) {
    const isMoney = name === "price_cents";
    const input = h("input", {
      class: "input number",
      name,
      dataset: { figure: name },
      autocomplete: "off",
      inputmode: isMoney ? "decimal" : "numeric",
    });
    this.#fillIn(input, ids);
    input.onchange = () => {
      const { cents, wrong } = isMoney
        ? readMoney(input.value)
        : { cents: figureOf(input.value), wrong: undefined };
      const within = input.closest("cvd-field");
      if (within instanceof Field) within.error = wrong ?? "";
      if (wrong !== undefined) return;
      const value = cents;
      if (value === undefined || (value === null && !isMoney)) this.#fillIn(input, ids);
      else
        this.draft.set(
          name === "quantity" ? ids.filter((id) => this.draft.slot(id).product_id !== null) : ids,
          { [name]: value },
        );
    };
    this.#enters(input);
    return input;
  }

  /** Enter takes the value and goes back to the cabinet. @param {HTMLInputElement} input */
  #enters(input) {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") input.value = input.defaultValue;
      input.blur();
      this.grid.focus();
    });
  }

  /** @param {HTMLInputElement} input @param {number[]} ids */
  #fillIn(input, ids) {
    const name = /** @type {Figure} */ (input.name);
    const values = new Set(ids.map((id) => this.draft.slot(id)[name]));
    const [value] = values;
    const word = (/** @type {number | null | undefined} */ each) =>
      each === null || each === undefined
        ? ""
        : name === "price_cents"
          ? moneyInput(each)
          : String(each);
    input.value = values.size === 1 ? word(value) : "";
    input.defaultValue = input.value;
    input.placeholder = values.size > 1 ? "Mixed" : name === "quantity" ? "Unknown" : "";
  }

  /** @param {number[]} ids */
  #common(ids) {
    const products = new Map(
      ids
        .map((id) => this.draft.slot(id))
        .map(({ product_id, product_name }) => [product_id, product_name]),
    );
    const [[id, name] = [null, null]] = products;
    return products.size === 1 && id !== null && id !== undefined
      ? { value: id, label: name ?? "" }
      : null;
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

  /** @param {number} slot_id */
  #ledger(slot_id) {
    const list = h("ul", { class: "ledger" });
    return this.#history("Stock ledger", list, async () => {
      const { items } = await api.stock_service.list_stock_moves({ slot_id, limit: 30 });
      fill(
        list,
        items.map((move) =>
          h(
            "li",
            null,
            h(
              "span",
              null,
              move.source.kind === "dex_read"
                ? link(`/dex/${move.source.id}`, REASONS[move.reason])
                : REASONS[move.reason],
            ),
            h("span", { class: "muted small" }, time(move.occurred_at)),
            h(
              "b",
              { class: "number" },
              move.quantity > 0 ? `+${number(move.quantity)}` : `−${number(-move.quantity)}`,
            ),
            h(
              "span",
              { class: "number muted", "data-tip": "Left in the slot" },
              number(move.balance),
            ),
          ),
        ),
        items.length === 0 && h("li", { class: "muted" }, "Nothing moved here yet."),
      );
    });
  }

  /** @param {number} slot_id */
  #changes(slot_id) {
    const list = h("ul", { class: "ledger changes" });
    return this.#history("Planogram changes", list, async () => {
      const { items } = await api.planogram_service.list_planogram_changes({
        cabinet_id: this.draft.cabinetId,
        slot_id,
        limit: 20,
      });
      fill(
        list,
        items.map(({ username, changed_at, changes }) =>
          h(
            "li",
            null,
            h("span", null, changes.map((each) => wordOf(each)).join(", ")),
            h(
              "span",
              { class: "muted small", "data-tip": dateTime(changed_at) },
              username,
              " ",
              time(changed_at),
            ),
          ),
        ),
        items.length === 0 && h("li", { class: "muted" }, "Never changed."),
      );
    });
  }

  /**
   * A part that loads when it is opened.
   * @param {string} words
   * @param {HTMLElement} list
   * @param {() => Promise<void>} load
   */
  #history(words, list, load) {
    const part = h("details", { class: "history" }, h("summary", null, words), list);
    part.addEventListener("toggle", () => {
      if (part.open && list.childElementCount === 0) load().catch(toastProblem);
    });
    return part;
  }
}

/** @param {Slot} slot */
function salesWords({ units_per_day, units_per_day_basis: basis }) {
  if (units_per_day === null) return "What it sells a day is not known yet.";
  return `Sells ${mark(isEstimate(basis))}${number(units_per_day, 1)} a day. ${basisWords(basis)}.`;
}

/** @param {{field: string, from: string | number | null, to: string | number | null}} change */
function wordOf({ field: name, from, to }) {
  const value = (/** @type {string | number | null} */ each) =>
    each === null ? "none" : name === "price_cents" ? money(Number(each)) : String(each);
  if (name === "product_id") return to === null ? "emptied" : "another product";
  return name === "quantity"
    ? `counted ${value(to)}`
    : `${FIELD_WORDS[name] ?? name} ${value(from)} → ${value(to)}`;
}

/** A whole number, null for none, undefined for nonsense. @param {string} text */
function figureOf(text) {
  if (text.trim() === "") return null;
  return /^\d{1,5}$/.test(text.trim()) && Number(text) <= 10_000 ? Number(text) : undefined;
}
