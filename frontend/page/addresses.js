/**
 * Which address of the shell shows which page. `:name` becomes a parameter of the page.
 * @module
 */

/**
 * @typedef {object} Route
 * @property {string} path   pattern after `#`
 * @property {string} page   file in pages/, without .html
 * @property {string} title
 * @property {string} [words] other words that somebody may look for it by
 * @property {string} [short] word in the bar of a phone, which holds the routes that have one
 * @property {string} [letter] after g, the key that goes there
 * @property {string} [icon] where the rail or the palette shows it
 * @property {string} [group] heading in the rail; without it the route is not in the rail
 * @property {boolean} [office] in the rail of an office only: drivers may look it up, but do not
 *   work with it
 * @property {string} [may]  operation that a role must be allowed to use
 * @property {string} [or]   or this one
 * @property {string} [as]   the path that this is another way to say: one frame, the names are its
 *   parameters
 */

/** @type {Route[]} */
export const ROUTES = [
  {
    path: "/today",
    page: "today",
    title: "Today",
    words: "late orders, sold out, silent machines, faults",
    short: "Today",
    letter: "t",
    icon: "house",
    group: "",
    may: "dashboard_service.get_dashboard",
  },
  {
    path: "/route-board",
    page: "route-board",
    title: "Route board",
    words: "plan a visit",
    short: "Board",
    letter: "b",
    icon: "list-checks",
    group: "Work",
    may: "board_service.list_route_devices",
  },
  {
    path: "/route-board/:route_id",
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
    group: "Work",
    may: "service_order_service.list_service_orders",
  },
  {
    path: "/service-orders/:service_order_id",
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
  {
    path: "/dex",
    page: "dex",
    title: "DEX",
    words: "audits",
    short: "DEX",
    letter: "x",
    icon: "file-up",
    group: "Work",
    may: "dex_read_service.create_dex_read",
    or: "dex_read_service.list_dex_reads",
  },
  {
    path: "/dex/:dex_read_id",
    page: "dex-read",
    title: "Audit",
    may: "dex_read_service.get_dex_read",
  },
  {
    path: "/dex/:dex_read_id/installation",
    page: "installation",
    title: "New machine from this audit",
    may: "installation_service.create_installation",
  },
  {
    path: "/devices",
    page: "devices",
    title: "Devices",
    letter: "d",
    icon: "layout-grid",
    group: "Fleet",
    may: "device_service.list_devices",
  },
  {
    path: "/devices/:device_id",
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
    path: "/products",
    page: "products",
    title: "Products",
    office: true,
    letter: "p",
    icon: "package",
    group: "Fleet",
    may: "product_service.list_products",
  },
  {
    path: "/products/:product_id",
    page: "product",
    title: "Product",
    may: "product_overview_service.get_product_overview",
  },
  {
    path: "/locations",
    page: "locations",
    title: "Locations",
    letter: "l",
    icon: "map-pin",
    group: "Fleet",
    may: "location_service.list_locations",
  },
  {
    path: "/routes",
    page: "routes",
    title: "Routes",
    icon: "route",
    group: "Fleet",
    may: "route_service.list_routes",
  },
  {
    path: "/types",
    page: "types",
    title: "Types",
    office: true,
    icon: "boxes",
    group: "Fleet",
    may: "device_type_service.list_device_types",
  },
  {
    path: "/sales",
    page: "sales",
    title: "Sales",
    letter: "s",
    icon: "chart-column",
    group: "Insight",
    may: "sale_service.list_sales",
  },
  {
    path: "/count-differences",
    page: "count-differences",
    title: "Counts",
    words: "shrinkage, missing, differences",
    icon: "git-compare",
    group: "Insight",
    may: "count_difference_service.list_count_differences",
  },
  {
    path: "/users",
    page: "users",
    title: "Users",
    icon: "users",
    group: "Admin",
    may: "user_service.list_users",
  },
  {
    path: "/audit-log",
    page: "audit-log",
    title: "Audit log",
    icon: "scroll-text",
    group: "Admin",
    may: "audit_service.list_audit_entries",
  },
  {
    path: "/settings",
    page: "settings",
    title: "Settings",
    icon: "settings",
    group: "Admin",
    may: "settings_service.update_settings",
  },
  { path: "/profile", page: "profile", title: "Profile", icon: "circle-user" },
];

/** May somebody open this page? @param {Route} route @param {(operation: string) => boolean} may */
export const isOpenTo = (route, may) =>
  !route.may || may(route.may) || (route.or !== undefined && may(route.or));

const PATTERNS = ROUTES.map((route) => ({
  route,
  names: [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]),
  pattern: new RegExp(`^${route.path.replace(/:\w+/g, "([\\w-]+)")}$`),
}));

/**
 * @typedef {{route: Route, key: string, fixed: Record<string, string>, params: Record<string,
 *   string>, source: string}} Resolved
 */

/**
 * What `#/devices/12?tab=sales` shows; null for an address nobody has.
 * `key` is the same for addresses that share one frame; `params` is the state that may change in
 * it.
 * @param {string} hash
 * @returns {Resolved | null}
 */
export function resolve(hash) {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  for (const { route, names, pattern } of PATTERNS) {
    const match = pattern.exec(path.replace(/(.)\/$/, "$1"));
    if (!match) continue;
    const named = Object.fromEntries(names.map((name, index) => [name, match[index + 1]]));
    const asked = Object.fromEntries(new URLSearchParams(query));
    const source = `/pages/${route.page}.html${asQuery({ ...asked, ...named })}`;
    if (route.as)
      return { route, key: route.as, fixed: {}, params: { ...asked, ...named }, source };
    return { route, key: match[0], fixed: named, params: asked, source };
  }
  return null;
}

/**
 * `?a=1&b=2`, or nothing. Empty values are left out.
 * @param {Record<string, string | number | null | undefined | boolean>} params
 */
export function asQuery(params) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "" && value !== false)
      search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}
