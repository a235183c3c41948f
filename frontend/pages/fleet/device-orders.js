/**
 * The service orders that load a device.
 * @module
 */
import { api, byId, date, link, time, units, unknown } from "../../page/page.js";
import { isOpen, visitedWords } from "../../words/order-words.js";
import { orderStatus } from "../orders/order-status.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["ServiceOrderSummary"]} Order */

/** @param {import("../../page/page.js").Page} page */
export function ordersTab(page) {
  const mayCreate = page.may("service_order_service.create_service_order");
  const table = byId("orders", Table);
  let shown = 0;
  table.columns = /** @type {import("../../components/table/table.js").Column<Order>[]} */ ([
    {
      label: "Order",
      width: "112px",
      phone: "title",
      cell: ({ id }) => link(`/service-orders/${id}`, `Order ${id}`),
    },
    { label: "Status", width: "140px", phone: "end", cell: ({ status }) => orderStatus(status) },
    {
      label: "Scheduled",
      width: "140px",
      cell: ({ scheduled_on }) => (scheduled_on ? date(scheduled_on) : unknown("For any day")),
    },
    { label: "Driver", cell: ({ driver_name }) => driver_name ?? unknown("Nobody yet") },
    { label: "Visited", width: "160px", phone: "hide", cell: visitedWords },
    {
      label: "To load",
      number: true,
      width: "112px",
      phone: "hide",
      cell: (order) => units(order.units),
    },
    { label: "Created", width: "120px", phone: "hide", cell: ({ created_at }) => time(created_at) },
  ]);
  table.rowClass = (/** @type {Order} */ order) => (isOpen(order) ? "" : "muted");
  table.empty = () =>
    empty({
      icon: "clipboard-list",
      heading: "No order yet",
      text: mayCreate
        ? "Choose this device on the board of its route, and create an order."
        : "It appears here once the office has made one.",
      action: mayCreate && link("/route-board", "Open the route board"),
    });

  return (/** @type {Device} */ { id }) => {
    if (shown === id) {
      table.refresh();
      return;
    }
    shown = id;
    table.source = ({ cursor, counted, limit, signal }) =>
      api.service_order_service.list_service_orders(
        { device_id: id, cursor, counted, limit },
        { signal },
      );
  };
}
