/**
 * The fields of the slots that are selected in a cabinet: each sets one figure of all of them.
 * @module
 */
import { api, fill, h, icon, money, moneyInput, readMoney } from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { Field, field, textInput } from "../../components/field/field.js";
import { figureOf } from "../../words/slots.js";
import { isOffMachine } from "./planogram-draft.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */
/** @typedef {import("./planogram-draft.js").Draft} Draft */
/** @typedef {import("./planogram-grid.js").Grid} Grid */
/** @typedef {"par_level" | "capacity" | "price_cents" | "quantity"} Figure */

export class SlotFields {
  /** @type {number[]} */ #ids;
  /** @type {Draft} */ #draft;
  /** @type {Grid} */ #grid;
  /** @type {() => void} */ #swap;
  /** Those that were offered to be chosen. @type {Map<number, Product>} */ #products = new Map();

  /**
   * @param {number[]} ids of the slots
   * @param {Draft} draft
   * @param {Grid} grid
   * @param {() => void} swap asks for the other slot of a swap
   */
  constructor(ids, draft, grid, swap) {
    this.#ids = ids;
    this.#draft = draft;
    this.#grid = grid;
    this.#swap = swap;
    this.element = this.#fields();
  }

  #fields() {
    const isOne = this.#ids.length === 1;
    const empty = () => {
      this.#draft.empty(this.#ids);
      this.#grid.focus();
    };
    const swap = { class: "button", type: "button", onclick: this.#swap };
    return h(
      "div",
      { class: "slot-form" },
      h("div", { class: "wide" }, field("Product", this.#product())),
      field("Par", this.#figure("par_level")),
      field("Capacity", this.#figure("capacity")),
      field("Price", this.#figure("price_cents")),
      field("Counted now", this.#figure("quantity")),
      isOne && field("Selection", this.#selection()),
      h(
        "div",
        { class: "wide bar" },
        isOne && h("button", swap, icon("arrow-right"), "Swap with…"),
        h("button", { class: "button", type: "button", onclick: empty }, "Empty"),
        h("span", { class: "bar ends" }, this.#ends()),
      ),
    );
  }

  /** The product that the slots hold. */
  #product() {
    const box = combobox({
      name: "product_id",
      label: "Product",
      placeholder: this.#ids.length > 1 ? "Mixed" : "Empty",
      chosen: this.#common(),
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
      if (chosen) this.#draft.place(this.#ids, chosen);
      else this.#draft.empty(this.#ids);
      this.#grid.focus();
    });
    return box;
  }

  /** The selection: what a customer presses. */
  #selection() {
    const input = textInput("selection", this.#draft.slot(this.#ids[0] ?? 0).selection, {
      maxlength: 20,
      onchange: () => this.#draft.set(this.#ids, { selection: input.value.trim() || null }),
    });
    this.#enters(input);
    return input;
  }

  /**
   * The buttons that depend on what the slots hold: take the machine's price, sell them out.
   */
  #ends() {
    const slots = this.#ids
      .map((id) => this.#draft.slot(id))
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
            this.#grid.focus();
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
          () => this.#draft.takeMachinePrices(this.#ids),
          "As the last audit says",
        ),
      slots.length > 0 &&
        (sold
          ? button(
              "Refill again",
              () => this.#draft.sellOut(this.#ids, false),
              "Orders load it up to par again",
            )
          : button(
              "Do not refill",
              () => this.#draft.sellOut(this.#ids, true),
              "Sells out what is inside: orders load it no more",
            )),
    ];
  }

  /** An input that sets one figure of all the slots. @param {Figure} name */
  #figure(name) {
    const isMoney = name === "price_cents";
    const input = h("input", {
      class: "input number",
      name,
      dataset: { figure: name },
      autocomplete: "off",
      inputmode: isMoney ? "decimal" : "numeric",
    });
    this.#fillIn(input);
    input.onchange = () => {
      const { cents, wrong } = isMoney
        ? readMoney(input.value)
        : { cents: figureOf(input.value), wrong: undefined };
      const within = input.closest("cvd-field");
      if (within instanceof Field) within.error = wrong ?? "";
      if (wrong !== undefined) return;
      const value = cents;
      if (value === undefined || (value === null && !isMoney)) this.#fillIn(input);
      else
        this.#draft.set(
          name === "quantity"
            ? this.#ids.filter((id) => this.#draft.slot(id).product_id !== null)
            : this.#ids,
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
      this.#grid.focus();
    });
  }

  /** @param {HTMLInputElement} input */
  #fillIn(input) {
    const name = /** @type {Figure} */ (input.name);
    const values = new Set(this.#ids.map((id) => this.#draft.slot(id)[name]));
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

  #common() {
    const products = new Map(
      this.#ids
        .map((id) => this.#draft.slot(id))
        .map(({ product_id, product_name }) => [product_id, product_name]),
    );
    const [[id, name] = [null, null]] = products;
    return products.size === 1 && id !== null && id !== undefined
      ? { value: id, label: name ?? "" }
      : null;
  }

  /** Shows what changed in the draft, except where somebody is typing. */
  refresh() {
    for (const input of this.element.querySelectorAll("input[data-figure]")) {
      if (input instanceof HTMLInputElement && input !== document.activeElement)
        this.#fillIn(input);
    }
    const product = /** @type {any} */ (this.element.querySelector("cvd-combobox"));
    if (product && !product.contains(document.activeElement)) product.chosen = this.#common();
    const ends = this.element.querySelector(".ends");
    if (ends) fill(ends, this.#ends());
  }
}
