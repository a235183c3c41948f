/**
 * What somebody may do from anywhere, by its words: the palette offers it, an address begins it.
 * @module
 */

/** @typedef {{label: string, detail: string, icon: string, to: string, may: string}} Action */

/** @type {Action[]} */
export const ACTIONS = [
  {
    label: "New order",
    detail: "choose machines on the route board",
    icon: "plus",
    to: "/route-board",
    may: "service_order_service.create_service_order",
  },
  {
    label: "Visit now",
    detail: "choose the machine",
    icon: "truck",
    to: "/devices",
    may: "visit_service.create_unplanned_visit",
  },
  {
    label: "Upload audits",
    detail: "DEX",
    icon: "upload",
    to: "/dex",
    may: "dex_read_service.create_dex_read",
  },
  {
    label: "New device",
    detail: "Devices",
    icon: "plus",
    to: "/devices?new=true",
    may: "device_service.create_device",
  },
  {
    label: "New product",
    detail: "Products",
    icon: "plus",
    to: "/products?new=true",
    may: "product_service.create_product",
  },
  {
    label: "New location",
    detail: "Locations",
    icon: "plus",
    to: "/locations?new=true",
    may: "location_service.create_location",
  },
  {
    label: "New route",
    detail: "Routes",
    icon: "plus",
    to: "/routes?new=true",
    may: "route_service.create_route",
  },
  {
    label: "New user",
    detail: "Users",
    icon: "plus",
    to: "/users?new=true",
    may: "user_service.create_user",
  },
];
