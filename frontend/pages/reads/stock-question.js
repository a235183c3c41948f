/**
 * "Full, at par, counted or unknown?": what was in the slots of a device when its first audit was
 * read.
 * @module
 */
import { codeOf } from "../../words/slots.js";
import { fill, h } from "../../page/dom.js";
import { units } from "../../words/format.js";
import { api, ApiError, changed, toastProblem } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} DexReadDetail */
/** @typedef {import("../../api.js").Schemas["Planogram"]} Planogram */
/** @typedef {import("../../api.js").Schemas["Slot"]} Slot */

/**
 * The question, or null when it has no answer to wait for: the audit is not its device's first,
 * nothing of the
 * stock is unknown, the device is archived, or the role may not save it.
 * @param {import("../../page/page.js").Page} page
 * @param {DexReadDetail} read
 * @param {() => void} [saved] hears of an answer
 */
export async function stockQuestion(page, read, saved = () => {}) {
  if (
    read.status !== "baseline" ||
    read.device_id === null ||
    !page.may("planogram_service.update_planogram")
  )
    return null;
  const { cabinets, archived_at } = await api.device_service.get_device({
    device_id: read.device_id,
  });
  if (archived_at !== null) return null;
  const planograms = await Promise.all(
    cabinets.map(({ id }) => api.planogram_service.get_planogram({ cabinet_id: id })),
  );
  const question = new StockQuestion(planograms, countedAt(read), saved);
  return question.slots.length > 0 ? question.box : null;
}

/** @typedef {(slot: Slot) => number | null} QuantityOf */

/** What was in the slots then of which nobody knows it. */
class StockQuestion {
  #planograms;
  #asOf;
  #saved;
  box = h("div", {
    class: "stock-question",
    role: "group",
    "aria-label": "Stock at the time of this audit",
  });

  /** @param {Planogram[]} planograms @param {string} asOf @param {() => void} saved */
  constructor(planograms, asOf, saved) {
    this.#planograms = planograms;
    this.#asOf = asOf;
    this.#saved = saved;
    this.slots = planograms.flatMap(({ slots }) => slots.filter(isUnknown));
    this.#ask();
  }

  #ask() {
    const answer = (/** @type {string} */ label, /** @type {() => void} */ onclick, style = "") =>
      h("button", { class: `button${style}`, type: "button", onclick }, label);
    const asked = units(this.slots.length, "slot");
    fill(
      this.box,
      h("p", null, `How much was in the ${asked} when this was read? It is not known yet.`),
      h(
        "div",
        { class: "bar" },
        answer("Full", () => this.#save((slot) => slot.capacity)),
        answer("At par", () => this.#save((slot) => slot.par_level)),
        answer("Counted…", () => this.#count()),
        answer("Unknown", () => this.#save(() => null), " plain"),
      ),
    );
  }

  /** Asks slot by slot. */
  #count() {
    const steppers = new Map(this.slots.map((slot) => [slot.id, stepperOf(slot)]));
    const save = () => this.#save((slot) => steppers.get(slot.id)?.value ?? null);
    fill(
      this.box,
      h("p", null, "What was in each slot? Leave out what nobody counted."),
      h(
        "div",
        { class: "counts" },
        this.slots.map((slot) => h("div", null, nameOf(slot), steppers.get(slot.id))),
      ),
      h(
        "div",
        { class: "bar" },
        h("button", { class: "button primary", type: "button", onclick: save }, "Save the count"),
        h("button", { class: "button", type: "button", onclick: () => this.#ask() }, "Back"),
      ),
    );
    this.box.querySelector("input")?.focus();
  }

  /** @param {QuantityOf} quantityOf */
  async #save(quantityOf) {
    this.box.inert = true;
    try {
      let counted = 0;
      let refilled = 0;
      for (const planogram of this.#planograms) {
        const { named, unknownStill } = await saveCabinet(planogram, this.#asOf, quantityOf);
        counted += named;
        refilled += unknownStill;
      }
      fill(this.box, h("p", { role: "status" }, answered(counted, refilled)));
      if (counted === 0) return;
      changed("planogram", "stock", "device");
      this.#saved();
    } catch (error) {
      const words = "Somebody changed the planogram meanwhile. Set the quantities there.";
      if (error instanceof ApiError && error.status === 409) fill(this.box, h("p", null, words));
      else toastProblem(error);
    } finally {
      this.box.inert = false;
    }
  }
}

/** @param {Slot} slot @returns {HTMLElement & {value: number | null}} */
function stepperOf(slot) {
  const label = `${codeOf(slot)} ${slot.product_name ?? ""}`;
  return /** @type {any} */ (h("cvd-stepper", { label, min: 0, max: slot.capacity }));
}

/** @param {Slot} slot */
const nameOf = (slot) =>
  h("span", { class: "truncate" }, h("strong", null, codeOf(slot)), ` ${slot.product_name ?? ""}`);

/** @param {number} counted @param {number} refilled */
function answered(counted, refilled) {
  if (counted === 0) return "Nothing was counted, so the stock stays unknown.";
  const since =
    refilled > 0
      ? ` ${units(refilled, "slot")} of them got another product since: count those in the planogram.`
      : "";
  return `Saved: ${units(counted, "slot")} counted as of this audit.${since}`;
}

/** A machine's clock may run ahead of this moment, a count may not. @param {DexReadDetail} read */
const countedAt = ({ read_at, received_at }) => (read_at < received_at ? read_at : received_at);

/** @param {Slot} slot */
const isUnknown = ({ product_id, quantity }) => product_id !== null && quantity === null;

/**
 * How many slots were named, and how many of them are unknown all the same.
 * @param {Planogram} planogram
 * @param {string} as_of
 * @param {(slot: Slot) => number | null} quantityOf
 */
async function saveCabinet({ cabinet_id, version, slots }, as_of, quantityOf) {
  const counted = slots.filter(isUnknown).flatMap((slot) => {
    const quantity = quantityOf(slot);
    return quantity === null ? [] : [{ id: slot.id, quantity }];
  });
  if (counted.length === 0) return { named: 0, unknownStill: 0 };
  const after = await api.planogram_service.update_planogram({
    cabinet_id,
    version,
    as_of,
    slots: counted,
  });
  const ids = new Set(counted.map(({ id }) => id));
  return {
    named: counted.length,
    unknownStill: after.slots.filter((slot) => ids.has(slot.id) && isUnknown(slot)).length,
  };
}
