/**
 * A visit that no order asked for, as if it were the one stop of an order with the number 0: it
 * gets its own when it is recorded.
 * @module
 */
import { api, changed, navigate, toastProblem } from "../../page/page.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */

const MOST_ORDERS = 20;

/**
 * @param {number} cabinet_id
 * @param {ServiceOrder["purpose"]} purpose
 * @returns {Promise<ServiceOrder>}
 */
export async function unplannedOrder(cabinet_id, purpose) {
  const { device_id } = await api.planogram_service.get_planogram({ cabinet_id });
  const device = await api.device_service.get_device({ device_id });
  const [place, orders, figures] = await Promise.all([
    device.location_id === null
      ? null
      : api.location_service.get_location({ location_id: device.location_id }),
    api.service_order_service.list_service_orders({ device_id, open: true, limit: MOST_ORDERS }),
    api.metrics_service.get_device_metrics({ device_id }),
  ]);
  return {
    id: 0,
    route_id: device.route_id,
    route_name: device.route_name,
    driver_id: null,
    driver_name: null,
    status: "planned",
    purpose,
    origin: "unplanned",
    scheduled_on: null,
    notes: "",
    units: 0,
    created_at: "",
    cancelled_at: null,
    cancellation_reason: null,
    version: 1,
    warnings: [],
    cabinets: [
      {
        cabinet_id,
        device_id,
        asset: device.asset,
        device_name: device.name,
        location_name: device.location_name,
        address: place?.address ?? null,
        location_notes: place?.notes ?? null,
        latitude: place?.latitude ?? null,
        longitude: place?.longitude ?? null,
        position: device.cabinets.find(({ id }) => id === cabinet_id)?.position ?? 1,
        stale_at: null,
        visited_at: null,
        skip: null,
        items: [],
        price_differences: figures.price_differences.filter(
          (each) => each.cabinet_id === cabinet_id,
        ),
        visits: [],
        other_orders: orders.items.map(({ id, scheduled_on }) => ({
          service_order_id: id,
          scheduled_on,
        })),
      },
    ],
  };
}

/**
 * Records a visit without its order, and goes there: what was done is a fact.
 * @param {{key: string, body: import("./visit-drafts.js").Body}} sending
 */
export async function recordWithoutOrder({ body, key }) {
  try {
    const visit = await api.visit_service.create_unplanned_visit(body, { key: `${key}-unplanned` });
    changed("visit", "stock", "service_order");
    navigate(`/service-orders/${visit.service_order_id}`);
  } catch (error) {
    toastProblem(error);
  }
}
