/**
 * A product's form: its fields, what they say, and what somebody else changed meanwhile.
 * @module
 */
import { amountIn, field, textIn, textInput } from "../../components/field/field.js";
import { changedWords } from "../../words/conflict-words.js";
import { money, moneyInput, number } from "../../words/format.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */

const MOST_IN_CASE = 10_000;

/** @param {Product} [product] */
export function productFields(product) {
  const amount = (/** @type {"price_cents" | "cost_cents"} */ name, required = false) =>
    textInput(name, moneyInput(product?.[name]), {
      class: "input number",
      inputmode: "decimal",
      required,
    });
  const caseSize = textInput("case_size", product?.case_size ?? 1, {
    class: "input number",
    type: "number",
    min: 1,
    max: MOST_IN_CASE,
    required: true,
  });
  return [
    field("Name", textInput("name", product?.name, { required: true, maxlength: 120 }), {
      wide: true,
    }),
    field("SKU", textInput("sku", product?.sku, { maxlength: 40 }), { optional: true }),
    field("Category", textInput("category", product?.category, { maxlength: 60 }), {
      optional: true,
      hint: "Groups the pick list: Drinks, Snacks",
    }),
    field("Price", amount("price_cents", true)),
    field("Cost", amount("cost_cents"), { optional: true }),
    field("Case size", caseSize, { hint: "Units in one case" }),
  ];
}

/** @param {FormData} form */
export const productValues = (form) => ({
  name: textIn(form, "name"),
  sku: textIn(form, "sku") || null,
  category: textIn(form, "category"),
  price_cents: amountIn(textIn(form, "price_cents"), "/price_cents") ?? 0,
  cost_cents: amountIn(textIn(form, "cost_cents"), "/cost_cents"),
  case_size: Number(textIn(form, "case_size")),
});

/** What somebody else changed, in words. @param {Product} before @param {Product} now */
export const differences = (before, now) =>
  changedWords(before, now, [
    ["name", "Name"],
    ["sku", "SKU", (sku) => sku ?? "none"],
    ["category", "Category", (category) => category || "none"],
    ["price_cents", "Price", money],
    ["cost_cents", "Cost", money],
    ["case_size", "Case size", (size) => number(size)],
  ]);
