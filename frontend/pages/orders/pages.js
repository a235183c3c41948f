/**
 * The pages on which orders are planned, loaded and carried out.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/route-board",
    page: "route-board",
    title: "Route board",
    words: "plan a visit",
    short: "Board",
    letter: "b",
    icon: "list-checks",
    menu: ["Work", 1],
    may: "board_service.list_route_devices",
    begins: [
      {
        label: "New order",
        detail: "choose machines on the route board",
        icon: "plus",
        to: "/route-board",
        may: "service_order_service.create_service_order",
      },
    ],
  },
  {
    path: "/route-board/:route_id",
    shows: ["route"],
    as: "/route-board",
    page: "route-board",
    title: "Route board",
    may: "board_service.list_route_devices",
  },
  {
    path: "/service-orders",
    page: "service-orders",
    title: "Service orders",
    short: "Orders",
    letter: "o",
    icon: "clipboard-list",
    menu: ["Work", 2],
    may: "service_order_service.list_service_orders",
  },
  {
    path: "/service-orders/:service_order_id",
    shows: ["service_order"],
    page: "service-order",
    title: "Service order",
    may: "service_order_service.get_service_order",
  },
  {
    path: "/service-orders/:service_order_id/pick-list",
    page: "pick-list",
    title: "Pick list",
    may: "service_order_service.get_pick_list",
  },
  {
    path: "/service-orders/:service_order_id/visits/:cabinet_id",
    as: "/visit",
    page: "visit",
    title: "Visit",
    may: "visit_service.create_visit",
  },
  {
    path: "/cabinets/:cabinet_id/visit",
    as: "/visit",
    page: "visit",
    title: "Visit",
    may: "visit_service.create_unplanned_visit",
  },
];
