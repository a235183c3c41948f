/**
 * The one rule by which a slot or a machine is in order, low or sold out, in word and colour
 * (domain/planning/levels.py).
 * What the server answers carries its state; here it is only worded, and found for what is not
 * saved yet.
 * @module
 */

/** @typedef {import("../api.js").Schemas["LevelState"]} State */
/** @typedef {import("../components/status/status.js").Kind} Kind */
/**
 * A slot as far as its stock goes.
 * @typedef {{quantity: number | null, estimated_quantity: number | null}} Stocked
 */

const LOW_SHARE_OF_PAR = 0.25;
const RUNS_OUT_WITHIN_DAYS = 2;
/** @type {Record<State, [Kind, string]>} */
const WORDS = {
  unknown: ["idle", "Unknown"],
  sold_out: ["bad", "Sold out"],
  low: ["warn", "Low"],
  ok: ["ok", "In stock"],
};

/** The best known stock: an estimate where the books are old. @param {Stocked} slot */
export const stockOf = ({ quantity, estimated_quantity }) => estimated_quantity ?? quantity;

/**
 * @param {{quantity: number | null, par_level: number, units_per_day?: number | null}} slot
 * @returns {State}
 */
export function stateOf({ quantity, par_level, units_per_day }) {
  if (quantity === null) return "unknown";
  if (quantity === 0) return "sold_out";
  const runsOut =
    units_per_day && quantity / units_per_day < RUNS_OUT_WITHIN_DAYS && quantity < par_level;
  return runsOut || quantity <= LOW_SHARE_OF_PAR * par_level ? "low" : "ok";
}

/** @param {State} state */
export const kindOf = (state) => WORDS[state][0];

/**
 * The state as colour and word; by estimate it is only probable.
 * @param {State} state
 * @param {boolean} [isEstimate]
 * @returns {[Kind, string]}
 */
export function stateWords(state, isEstimate = false) {
  const [kind, word] = WORDS[state];
  if (!isEstimate || state === "unknown") return [kind, word];
  return [kind, `≈ ${state === "sold_out" ? "Probably sold out" : word}`];
}
