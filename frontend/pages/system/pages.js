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
    path: "/jobs",
    page: "jobs",
    title: "Jobs",
    words: "tasks background progress queue",
    icon: "list-checks",
    menu: ["Admin", 3],
    may: "schedule_service.list_schedules",
  },
  {
    path: "/schedules",
    page: "schedules",
    shows: ["schedule"],
    title: "Schedules",
    words: "nightly cron periodic check",
    icon: "clock",
    menu: ["Admin", 4],
    may: "schedule_service.list_schedules",
  },
  {
    path: "/settings",
    page: "settings",
    shows: ["settings"],
    title: "Settings",
    icon: "settings",
    menu: ["Admin", 5],
    may: "settings_service.update_settings",
  },
];
