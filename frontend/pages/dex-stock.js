/**
 * "Full, at par, counted or unknown?": what was in the slots of a device when its first audit was read.
 * @module
 */
import { api, ApiError, changed, fill, h, toastProblem, units } from "../modules/page.js";

/** @typedef {import("../api.js").Schemas["DexReadDetail"]} DexReadDetail */
/** @typedef {import("../api.js").Schemas["Planogram"]} Planogram */
/** @typedef {import("../api.js").Schemas["Slot"]} Slot */

/**
 * The question, or null when nothing of the device's stock is unknown.
 * @param {DexReadDetail} read
 */
export async function stockQuestion(read) {
  if (read.device_id === null) return null;
  const { cabinets } = await api.device_service.get_device({ device_id: read.device_id });
  const planograms = await Promise.all(cabinets.map(({ id }) => api.planogram_service.get_planogram({ cabinet_id: id })));
  const unknown = planograms.flatMap(({ slots }) => slots.filter(isUnknown));
  if (unknown.length === 0) return null;
  const box = h("div", { class: "stock-question", role: "group", "aria-label": "Stock at the time of this audit" });
  const ask = () => fill(box,
    h("p", null, `How much was in the ${units(unknown.length, "slot")} when this was read? It is not known yet.`),
    h("div", { class: "bar" },
      h("button", { class: "button", type: "button", onclick: () => save((slot) => slot.capacity) }, "Full"),
      h("button", { class: "button", type: "button", onclick: () => save((slot) => slot.par_level) }, "At par"),
      h("button", { class: "button", type: "button", onclick: count }, "Counted…"),
      h("button", { class: "button plain", type: "button", onclick: () => box.remove() }, "Unknown")));

  const count = () => {
    /** @type {Map<number, HTMLElement & {value: number | null}>} */
    const steppers = new Map();
    fill(box, h("p", null, "What was in each slot? Leave out what nobody counted."),
      h("div", { class: "counts" }, unknown.map((slot) => {
        const label = `${slot.label} ${slot.product_name ?? ""}`;
        const stepper = /** @type {any} */ (h("cvd-stepper", { label, min: 0, max: slot.capacity }));
        steppers.set(slot.id, stepper);
        return h("div", null, h("span", { class: "truncate" }, h("strong", null, slot.label), ` ${slot.product_name ?? ""}`), stepper);
      })),
      h("div", { class: "bar" }, h("button", { class: "button primary", type: "button", onclick: () => save((slot) => steppers.get(slot.id)?.value ?? null) }, "Save the count"), h("button", { class: "button", type: "button", onclick: ask }, "Back")));
    steppers.values().next().value?.querySelector("input")?.focus();
  };

  /** @param {(slot: Slot) => number | null} quantityOf */
  const save = async (quantityOf) => {
    box.inert = true;
    try {
      let saved = 0;
      for (const planogram of planograms) saved += await saveCabinet(planogram, read.read_at, quantityOf);
      changed("planogram", "stock", "device");
      fill(box, h("p", { role: "status" }, saved === 0 ? "Nothing was counted, so the stock stays unknown." : `Saved: ${units(saved, "slot")} counted as of this audit.`));
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) fill(box, h("p", null, "Somebody changed the planogram meanwhile. Set the quantities there."));
      else toastProblem(error);
    } finally {
      box.inert = false;
    }
  };

  ask();
  return box;
}

/** @param {Slot} slot */
const isUnknown = ({ product_id, quantity }) => product_id !== null && quantity === null;

/** @param {Planogram} planogram @param {string} as_of @param {(slot: Slot) => number | null} quantityOf */
async function saveCabinet({ cabinet_id, version, slots }, as_of, quantityOf) {
  const counted = slots.filter(isUnknown).flatMap((slot) => {
    const quantity = quantityOf(slot);
    return quantity === null ? [] : [{ id: slot.id, quantity }];
  });
  if (counted.length > 0) await api.planogram_service.update_planogram({ cabinet_id, version, as_of, slots: counted });
  return counted.length;
}
