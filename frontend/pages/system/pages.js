/**
 * The pages about CVD itself.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/audit-log",
    page: "audit-log",
    title: "Audit log",
    icon: "scroll-text",
    menu: ["Admin", 2],
    may: "audit_service.list_audit_entries",
  },
  {
    path: "/settings",
    page: "settings",
    shows: ["settings"],
    title: "Settings",
    icon: "settings",
    menu: ["Admin", 3],
    may: "settings_service.update_settings",
  },
];
