/**
 * Which address of the shell shows which page. `:name` becomes a parameter of the page.
 * @module
 */
import { PAGES } from "./pages.js";

/** @typedef {import("../api.js").Noun} Noun */
/** @typedef {import("../api.js").Operation} Operation */
/** @typedef {(operation: Operation) => boolean} May */
/** @typedef {"" | "Work" | "Fleet" | "Insight" | "Setup" | "Admin"} MenuGroup */
/**
 * What somebody may do from anywhere: the palette offers it, its address begins it.
 * @typedef {{label: string, detail: string, icon: string, to: string, may: Operation}} Action
 */
/**
 * How the palette finds what a page lists, unless the search of everything knows it: the operation
 * answers `q`, each item is called by its `label`, and `detail` stands beside it, or else what it
 * `is`.
 * @typedef {{list: Operation, label: string, detail?: string, is: string}} Finds
 */

/**
 * What a page says of one address, in the `.page.json` beside it.
 * @typedef {object} Route
 * @property {string} path pattern after `#`
 * @property {string} page file in the folder of its area, without .html
 * @property {string} title
 * @property {string} [words] other words that somebody may look for it by
 * @property {string} [short] word in the bar of a phone, which holds the routes that have one
 * @property {string} [letter] after g, the key that goes there
 * @property {string} [icon] where the rail or the palette shows it
 * @property {[MenuGroup, number]} [menu] heading in the rail, and its place under it; without it
 *   the route is not in the rail
 * @property {boolean} [office] in the rail of an office only: drivers may look it up, but do not
 *   work with it
 * @property {Operation} [may] operation that a role must be allowed to use
 * @property {Operation} [or] or this one
 * @property {string} [as] the path that this is another way to say: one frame, the names are its
 *   parameters
 * @property {Noun[]} [shows] nouns that are to be seen there, each by its id where the path has one
 * @property {Finds} [finds] what the palette finds there
 * @property {Action[]} [begins] what is begun there
 */

/** In the order of the rail. @type {MenuGroup[]} */
const MENU = ["", "Work", "Fleet", "Insight", "Setup", "Admin"];
/** More than the pages under one heading. */
const PLACES = 100;

/** All pages: those of the rail in its order, then the others. */
export const ROUTES = PAGES.toSorted((a, b) => placeOf(a) - placeOf(b));

/** @param {Route} route */
function placeOf({ menu }) {
  const [group, place] = menu ?? [null, 0];
  return (group === null ? MENU.length : MENU.indexOf(group)) * PLACES + place;
}

/** May somebody open this page? @param {Route} route @param {May} may */
export const isOpenTo = (route, may) =>
  !route.may || may(route.may) || (route.or !== undefined && may(route.or));

/** The same, by the name of the page. @param {string} page @param {May} may */
export const isOpenByName = (page, may) =>
  ROUTES.some((route) => route.page === page && isOpenTo(route, may));

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
 * Where such a noun is to be seen, `/devices/12`; null where no page shows it.
 * @param {Noun} noun
 * @param {number} id
 */
export function seenAt(noun, id) {
  const route = ROUTES.find(({ shows = [] }) => shows.includes(noun));
  return route ? route.path.replace(/:\w+/, String(id)) : null;
}

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
