/**
 * The pages about machines, where they stand, and how they are arranged.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/devices",
    page: "devices",
    title: "Devices",
    letter: "d",
    icon: "layout-grid",
    menu: ["Fleet", 1],
    may: "device_service.list_devices",
    begins: [
      {
        label: "Visit now",
        detail: "choose the machine",
        icon: "truck",
        to: "/devices",
        may: "visit_service.create_unplanned_visit",
      },
      {
        label: "New device",
        detail: "Devices",
        icon: "plus",
        to: "/devices?new=true",
        may: "device_service.create_device",
      },
    ],
  },
  {
    path: "/devices/:device_id",
    shows: ["device"],
    page: "device",
    title: "Device",
    may: "device_service.get_device",
  },
  {
    path: "/devices/:device_id/planogram",
    page: "planogram",
    title: "Planogram",
    may: "planogram_service.get_planogram",
  },
  {
    path: "/locations",
    page: "locations",
    shows: ["location"],
    title: "Locations",
    letter: "l",
    icon: "map-pin",
    menu: ["Fleet", 3],
    may: "location_service.list_locations",
    begins: [
      {
        label: "New location",
        detail: "Locations",
        icon: "plus",
        to: "/locations?new=true",
        may: "location_service.create_location",
      },
    ],
  },
  {
    path: "/routes",
    page: "routes",
    title: "Routes",
    icon: "route",
    menu: ["Fleet", 4],
    may: "route_service.list_routes",
    begins: [
      {
        label: "New route",
        detail: "Routes",
        icon: "plus",
        to: "/routes?new=true",
        may: "route_service.create_route",
      },
    ],
  },
  {
    path: "/types",
    page: "types",
    shows: ["device_type", "cabinet_type"],
    title: "Types",
    office: true,
    icon: "boxes",
    menu: ["Fleet", 5],
    may: "device_type_service.list_device_types",
  },
];
