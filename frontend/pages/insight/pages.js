/**
 * The pages that say how the operation does.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/today",
    page: "today",
    title: "Today",
    words: "late orders, sold out, silent machines, faults",
    short: "Today",
    letter: "t",
    icon: "house",
    menu: ["", 1],
    may: "dashboard_service.get_dashboard",
  },
  {
    path: "/sales",
    page: "sales",
    title: "Sales",
    letter: "s",
    icon: "chart-column",
    menu: ["Insight", 1],
    may: "sale_service.list_sales",
  },
  {
    path: "/count-differences",
    page: "count-differences",
    title: "Counts",
    words: "shrinkage, missing, differences",
    icon: "git-compare",
    menu: ["Insight", 2],
    may: "count_difference_service.list_count_differences",
  },
];
