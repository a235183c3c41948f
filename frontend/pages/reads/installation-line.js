/**
 * One slot of a new machine, as its audit tells it and somebody may change it.
 * @module
 */
import { combobox } from "../../components/combobox/combobox.js";
import { amountIn } from "../../components/field/field.js";
import { api, h, money, moneyInput } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {Read["selections"][number]} Selection */
/** @typedef {import("../../components/combobox/combobox.js").Choice} Choice */
/**
 * @typedef {Record<"selection" | "price" | "capacity" | "par" | "count", HTMLInputElement>} Inputs
 */
/**
 * @typedef {object} Line
 * @property {string} selection
 * @property {number | null} price_cents
 * @property {HTMLElement} line
 * @property {HTMLElement} place
 * @property {number} cabinet
 * @property {import("./installation-places.js").Wanted} wanted
 * @property {number} row
 * @property {number} column
 * @property {import("../../components/combobox/combobox.js").Combobox} product
 * @property {Inputs} inputs
 * @property {HTMLElement} error
 */

const USUAL_CAPACITY = 10;
/** A machine has no more. */
export const MOST_CABINETS = 3;
/** Before the name of a product that is made with the machine. */
export const NEW = "new:";

/** Does the machine say anything of it? @param {Selection} each */
export const isUsed = ({ price_cents, value_init_cents, count_init, name }) =>
  Boolean(price_cents || value_init_cents || count_init || name);

/**
 * @param {Selection} each
 * @param {Read} read
 * @param {Map<string, Choice>} products by name
 * @param {() => void} told another product was chosen
 * @returns {Line}
 */
export function lineOf(each, read, products, told) {
  const { selection, name, price_cents, cabinet, row, column } = each;
  const inputs = inputsOf(each, read);
  const product = combobox({
    label: `Product in ${selection}`,
    placeholder: "Choose or type a new name",
    source: findProducts,
    create: async (text) => ({ value: NEW + text, label: text }),
    chosen: guessed(name, products),
  });
  product.addEventListener("choose", told);
  const place = h("span", { class: "place" });
  const error = h("span", { class: "error", role: "alert", hidden: true });
  return {
    selection,
    price_cents,
    line: h(
      "div",
      { class: "slot-line" },
      place,
      captioned("selection", "Sel.", inputs.selection),
      h("span", { class: "of-product" }, product),
      captioned("price", "Price", inputs.price),
      captioned("capacity", "Capacity", inputs.capacity),
      captioned("par", "Par", inputs.par),
      captioned("count", "Counted", inputs.count),
      error,
    ),
    place,
    cabinet: Math.min(cabinet, MOST_CABINETS),
    wanted: { row, column },
    row: 0,
    column: 0,
    product,
    inputs,
    error,
  };
}

/** As the API takes it. @param {Line} line @param {string} pointer of its price */
export function slotOf({ inputs, product, row, column }, pointer) {
  const price = amountIn(inputs.price.value, pointer);
  return {
    selection: inputs.selection.value.trim(),
    capacity: Number(inputs.capacity.value),
    par_level: Number(inputs.par.value),
    price_cents: price,
    ...(row ? { row, column } : {}),
    ...(product.value.startsWith(NEW)
      ? { product: { name: product.value.slice(NEW.length), price_cents: price ?? 0 } }
      : { product_id: Number(product.value) || null }),
  };
}

/** What is typed for one selection. @param {Selection} each @param {Read} read @returns {Inputs} */
function inputsOf({ selection, price_cents }, read) {
  const machine = machineFigures(selection, read);
  const typed = (/** @type {string} */ label, /** @type {Record<string, any>} */ props) =>
    h("input", { class: "input", autocomplete: "off", "aria-label": label, ...props });
  const figure = (/** @type {string} */ label, /** @type {number | null} */ value) =>
    typed(`${label} of ${selection}`, {
      class: "input number",
      type: "number",
      min: 0,
      max: 10000,
      inputmode: "numeric",
      value: value ?? "",
    });
  return {
    selection: typed(`Selection ${selection}`, { maxlength: 20, required: true, value: selection }),
    price: typed(`Price of ${selection}`, {
      class: "input number",
      inputmode: "decimal",
      value: moneyInput(price_cents),
    }),
    capacity: figure("Capacity", machine.capacity ?? USUAL_CAPACITY),
    par: figure("Par level", machine.par ?? machine.capacity ?? USUAL_CAPACITY),
    count: figure("Counted quantity", null),
  };
}

/**
 * The product that the machine names, if it does.
 * @param {string | null} name
 * @param {Map<string, Choice>} products
 * @returns {Choice | null}
 */
function guessed(name, products) {
  const said = name?.trim();
  if (!said || said.length < 2) return null;
  return products.get(said.toLowerCase()) ?? { value: NEW + said, label: said };
}

/**
 * Capacity and standard fill, where the machine states them in PA1.
 * @param {string} selection
 * @param {Read} read
 */
function machineFigures(selection, { records }) {
  const [, part, said] = /^(?:(\d+):)?(.*)$/.exec(selection) ?? [];
  const alike = records.filter(
    ({ id, fields }) => id === "PA1" && fields[0]?.value.trim() === said,
  );
  const record = alike[Number(part ?? 1) - 1] ?? alike.at(-1);
  const figure = (/** @type {string} */ name) => {
    const value = Number(record?.fields.find((each) => each.name === name)?.value);
    return Number.isInteger(value) && value > 0 && value <= 1000 ? value : null;
  };
  return { capacity: figure("capacity"), par: figure("standard fill") };
}

/** @param {string} q @param {AbortSignal} signal */
async function findProducts(q, signal) {
  const { items } = await api.product_service.list_products({ q, limit: 30 }, { signal });
  return items.map(({ id, name, price_cents }) => ({
    value: id,
    label: name,
    detail: money(price_cents),
  }));
}

/** @param {string} name @param {string} caption @param {HTMLElement} input */
function captioned(name, caption, input) {
  const words = h("span", { class: "caption", "aria-hidden": "true" }, caption);
  return h("span", { class: `of-${name}` }, words, input);
}
