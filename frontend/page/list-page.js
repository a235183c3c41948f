/**
 * A page that lists one noun. What is searched for, filtered and sorted is in its address, so that
 * it can be linked and reloaded; what another page changes shows.
 * @module
 */
import { empty } from "../components/empty/empty.js";
import { offerFile } from "../components/exports/download.js";
import { Filters } from "../components/filters/filters.js";
import { Search } from "../components/search/search.js";
import { byId, h, icon } from "./dom.js";
import { ListViews } from "./list-views.js";
import { keys, onChanged, onParams, setParams } from "./page.js";

/** @typedef {import("./page.js").Params} Params */
/**
 * What every list is asked for: how it is narrowed and sorted, and which of its pages.
 * @typedef {{q?: string, sort?: any, cursor?: string, counted?: boolean, limit: number}} Asked
 */
/**
 * @typedef {object} Listing
 * @property {import("./page.js").Page} page
 * @property {import("../components/table/table.js").Table} table
 * @property {import("./messages.js").Changed[]} nouns that make the list another
 * @property {(asked: Asked, params: Params, signal: AbortSignal) => Promise<any>} ask
 * @property {import("../components/exports/exports.js").Exported} [operation] what answers it: it
 *   may be taken as a file then
 * @property {(params: Params) => Record<string, any>} [narrowed] what the address asks of it, beside
 *   words and order
 * @property {string[]} filters names of what the chips choose
 * @property {string} [sort] the order, unless the address says another
 * @property {{label: string, run: () => void} | false} [begin] "New route": the button `#new` and
 *   the key n
 * @property {(name: string, value: string) => Record<string, string>} [chosen] what a chip writes
 *   into the address, where that is not its name and value
 * @property {(name: string, value: string) => string} [shown] and what it shows of that again
 * @property {(params: Params) => void} [show] puts into further controls what the address says
 * @property {import("./list-views.js").ListName} [list] has saved views, and columns to choose
 * @property {string[]} [further] what else the address says of the list, beside words, filters and
 *   order
 */

/** A chip that shows what is archived. */
export const ARCHIVED = { name: "archived", label: "Archived" };

/** @param {{archived_at: string | null}} row */
export const mutedIfArchived = ({ archived_at }) => (archived_at ? "muted" : "");

/**
 * Connects the controls of the page (`#search`, `#filters`, `#new`), its address and its table, and
 * loads the list. Resolves to what further controls need: `narrow` writes a choice and loads anew,
 * `show` puts the address into the controls.
 * @param {Listing} listing
 */
export function listPage(listing) {
  const { page, table, nouns, ask, filters, sort, begin, chosen, shown, show } = listing;
  const narrowed = () => listing.narrowed?.(page.params) ?? {};
  const chips = byId("filters", Filters);
  const search = document.getElementById("search");

  const narrow = (/** @type {Params} */ choice) => {
    setParams(choice);
    views?.draw();
    table.reload();
  };
  const showAll = () => {
    const { params } = page;
    if (search instanceof Search) search.value = params.q ?? "";
    if (sort) table.sort = params.sort ?? sort;
    chips.values = Object.fromEntries(
      filters.map((name) => [name, shown?.(name, params[name] ?? "") ?? params[name] ?? ""]),
    );
    show?.(params);
  };

  chips.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    narrow(chosen?.(name, value) ?? { [name]: value });
  });
  if (search instanceof Search)
    search.addEventListener("search", () => narrow({ q: search.value }));
  table.addEventListener("sort", (event) => {
    setParams({ sort: /** @type {CustomEvent} */ (event).detail });
    views?.draw();
  });
  const showAnew = () => {
    showAll();
    table.reload();
  };
  const views = viewsOf(listing, search instanceof Search, showAnew);
  onParams(() => {
    views?.follow();
    showAnew();
  });
  onChanged(nouns, () => table.refresh());
  if (begin) offerBeginning(begin);
  showAll();
  table.source = async ({ cursor, counted, limit, sort: by, signal }) => {
    const asked = { cursor, counted, limit, ...(sort ? { sort: by } : {}), ...narrowed() };
    const { q } = page.params;
    const rows = ask(search ? { ...asked, q } : asked, page.params, signal);
    // Asked for at once, shown in the columns of whoever asks.
    const [found] = await Promise.all([rows, views?.ready]);
    return found;
  };
  if (listing.operation)
    offerFile(listing.operation, () => ({
      ...(search ? { q: page.params.q } : {}),
      ...(sort ? { sort: page.params.sort ?? sort } : {}),
      ...narrowed(),
    }));
  return { narrow, show: showAll };
}

/** @param {{label: string, run: () => void}} begin */
function offerBeginning({ label, run }) {
  byId("new").onclick = () => run();
  keys({ n: [label, run] });
}

/**
 * @param {Listing} listing
 * @param {boolean} hasWords
 * @param {() => void} show
 */
function viewsOf({ list, page, table, filters, sort, further = [] }, hasWords, show) {
  const bar = document.getElementById("filters")?.closest(".bar");
  if (!list || !bar) return null;
  const names = [...(hasWords ? ["q"] : []), ...filters, ...(sort ? ["sort"] : []), ...further];
  return new ListViews({ list, page, table, names, bar, show });
}

/**
 * In place of rows that the address leaves out: `noMatch("route")`.
 * @param {string} noun
 * @param {string} [text]
 */
export const noMatch = (noun, text = "Try fewer words, or clear the filters.") =>
  empty({ icon: "search", heading: `No ${noun} matches`, text });

/** @param {string} text what becomes of what is archived */
export const nothingArchived = (text) =>
  empty({ icon: "archive", heading: "Nothing is archived", text });

/**
 * The button that begins a list: `newButton("New route", create)`.
 * @param {string} label
 * @param {() => void} run
 */
export const newButton = (label, run, style = "button primary") =>
  h("button", { class: style, type: "button", onclick: () => run() }, icon("plus"), label);
