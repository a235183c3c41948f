import { fill, h, isTyping, uniqueId } from "../../page/dom.js";
import { Pages } from "../../words/pages.js";
import { Picks } from "../../words/picks.js";
import { scrolledTo, windowOf } from "../../words/row-window.js";
import { keyList, stepOf } from "../../words/table-keys.js";
import { boxOfAll, boxOfRow, checkAll, checkRow } from "./boxes.js";
import { cellOf, headOf, totalsOf } from "./columns.js";
import { footParts } from "./foot.js";
import { Notice } from "./notice.js";
import { ShownColumns } from "./shown-columns.js";
import { rowOf, ShownRows } from "./shown-rows.js";

/**
 * @template [Row=any]
 * @typedef {import("./columns.js").Column<Row>} Column
 */
/** @typedef {import("../../words/pages.js").Paged} Paged */
/** @typedef {import("../../words/pages.js").Source} Source */

const FIRST = 100;
const MORE = 200;
/** What opens a row. */
const LINK = "a[href]:not([data-own])";

/**
 * `<cvd-table label="Products" noun="product" fill selectable>`: rows from `.source` (paged by
 * cursor) or `.rows`.
 * `unsorted="Worst first"` names the order of rows that no column sorts.
 * Only visible rows are in the document. j, k and the arrows move, Enter opens, x selects, Shift
 * with an arrow selects further rows, Escape clears.
 * Fires `sort` (detail: text for the address) and `pick` (detail: rows).
 */
export class Table extends HTMLElement {
  #columns = new ShownColumns(() => this.#arrange());
  /** @type {any[]} */ #rows = [];
  #pages = new Pages();
  /** Of all pages, where the source counts them. @type {Paged["total"]} */ #total;
  #sort = "";
  #active = -1;
  #shown = new ShownRows();
  /** @type {Picks<any>} */ #picks = new Picks(
    (row) => this.rowKey(row),
    (row) => this.pickable(row),
  );
  #id = uniqueId("table");
  #head = h("tr", { role: "row" });
  #totals = h("tfoot", { role: "rowgroup" });
  #table = h(
    "table",
    { class: "table", role: "grid", tabindex: 0 },
    h("thead", { role: "rowgroup" }, this.#head),
    this.#shown.body,
    this.#totals,
  );
  #scroller = h("div", { class: "scroller" }, this.#table);
  #notice = new Notice();
  #foot = h("div", { class: "foot" });
  #watching = new ResizeObserver(() => this.#draw());
  #onDocumentKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.target === document.body && !document.querySelector("dialog[open]"))
      this.#onKey(event);
  };

  /** What tells rows apart. @type {(row: any) => unknown} */ rowKey = (row) => row.id;
  /** A class for a row, such as `muted`. @type {(row: any) => string} */ rowClass = () => "";
  /** What shows when there are no rows. @type {() => Node} */ empty = () =>
    h("cvd-empty", { heading: "Nothing here" });
  /** May a row be selected? @type {(row: any) => boolean} */ pickable = () => true;
  /**
   * Opens a row that has no link; null where there is nothing to open.
   * @type {((row: any) => void) | null}
   */
  open = null;
  /**
   * Buttons for the picked rows; with `all`, for every row that matches, of which these are loaded.
   * @type {(rows: any[], all: boolean) => (Node | false)[]}
   */
  bulk = () => [];
  /** May all rows that match be picked, also those that are not loaded? */ picksAll = false;

  connectedCallback() {
    this.#table.setAttribute("aria-label", this.getAttribute("label") ?? "");
    if (this.#selectable) this.#table.setAttribute("aria-multiselectable", "true");
    this.replaceChildren(this.#scroller, this.#notice.element, this.#foot);
    this.#scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.#table.onkeydown = (event) => this.#onKey(event);
    this.#shown.body.onclick = (event) => this.#onClick(event);
    this.#watching.observe(this.#scroller);
    this.#columns.hear();
    if (this.hasAttribute("fill")) document.addEventListener("keydown", this.#onDocumentKey);
    if (this.#pages.source === null && this.#rows.length === 0) this.#busy();
  }

  disconnectedCallback() {
    this.#pages.stop();
    this.#watching.disconnect();
    this.#columns.rest();
    document.removeEventListener("keydown", this.#onDocumentKey);
  }

  /** All that there are. @returns {Column<any>[]} */
  get columns() {
    return this.#columns.all;
  }

  set columns(columns) {
    this.#columns.all = columns;
    this.#arrange();
  }

  /** The columns that are shown, by their names, in this order. @param {string[] | null} names */
  set chosenColumns(names) {
    this.#columns.names = names;
    this.#arrange();
  }

  #arrange() {
    this.#drawHead();
    this.#redraw();
  }

  /** A last row that sums the others up, in the same columns; null for none. @param {any} row */
  set totals(row) {
    fill(this.#totals, row && totalsOf(this.#columns.shown, row, this.#selectable));
  }

  get sort() {
    return this.#sort;
  }

  /** As in the contract: `name`, `-name`. @param {string} sort */
  set sort(sort) {
    this.#sort = sort;
    this.#drawHead();
    this.#drawFoot();
  }

  /** @returns {any[]} */
  get rows() {
    return this.#rows;
  }

  set rows(rows) {
    this.#pages.source = null;
    this.#pages.cursor = null;
    this.#take(rows, undefined);
  }

  /** @param {Source} source */
  set source(source) {
    this.#pages.source = source;
    this.reload();
  }

  /** @returns {any[]} */
  get picked() {
    return this.#picks.of(this.#rows);
  }

  /** @param {any[]} rows */
  set picked(rows) {
    this.#picks.choose(rows);
    this.#afterPick();
  }

  /** Loads from the start. The old rows stay until the answer is here. */
  async reload() {
    this.#scroller.scrollTop = 0;
    this.#active = -1;
    await this.#load(undefined, FIRST, (page) => this.#take(page.items, page.total));
  }

  /** Loads the same rows again. The reader stays where they are. */
  async refresh() {
    if (this.#pages.source === null) return;
    const count = Math.max(FIRST, this.#rows.length);
    await this.#load(
      undefined,
      Math.min(MORE, count),
      (page) => this.#take(page.items, page.total, true),
      count,
    );
  }

  /** Shows a row's new state in its place; a row not shown yet goes first. @param {any} row */
  put(row) {
    const at = this.#rows.findIndex((each) => this.rowKey(each) === this.rowKey(row));
    this.#take(
      at >= 0 ? this.#rows.with(at, row) : [row, ...this.#rows],
      this.#moved(at >= 0 ? 0 : 1),
      true,
    );
  }

  /** Takes rows away by their keys. @param {unknown[]} keys */
  drop(keys) {
    const gone = new Set(keys);
    const left = this.#rows.filter((row) => !gone.has(this.rowKey(row)));
    for (const key of keys) this.#picks.drop(key);
    this.#active = Math.min(this.#active, left.length - 1);
    this.#take(left, this.#moved(left.length - this.#rows.length), true);
  }

  /** The total, with some rows more or less. @param {number} rows @returns {Paged["total"]} */
  #moved(rows) {
    return this.#total && { ...this.#total, count: this.#total.count + rows };
  }

  /**
   * The keys that do something here now, for the list of keys.
   * @returns {import("../../page/messages.js").KeyGroup[]}
   */
  get keys() {
    if (this.#rows.length === 0) return [];
    return [
      keyList({
        isOnly: this.hasAttribute("fill"),
        opens: this.open !== null || this.#shown.body.querySelector(LINK) !== null,
        picks: this.#selectable && this.#picks.possible(this.#rows).length > 0,
      }),
    ];
  }

  /** To the grid, where the keys of the rows work. */
  focus() {
    this.#table.focus();
  }

  clearPicked() {
    this.#picks.clear();
    this.#afterPick();
  }

  get #selectable() {
    return this.hasAttribute("selectable");
  }

  /**
   * Loads a page, or as many as make `least` rows.
   * @param {string | undefined} cursor
   * @param {number} limit
   * @param {(page: Paged) => void} take
   * @param {number} [least]
   */
  async #load(cursor, limit, take, least = 0) {
    if (!this.#pages.source) return;
    if (this.#rows.length === 0) this.#busy();
    this.#table.ariaBusy = "true";
    const hasEnded = await this.#pages.load(
      { cursor, limit, sort: this.#sort || undefined, least },
      take,
      (error) => this.#fail(error),
    );
    if (!this.#pages.isLoading) this.#table.ariaBusy = null;
    if (hasEnded) this.#draw();
  }

  /** @param {any[]} rows @param {Paged["total"]} total @param {boolean} [keep] */
  #take(rows, total, keep = false) {
    this.#rows = rows;
    this.#total = total;
    if (!keep) this.#picks.clear();
    const isEmpty = rows.length === 0 && this.#pages.cursor === null;
    this.#scroller.hidden = isEmpty;
    if (isEmpty) this.#notice.show(this.empty());
    else this.#notice.hide();
    this.#redraw();
  }

  #busy() {
    this.#scroller.hidden = true;
    this.#notice.wait();
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#scroller.hidden = this.#rows.length === 0;
    this.#notice.fail(error, () => this.reload());
  }

  #redraw() {
    const wasInside = this.#shown.body.contains(document.activeElement);
    this.#shown.clear();
    this.#draw();
    this.#drawFoot();
    if (wasInside) this.focus();
  }

  #drawHead() {
    const heads = this.#columns.shown.map((column) =>
      headOf(column, this.#sort, (sort) => this.#chooseSort(sort)),
    );
    fill(this.#head, this.#selectable && boxOfAll((on) => this.#pickAll(on)), heads);
  }

  /** @param {string} sort */
  #chooseSort(sort) {
    this.sort = sort;
    this.dispatchEvent(new CustomEvent("sort", { detail: sort }));
    if (this.#pages.source) this.reload();
  }

  get #rowHeight() {
    return Number.parseFloat(getComputedStyle(this).getPropertyValue("--table-row")) || 36;
  }

  #draw() {
    const rowHeight = this.#rowHeight;
    const all = { rows: this.#rows.length, rowHeight };
    const { scrollTop, clientHeight: height } = this.#scroller;
    const window = windowOf({ ...all, scrollTop, height, scrolls: this.hasAttribute("fill") });
    this.#shown.show(window, all, (index) => this.#row(index));
    const hasMore = this.#pages.cursor !== null;
    this.#table.setAttribute("aria-rowcount", String(hasMore ? -1 : all.rows + 1));
    if (window.isNearEnd && hasMore && !this.#pages.isLoading && this.isConnected) this.#more();
  }

  #more() {
    return this.#load(this.#pages.cursor ?? undefined, MORE, (page) => {
      this.#rows = [...this.#rows, ...page.items];
      this.#drawFoot();
    });
  }

  /** @param {number} index */
  #row(index) {
    const row = this.#rows[index];
    const picked = this.#selectable ? this.#picks.has(row) : null;
    const tr = rowOf(`${this.#id}-${index}`, index, this.rowClass(row), picked);
    tr.classList.toggle("is-active", index === this.#active);
    if (picked !== null) tr.append(boxOfRow(picked, this.pickable(row)));
    tr.append(...this.#columns.shown.map((column) => cellOf(column, row)));
    return tr;
  }

  #drawFoot() {
    const picks = this.#picks;
    this.#foot.classList.toggle("is-picking", picks.size > 0);
    const state = {
      picks,
      rows: this.#rows,
      total: this.#total,
      hasMore: this.#pages.cursor !== null,
      picksAll: this.picksAll,
      columns: this.#columns.shown,
      sort: this.#sort,
    };
    const acts = {
      bulk: () => this.bulk(this.picked, picks.isAll),
      clear: () => this.clearPicked(),
      chooseAll: () => {
        picks.chooseAll(this.#rows);
        this.#afterPick();
      },
      more: () => this.#more().then(() => this.#redraw()),
      sortBy: (/** @type {string} */ by) => this.#chooseSort(by),
    };
    fill(this.#foot, footParts(this, state, acts));
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const tr = target?.closest("tr[data-index]");
    if (!(tr instanceof HTMLElement) || !target) return;
    const index = Number(tr.dataset.index);
    this.#move(index, false);
    const box = target.closest("td.pick");
    if (box) {
      this.#pick(index, !this.#picks.has(this.#rows[index]), event.shiftKey);
      return;
    }
    const inner = target.closest("a, button, input, select, label, [data-own]");
    if (!inner && getSelection()?.isCollapsed !== false)
      this.#open(index, event.metaKey || event.ctrlKey);
  }

  /** @param {number} index @param {boolean} [apart] */
  #open(index, apart = false) {
    const link = this.#shown.at(index)?.querySelector(LINK);
    if (link instanceof HTMLAnchorElement) {
      if (apart) window.open(link.href);
      else link.click();
      return;
    }
    this.open?.(this.#rows[index]);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    if (isCommand || isTyping(event.target) || this.#rows.length === 0) return;
    const isOfGrid = event.target === this.#table || event.target === document.body;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 2);
    const step = stepOf(event.key, page);
    if (step !== undefined && event.shiftKey && this.#selectable) this.#extend(step);
    else if (step !== undefined) this.#move(this.#active + step, true);
    else if (event.key === "Enter" && isOfGrid && this.#active >= 0) this.#open(this.#active);
    else if (event.key === "x" && this.#selectable && this.#active >= 0)
      this.#pick(this.#active, !this.#picks.has(this.#rows[this.#active]), false);
    else if (event.key === "Escape" && this.#picks.size > 0) this.clearPicked();
    else return;
    event.preventDefault();
  }

  /** @param {number} to @param {boolean} scroll */
  #move(to, scroll) {
    const index = Math.max(0, Math.min(to, this.#rows.length - 1));
    this.#shown.at(this.#active)?.classList.remove("is-active");
    this.#active = index;
    if (scroll && this.hasAttribute("fill")) {
      const { scrollTop, clientHeight } = this.#scroller;
      const rowHeight = this.#rowHeight;
      const height = clientHeight - this.#head.offsetHeight;
      this.#scroller.scrollTop = scrolledTo(index, { rowHeight, scrollTop, height });
      this.#draw();
    } else if (scroll) this.#shown.at(index)?.scrollIntoView({ block: "nearest" });
    this.#shown.at(index)?.classList.add("is-active");
    this.#table.setAttribute("aria-activedescendant", `${this.#id}-${index}`);
  }

  /** Picks from the active row on to where a key goes. @param {number} step */
  #extend(step) {
    if (this.#active < 0) this.#move(0, true);
    this.#pick(this.#active, true, false);
    this.#move(this.#active + step, true);
    this.#pick(this.#active, true, true);
  }

  /** @param {number} index @param {boolean} on @param {boolean} range */
  #pick(index, on, range) {
    this.#picks.pick(this.#rows, index, on, range);
    this.#afterPick();
  }

  /** @param {boolean} on */
  #pickAll(on) {
    this.#picks.choose(on ? this.#rows : []);
    this.#afterPick();
  }

  #afterPick() {
    for (const [index, tr] of this.#shown) checkRow(tr, this.#picks.has(this.#rows[index]));
    checkAll(this.#head, this.#picks.hasAll(this.#rows), this.#picks.size > 0);
    this.#drawFoot();
    this.dispatchEvent(new CustomEvent("pick", { detail: this.picked }));
  }
}

customElements.define("cvd-table", Table);
