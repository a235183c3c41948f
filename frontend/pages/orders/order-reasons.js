/**
 * What the office does to an order that needs a reason: cancelling it, and reversing a visit.
 * @module
 */
import { api, changed, h, units } from "../../page/page.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { stopName } from "../../words/order-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */
/** Takes the order as it is now, and words for what was done. */
/** @typedef {(order: ServiceOrder, words: string) => void} Done */

/** @param {ServiceOrder} order @param {Done} done */
export function cancel(order, done) {
  const left = order.cabinets.length;
  openForm({
    heading: `Cancel order ${order.id}?`,
    action: "Cancel order",
    danger: true,
    before: h(
      "p",
      null,
      `${units(left, "stop")} will not be carried out; their machines are free for another ` +
        "order. Nothing of it was done. This cannot be undone.",
    ),
    fields: [reasonField()],
    save: async (form) =>
      done(
        await api.service_order_service.cancel_service_order({
          service_order_id: order.id,
          reason: String(form.get("reason")).trim(),
        }),
        `Cancelled order ${order.id}`,
      ),
  });
}

/**
 * @param {ServiceOrder} order
 * @param {Stop} stop of the visit
 * @param {Visit} visit
 * @param {Done} done
 */
export function reverse(order, stop, visit, done) {
  openForm({
    heading: `Reverse visit ${visit.id}?`,
    action: "Reverse visit",
    danger: true,
    before: h(
      "p",
      null,
      `The stock of ${stopName(stop, order)} becomes what it would be without this visit, ` +
        "and the stop is to do again. The visit stays in the history.",
    ),
    fields: [reasonField()],
    save: async (form) => {
      await api.visit_service.reverse_visit({
        visit_id: visit.id,
        reason: String(form.get("reason")).trim(),
      });
      changed("visit", "stock");
      done(
        await api.service_order_service.get_service_order({ service_order_id: order.id }),
        `Reversed visit ${visit.id}`,
      );
    },
  });
}

const reasonField = () =>
  field(
    "Reason",
    h("input", {
      class: "input",
      name: "reason",
      required: true,
      maxlength: 500,
      autocomplete: "off",
    }),
    { wide: true, hint: "Kept with the order" },
  );
