/**
 * Moving an order to another day or driver, by dragging or in a form, and back again.
 * @module
 */
import { api, changed, date, h, isolated, toast } from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { routeOf } from "../../words/order-words.js";
import { driverSource } from "./drivers.js";

/** @typedef {import("../../words/calendar-days.js").Order} Order */
/** Where it is to be; what is left out stays. @typedef {{day?: string | null, driver_id?: number | null}} Place */

/**
 * Moves an open order, and offers to take that back. Rejects with what refuses it.
 * @param {Order} order
 * @param {Place} place
 * @param {() => Promise<void>} moved shows what holds now
 */
export async function moveOrder(order, place, moved) {
  const { day = order.scheduled_on, driver_id = order.driver_id } = place;
  if (day === order.scheduled_on && driver_id === order.driver_id) return;
  const now = await write(order, { day, driver_id });
  await moved();
  const words = [
    `Moved order ${order.id}`,
    day !== order.scheduled_on && (day ? `to ${date(day)}` : "off the calendar"),
    driver_id !== order.driver_id && `to ${isolated(now.driver_name ?? "nobody")}`,
  ];
  toast(words.filter(Boolean).join(" "), {
    action: "Undo",
    run: async () => {
      try {
        await write(now, { day: order.scheduled_on, driver_id: order.driver_id });
      } finally {
        // Where it is refused, somebody else changed the order, and that shows.
        await moved();
      }
    },
  });
}

/**
 * @param {{id: number, version: number}} order
 * @param {{day: string | null, driver_id: number | null}} place
 */
async function write({ id, version }, { day, driver_id }) {
  const written = await api.service_order_service.update_service_order({
    service_order_id: id,
    version,
    scheduled_on: day,
    driver_id,
  });
  changed("service_order");
  return written;
}

/**
 * The same by typing; resolves when the form is gone.
 * @param {Order} order
 * @param {() => Promise<void>} moved
 */
export function askWhere(order, moved) {
  const { id, scheduled_on, driver_id, driver_name } = order;
  const day = h("input", {
    class: "input",
    type: "date",
    name: "scheduled_on",
    value: scheduled_on ?? "",
  });
  const driver = combobox({
    name: "driver_id",
    placeholder: "Nobody yet",
    source: driverSource(),
    chosen: driver_id === null ? null : { value: driver_id, label: driver_name ?? "" },
  });
  return openForm({
    heading: `Move order ${id}, ${isolated(routeOf(order))}`,
    action: "Move order",
    fields: [
      field("Date", day, { optional: true, hint: "Left empty, it leaves the calendar" }),
      field("Driver", driver, { optional: true }),
    ],
    save: (form) =>
      moveOrder(
        order,
        {
          day: String(form.get("scheduled_on")) || null,
          driver_id: Number(form.get("driver_id")) || null,
        },
        moved,
      ),
  });
}
