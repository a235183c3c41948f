/**
 * The form that makes an order of what is chosen on the route board.
 * @module
 */
import { api, ApiError, fill, h, isolated, localDate } from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field, textIn } from "../../components/field/field.js";
import { driverSource } from "./drivers.js";

/**
 * What refuses an order: a cabinet that another one took.
 * @typedef {{service_order_id: number, cabinet_id: number, asset: string, position: number}} Held
 */

/**
 * @param {object} options
 * @param {import("../../api.js").Schemas["Route"]} options.route
 * @param {import("./route-board-choice.js").Choice} options.choice
 * @param {import("./route-board-load.js").Load} options.load
 * @param {(order: import("../../api.js").Schemas["ServiceOrder"]) => void} options.created
 * @param {() => void} options.overtaken somebody else ordered one of the cabinets
 */
export function openOrderForm({ route, choice, load, created, overtaken }) {
  const way = h("p", { hidden: true });
  openForm({
    heading: `New order for ${isolated(route.name)}`,
    action: "Create order",
    before: [h("p", { class: "muted" }, load.words), load.waiting, way],
    fields: orderFields(route, load),
    save: async (form) => {
      way.hidden = true;
      try {
        created(
          await api.service_order_service.create_service_order({
            route_id: route.id,
            cabinet_ids: choice.ids,
            ...(form.get("driver_id") ? { driver_id: Number(form.get("driver_id")) } : {}),
            scheduled_on: String(form.get("scheduled_on")) || null,
            notes: textIn(form, "notes"),
          }),
        );
      } catch (error) {
        if (error instanceof ApiError && error.status === 409 && error.current?.service_order_id)
          showWayOut(error.current);
        throw error;
      }
    },
  });

  /** Look at the other order, or leave the cabinet out. @param {Held} held */
  function showWayOut({ service_order_id: other, cabinet_id, asset, position }) {
    const leaveOut = () => {
      choice.leaveOut(cabinet_id);
      fill(way, `Cabinet ${position} of ${isolated(asset)} is left out: ${load.words}`);
      overtaken();
    };
    way.hidden = false;
    fill(
      way,
      h(
        "span",
        { class: "bar" },
        h("a", { class: "button", href: `/#/service-orders/${other}` }, `Open order ${other}`),
        h(
          "button",
          { class: "button", type: "button", onclick: leaveOut },
          `Leave out ${isolated(asset)}`,
        ),
      ),
    );
  }
}

/**
 * @param {import("../../api.js").Schemas["Route"]} route
 * @param {import("./route-board-load.js").Load} load
 */
function orderFields({ driver_id, driver_name }, load) {
  const driver = combobox({
    name: "driver_id",
    placeholder: "Nobody yet",
    source: driverSource(),
    chosen: driver_id === null ? null : { value: driver_id, label: driver_name ?? "" },
  });
  const day = h("input", {
    class: "input",
    type: "date",
    name: "scheduled_on",
    value: localDate(load.days.has(localDate()) ? 1 : 0),
  });
  const notes = h("textarea", { class: "textarea", name: "notes", maxlength: 2000 });
  return [
    field("Driver", driver, {
      optional: true,
      hint: driver_id === null ? "Can be chosen later" : "Left empty: the driver of the route",
    }),
    field("Date", day, { optional: true }),
    field("Notes for the driver", notes, { optional: true, wide: true }),
  ];
}
