/**
 * The quick choices above the route board: sold out, all below a figure, all that need something.
 * @module
 */
import { byId, fill, h, number, units } from "../../page/page.js";
import { free, offered } from "./route-board-choice.js";

/** @typedef {import("./route-board-choice.js").Row} Row */
/** @typedef {"days_of_inventory" | "product_level_percent"} Measure */
/** An office works by its own figure. @typedef {{measure: Measure, limit: number}} Below */

/** @type {Record<Measure, {word: string, limit: number}>} */
const MEASURES = {
  days_of_inventory: { word: "days of stock", limit: 3 },
  product_level_percent: { word: "% level", limit: 60 },
};

/** What was kept, or what an office begins with. @param {any} kept @returns {Below} */
export const belowOf = (kept) =>
  kept?.measure in MEASURES && Number.isFinite(kept.limit)
    ? kept
    : { measure: "days_of_inventory", limit: MEASURES.days_of_inventory.limit };

/** @typedef {(rows: Row[]) => void} Choose */

/**
 * @param {Row[]} rows
 * @param {{below: Below, choose: Choose, changed: (below: Below) => void}} options
 */
export function showQuickChoices(rows, { below, choose, changed }) {
  const choosable = choosableOf(rows);
  const soldOut = rows.filter(({ sold_out_slots }) => (sold_out_slots ?? 0) > 0);
  const needy = choosable.filter((row) =>
    offered(row).some(({ units_to_par, unknown_slots }) => units_to_par > 0 || unknown_slots > 0),
  );
  const chosen = h("span");
  const showBelow = (/** @type {Below} */ { measure, limit }) => {
    const under = choosable.filter((row) => {
      const figure = row[measure];
      return figure !== null && figure < limit;
    });
    fill(chosen, chip("Choose", under, choosable, choose));
  };
  const figure = figureInputs(below, (next) => {
    changed(next);
    showBelow(next);
  });
  fill(
    byId("choices"),
    chip("All that need something", needy, choosable, choose),
    chip("Sold out", soldOut, choosable, choose),
    h("span", { class: "rule" }),
    h("span", { class: "below" }, "All below", figure, chosen),
  );
  showBelow(below);
}

/**
 * Machines that can be chosen: where all wait in an order, another day can be planned beside it.
 * @param {Row[]} rows
 */
function choosableOf(rows) {
  const unplanned = rows.filter((row) => free(row).length > 0);
  return unplanned.length > 0 ? unplanned : rows.filter((row) => row.cabinets.length > 0);
}

/** The figure that an office works by. @param {Below} below @param {(below: Below) => void} take */
function figureInputs(below, take) {
  const limit = h("input", {
    class: "input number",
    type: "number",
    min: 0,
    max: 999,
    value: below.limit,
    "aria-label": "Below",
    oninput: () => take({ measure: nameOf(), limit: Number(limit.value) }),
  });
  const measure = h(
    "select",
    {
      class: "select",
      "aria-label": "Of what",
      onchange: () => {
        limit.value = String(MEASURES[nameOf()].limit);
        take({ measure: nameOf(), limit: MEASURES[nameOf()].limit });
      },
    },
    Object.entries(MEASURES).map(([value, { word }]) =>
      h("option", { value, selected: value === below.measure }, word),
    ),
  );
  const nameOf = () => /** @type {Measure} */ (measure.value);
  return [limit, measure];
}

/**
 * It counts what is on the board; what an open order holds is left out while others are free, and
 * it says so.
 * @param {string} label
 * @param {Row[]} some
 * @param {Row[]} choosable
 * @param {Choose} choose
 */
function chip(label, some, choosable, choose) {
  const possible = some.filter((row) => choosable.includes(row));
  const held = some.length - possible.length;
  const words =
    held > 0
      ? `Choose ${units(possible.length, "machine")}; ${number(held)} in an open order`
      : `Choose ${units(some.length, "machine")}`;
  return h(
    "button",
    {
      class: "chip",
      type: "button",
      "data-tip": words,
      disabled: possible.length === 0,
      onclick: () => choose(possible),
    },
    label,
    h("b", null, number(some.length)),
    label === "Choose" && h("span", { class: "noun" }, some.length === 1 ? "machine" : "machines"),
    h("span", { class: "visually-hidden" }, `: ${words}`),
  );
}
