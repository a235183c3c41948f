/**
 * Stops that could not be done: why, in words, and the form that asks.
 * @module
 */
import { api } from "../../api.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { h } from "../../page/dom.js";
import { units } from "../../words/format.js";
import { stopName } from "../../words/order-words.js";
import { SKIP_REASONS } from "../../words/skip-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../api.js").Schemas["SkipReason"]} Reason */

/**
 * Asks why, and says so. The order is finished with its last stop.
 * @param {{order: ServiceOrder, stops: Stop[], done: (order: ServiceOrder) => void}} options
 */
export function openSkipForm({ order, stops, done }) {
  const isLast = order.cabinets
    .filter((stop) => !stops.includes(stop))
    .every(
      (stop) => stop.skip !== null || stop.visits.some(({ reversed_at }) => reversed_at === null),
    );
  const one = stops.length === 1 ? stops[0] : undefined;
  const notes = h("textarea", { class: "textarea", name: "notes", maxlength: 2000 });
  const reasons = Object.entries(SKIP_REASONS).map(([value, label]) =>
    h(
      "label",
      { class: "choice-card" },
      h("input", {
        type: "radio",
        name: "reason",
        value,
        required: true,
        onchange: () => {
          notes.required = value === "other";
        },
      }),
      label,
    ),
  );
  return openForm({
    heading: one
      ? `Could not do ${stopName(one, order)}`
      : `Finish order ${order.id}, skip ${units(stops.length, "stop")}`,
    action: isLast ? `Finish, skip ${units(stops.length, "stop")}` : "Skip this stop",
    before: h(
      "p",
      { class: "muted" },
      `${one ? "The machine is" : "The machines are"} free for another order and ` +
        `${one ? "shows" : "show"} on the route board again. What was done ` +
        `stays.${isLast ? " The order is finished with that." : ""}`,
    ),
    fields: [
      h("fieldset", { class: "choice-cards wide" }, h("legend", null, "Why?"), reasons),
      field("In words", notes, { optional: true, wide: true, hint: "Needed for another reason" }),
    ],
    save: async (form) =>
      done(
        await api.skip_service.create_skip({
          service_order_id: order.id,
          cabinet_ids: stops.map(({ cabinet_id }) => cabinet_id),
          reason: /** @type {Reason} */ (form.get("reason")),
          notes: String(form.get("notes")).trim(),
        }),
      ),
  });
}
