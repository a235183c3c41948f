/**
 * A product's form: its fields, what they say, and what somebody else changed meanwhile.
 * @module
 */
import { amountIn, field } from "../../components/field/field.js";
import { h } from "../../page/dom.js";
import { money, moneyInput, number } from "../../words/format.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */

/** @param {Product} [product] */
export function productFields(product) {
  return [
    field(
      "Name",
      h("input", {
        class: "input",
        name: "name",
        required: true,
        maxlength: 120,
        autocomplete: "off",
        value: product?.name ?? "",
      }),
      { wide: true },
    ),
    field(
      "SKU",
      h("input", {
        class: "input",
        name: "sku",
        maxlength: 40,
        autocomplete: "off",
        value: product?.sku ?? "",
      }),
      { optional: true },
    ),
    field(
      "Category",
      h("input", {
        class: "input",
        name: "category",
        maxlength: 60,
        autocomplete: "off",
        value: product?.category ?? "",
      }),
      { optional: true, hint: "Groups the pick list: Drinks, Snacks" },
    ),
    field(
      "Price",
      h("input", {
        class: "input number",
        name: "price_cents",
        inputmode: "decimal",
        required: true,
        value: moneyInput(product?.price_cents),
      }),
    ),
    field(
      "Cost",
      h("input", {
        class: "input number",
        name: "cost_cents",
        inputmode: "decimal",
        value: moneyInput(product?.cost_cents),
      }),
      { optional: true },
    ),
    field(
      "Case size",
      h("input", {
        class: "input number",
        name: "case_size",
        type: "number",
        min: 1,
        max: 10000,
        required: true,
        value: product?.case_size ?? 1,
      }),
      { hint: "Units in one case" },
    ),
  ];
}

/** @param {FormData} form */
export function productValues(form) {
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

/** What somebody else changed, in words. @param {Product} before @param {Product} now */
export function differences(before, now) {
  /** @type {[keyof Product, string, (value: any) => string][]} */
  const worded = [
    ["name", "Name", String],
    ["sku", "SKU", (sku) => sku ?? "none"],
    ["category", "Category", (category) => category || "none"],
    ["price_cents", "Price", money],
    ["cost_cents", "Cost", money],
    ["case_size", "Case size", number],
  ];
  return worded
    .filter(([name]) => before[name] !== now[name])
    .map(([name, label, say]) => `${label} is now ${say(now[name])}.`)
    .join(" ");
}
