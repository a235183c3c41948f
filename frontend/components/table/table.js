import { fill, h, icon, isTyping, uniqueId } from "../../page/dom.js";
import { number, units } from "../../words/format.js";
import { problemBox } from "../problem/problem.js";

/**
 * @template [Row=any]
 * @typedef {object} Column
 * @property {string} label
 * @property {(row: Row) => import("../../page/dom.js").Child} cell
 * @property {string} [sort]     name for the `sort` argument; a header with it can be clicked
 * @property {"ascending" | "descending"} [order] the one order the contract knows for this sort;
 *   without it `sort` and `-sort` are asked for in turn
 * @property {boolean} [number]  right-aligned, first sorted from large to small
 * @property {string} [width]    CSS width; without it the column shares what is left
 * @property {"title" | "end" | "detail" | "hide"} [phone] place in the two-line card on a phone;
 *   `detail` unless said
 */
/**
 * `total` is that of all pages.
 * @typedef {{items: any[], next_cursor: string | null, total?: {count: number, more: boolean}}}
 *   Paged
 */
/**
 * `counted`: the total is wanted with this page.
 * @typedef {(ask: {cursor: string | undefined, counted: true | undefined, limit: number, sort:
 *   string | undefined, signal: AbortSignal}) => Promise<Paged>} Source
 */

const OVERSCAN = 12;
const FIRST = 100;
const MORE = 200;
/** What opens a row. */
const LINK = "a[href]:not([data-own])";

/**
 * `<cvd-table label="Products" noun="product" fill selectable>`: rows from `.source` (paged by
 * cursor) or `.rows`.
 * `unsorted="Worst first"` says how rows come that no column sorts.
 * Only visible rows are in the document. j, k and the arrows move, Enter opens, x selects, Escape
 * clears.
 * Fires `sort` (detail: text for the address) and `pick` (detail: rows).
 */
export class Table extends HTMLElement {
  /** @type {Column[]} */ #columns = [];
  /** @type {any[]} */ #rows = [];
  /** @type {Source | null} */ #source = null;
  /** @type {string | null} */ #cursor = null;
  /** Of all pages, where the source counts them. @type {Paged["total"]} */ #total;
  #sort = "";
  #active = -1;
  #first = 0;
  #last = 0;
  /** @type {Map<number, HTMLTableRowElement>} */ #shown = new Map();
  /** @type {Set<unknown>} */ #picked = new Set();
  #anchor = -1;
  /** @type {AbortController | null} */ #loading = null;
  #id = uniqueId("table");
  #head = h("tr", { role: "row" });
  #above = spacer();
  #below = spacer();
  #body = h("tbody", { role: "rowgroup" }, this.#above, this.#below);
  #totals = h("tfoot", { role: "rowgroup" });
  #table = h(
    "table",
    { class: "table", role: "grid", tabindex: 0 },
    h("thead", { role: "rowgroup" }, this.#head),
    this.#body,
    this.#totals,
  );
  #scroller = h("div", { class: "scroller" }, this.#table);
  #notice = h("div", { class: "notice", hidden: true });
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
  /** Opens a row that has no link; null where there is nothing to open. @type {((row: any) => void) | null} */ open =
    null;
  /** Buttons for the picked rows. @type {(rows: any[]) => (Node | false)[]} */ bulk = () => [];

  connectedCallback() {
    this.#table.setAttribute("aria-label", this.getAttribute("label") ?? "");
    if (this.#selectable) this.#table.setAttribute("aria-multiselectable", "true");
    this.replaceChildren(this.#scroller, this.#notice, this.#foot);
    this.#scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.#table.onkeydown = (event) => this.#onKey(event);
    this.#body.onclick = (event) => this.#onClick(event);
    this.#watching.observe(this.#scroller);
    if (this.hasAttribute("fill")) document.addEventListener("keydown", this.#onDocumentKey);
    if (this.#source === null && this.#rows.length === 0) this.#busy();
  }

  disconnectedCallback() {
    this.#loading?.abort();
    this.#watching.disconnect();
    document.removeEventListener("keydown", this.#onDocumentKey);
  }

  /** @param {Column<any>[]} columns */
  set columns(columns) {
    this.#columns = columns;
    this.#drawHead();
    this.#redraw();
  }

  /** A last row that sums the others up, in the same columns; null for none. @param {any} row */
  set totals(row) {
    fill(
      this.#totals,
      row &&
        h(
          "tr",
          { role: "row" },
          this.#selectable && h("td", { role: "gridcell", class: "pick" }),
          this.#columns.map((column) => cellOf(column, row)),
        ),
    );
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
    this.#source = null;
    this.#cursor = null;
    this.#take(rows, undefined);
  }

  /** @param {Source} source */
  set source(source) {
    this.#source = source;
    this.reload();
  }

  /** @returns {any[]} */
  get picked() {
    return this.#rows.filter((row) => this.#picked.has(this.rowKey(row)));
  }

  /** @param {any[]} rows */
  set picked(rows) {
    this.#picked = new Set(rows.filter((row) => this.pickable(row)).map((row) => this.rowKey(row)));
    this.#afterPick();
  }

  /** Loads from the start; what was shown stays until the answer is here. */
  async reload() {
    this.#scroller.scrollTop = 0;
    this.#active = -1;
    await this.#load(undefined, FIRST, (page) => this.#take(page.items, page.total));
  }

  /** Loads again what is loaded, where the reader stands. */
  async refresh() {
    if (this.#source === null) return;
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
    for (const key of keys) this.#picked.delete(key);
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
    const opens = this.open !== null || this.#body.querySelector(LINK) !== null;
    const picks = this.#selectable && this.#pickableRows.length > 0;
    return [
      {
        heading: this.hasAttribute("fill") ? "Rows" : "Rows of the table that has the focus",
        keys: [
          ["j", "Next row"],
          ["k", "Row before"],
          ...(opens ? [/** @type {[string, string]} */ (["Enter", "Open the row"])] : []),
          ...(picks
            ? [
                /** @type {[string, string]} */ (["x", "Select the row"]),
                /** @type {[string, string]} */ (["Esc", "Clear the selection"]),
              ]
            : []),
        ],
      },
    ];
  }

  /** To the grid, where the keys of the rows work. */
  focus() {
    this.#table.focus();
  }

  clearPicked() {
    this.#picked.clear();
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
    if (!this.#source) return;
    this.#loading?.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    if (this.#rows.length === 0) this.#busy();
    this.#table.ariaBusy = "true";
    try {
      const ask = { limit, sort: this.#sort || undefined, signal };
      const page = await this.#source({
        ...ask,
        cursor,
        counted: cursor === undefined || undefined,
      });
      while (page.items.length < least && page.next_cursor !== null && !signal.aborted) {
        const next = await this.#source({ ...ask, cursor: page.next_cursor, counted: undefined });
        page.items = [...page.items, ...next.items];
        page.next_cursor = next.next_cursor;
      }
      if (signal.aborted) return;
      this.#cursor = page.next_cursor;
      take(page);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(error);
    } finally {
      if (this.#loading?.signal === signal) {
        this.#loading = null;
        this.#table.ariaBusy = null;
      }
    }
    this.#draw();
  }

  /** @param {any[]} rows @param {Paged["total"]} total @param {boolean} [keep] */
  #take(rows, total, keep = false) {
    this.#rows = rows;
    this.#total = total;
    if (!keep) this.#picked.clear();
    const isEmpty = rows.length === 0 && this.#cursor === null;
    this.#notice.hidden = !isEmpty;
    this.#scroller.hidden = isEmpty;
    if (isEmpty) fill(this.#notice, this.empty());
    this.#redraw();
  }

  #busy() {
    this.#scroller.hidden = true;
    this.#notice.hidden = false;
    fill(this.#notice, h("cvd-skeleton", { rows: 8 }));
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#notice.hidden = false;
    this.#scroller.hidden = this.#rows.length === 0;
    fill(
      this.#notice,
      problemBox(error, () => {
        this.#notice.hidden = true;
        this.reload();
      }),
    );
  }

  #redraw() {
    const wasInside = this.#body.contains(document.activeElement);
    for (const tr of this.#shown.values()) tr.remove();
    this.#shown.clear();
    this.#draw();
    this.#drawFoot();
    if (wasInside) this.focus();
  }

  #drawHead() {
    const pickAll =
      this.#selectable &&
      h(
        "th",
        { role: "columnheader", class: "pick" },
        h("input", {
          type: "checkbox",
          "aria-label": "Select all",
          onchange: (/** @type {Event} */ event) =>
            this.#pickAll(/** @type {HTMLInputElement} */ (event.target).checked),
        }),
      );
    const heads = this.#columns.map((column) => this.#headOf(column));
    fill(this.#head, pickAll, heads);
  }

  /** @param {Column} column */
  #headOf(column) {
    const { label, number: isNumber, width, sort } = column;
    const th = h("th", {
      role: "columnheader",
      scope: "col",
      class: isNumber ? "number" : null,
      style: width ? { width } : null,
    });
    if (!sort) {
      th.textContent = label;
      return th;
    }
    const direction = this.#directionOf(column);
    const sortBy = { type: "button", tabindex: -1, onclick: () => this.#sortBy(column) };
    const arrow = direction && icon(direction === "ascending" ? "arrow-up" : "arrow-down");
    th.ariaSort = direction ?? "none";
    th.append(h("button", sortBy, label, arrow));
    return th;
  }

  /** Which way the rows are sorted by a column, if they are. @param {Column} column */
  #directionOf({ sort, order }) {
    if (this.#sort === sort) return order ?? "ascending";
    return this.#sort === `-${sort}` ? "descending" : null;
  }

  /** @param {Column} column */
  #sortBy(column) {
    if (column.order) {
      this.#chooseSort(column.sort ?? "");
      return;
    }
    const [up, down] = [column.sort ?? "", `-${column.sort}`];
    const [first, second] = column.number ? [down, up] : [up, down];
    this.#chooseSort(this.#sort === first ? second : first);
  }

  /** @param {string} sort */
  #chooseSort(sort) {
    this.sort = sort;
    this.dispatchEvent(new CustomEvent("sort", { detail: sort }));
    if (this.#source) this.reload();
  }

  get #pickableRows() {
    return this.#rows.filter((row) => this.pickable(row));
  }

  get #rowHeight() {
    return Number.parseFloat(getComputedStyle(this).getPropertyValue("--table-row")) || 36;
  }

  #draw() {
    const height = this.#rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    const visible = this.hasAttribute("fill")
      ? Math.ceil(clientHeight / height)
      : this.#rows.length;
    this.#first = Math.max(
      0,
      Math.min(Math.floor(scrollTop / height), this.#rows.length) - OVERSCAN,
    );
    this.#last = Math.min(this.#rows.length, Math.floor(scrollTop / height) + visible + OVERSCAN);
    for (const [index, tr] of this.#shown) {
      if (index >= this.#first && index < this.#last) continue;
      tr.remove();
      this.#shown.delete(index);
    }
    /** @type {Element} */ let after = this.#above;
    for (let index = this.#first; index < this.#last; index += 1) {
      let tr = this.#shown.get(index);
      if (!tr) {
        tr = this.#row(index);
        this.#shown.set(index, tr);
        after.after(tr);
      }
      after = tr;
    }
    this.#above.style.height = `${this.#first * height}px`;
    this.#below.style.height = `${(this.#rows.length - this.#last) * height}px`;
    this.#above.hidden = this.#first === 0;
    this.#below.hidden = this.#last >= this.#rows.length;
    this.#table.setAttribute(
      "aria-rowcount",
      String(this.#cursor === null ? this.#rows.length + 1 : -1),
    );
    const near = this.hasAttribute("fill") && scrollTop / height + visible * 3 > this.#rows.length;
    if (near && this.#cursor !== null && !this.#loading && this.isConnected) this.#more();
  }

  #more() {
    return this.#load(this.#cursor ?? undefined, MORE, (page) => {
      this.#rows = [...this.#rows, ...page.items];
      this.#drawFoot();
    });
  }

  /** @param {number} index */
  #row(index) {
    const row = this.#rows[index];
    const picked = this.#picked.has(this.rowKey(row));
    const tr = h("tr", {
      role: "row",
      id: `${this.#id}-${index}`,
      class: this.rowClass(row),
      "aria-rowindex": index + 2,
      "aria-selected": this.#selectable ? String(picked) : null,
      dataset: { index: String(index) },
    });
    tr.classList.toggle("is-active", index === this.#active);
    if (this.#selectable)
      tr.append(
        h(
          "td",
          { role: "gridcell", class: "pick" },
          this.pickable(row) &&
            h("input", { type: "checkbox", tabindex: -1, checked: picked, "aria-label": "Select" }),
        ),
      );
    tr.append(...this.#columns.map((column) => cellOf(column, row)));
    return tr;
  }

  #drawFoot() {
    const picked = this.#picked.size;
    this.#foot.classList.toggle("is-picking", picked > 0);
    if (picked > 0) {
      fill(
        this.#foot,
        h("strong", null, `${number(picked)} selected`),
        this.bulk(this.picked),
        h(
          "button",
          { class: "button plain", type: "button", onclick: () => this.clearPicked() },
          "Clear",
        ),
        this.#phoneSort(),
      );
      return;
    }
    const more = this.#cursor !== null;
    fill(
      this.#foot,
      this.#rows.length > 0 && h("span", { role: "status" }, this.#countWords(more)),
      more &&
        !this.hasAttribute("fill") &&
        h(
          "button",
          {
            class: "button",
            type: "button",
            onclick: () => this.#more().then(() => this.#redraw()),
          },
          "Show more",
        ),
      this.#phoneSort(),
    );
  }

  /** How many rows there are, and how many of them are loaded. @param {boolean} more */
  #countWords(more) {
    const words = (/** @type {number} */ count) =>
      units(count, this.getAttribute("noun") ?? "row", this.getAttribute("nouns") ?? undefined);
    const loaded = this.#rows.length;
    if (!more) return words(loaded);
    if (!this.#total || this.#total.count < loaded) return `First ${words(loaded)}`;
    return `1–${number(loaded)} of ${this.#total.more ? "more than " : ""}${words(this.#total.count)}`;
  }

  /** What a phone has in the place of the headings. */
  #phoneSort() {
    const sortable = this.#columns.filter((column) => column.sort);
    if (sortable.length === 0 || this.#rows.length === 0) return null;
    const unsorted = this.getAttribute("unsorted");
    return h(
      "select",
      {
        class: "phone-sort",
        "aria-label": "Sort by",
        onchange: (/** @type {Event} */ event) =>
          this.#chooseSort(/** @type {HTMLSelectElement} */ (event.target).value),
      },
      unsorted && h("option", { value: "", selected: this.#sort === "" }, unsorted),
      sortable.flatMap((column) =>
        orders(column).map(([value, arrow]) =>
          h("option", { value, selected: value === this.#sort }, `${column.label} ${arrow}`),
        ),
      ),
    );
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
      this.#pick(index, !this.#picked.has(this.rowKey(this.#rows[index])), event.shiftKey);
      return;
    }
    const inner = target.closest("a, button, input, select, label, [data-own]");
    if (!inner && getSelection()?.isCollapsed !== false)
      this.#open(index, event.metaKey || event.ctrlKey);
  }

  /** @param {number} index @param {boolean} [apart] */
  #open(index, apart = false) {
    const link = this.#shown.get(index)?.querySelector(LINK);
    if (link instanceof HTMLAnchorElement) {
      if (apart) window.open(link.href);
      else link.click();
      return;
    }
    this.open?.(this.#rows[index]);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event.target) ||
      this.#rows.length === 0
    )
      return;
    const inner =
      event.target instanceof Element &&
      event.target !== this.#table &&
      event.target !== document.body;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 2);
    const steps = {
      j: 1,
      ArrowDown: 1,
      k: -1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    if (event.key in steps)
      this.#move(this.#active + steps[/** @type {keyof typeof steps} */ (event.key)], true);
    else if (event.key === "Enter" && !inner && this.#active >= 0) this.#open(this.#active);
    else if (event.key === "x" && this.#selectable && this.#active >= 0)
      this.#pick(this.#active, !this.#picked.has(this.rowKey(this.#rows[this.#active])), false);
    else if (event.key === "Escape" && this.#picked.size > 0) this.clearPicked();
    else return;
    event.preventDefault();
  }

  /** @param {number} to @param {boolean} scroll */
  #move(to, scroll) {
    const index = Math.max(0, Math.min(to, this.#rows.length - 1));
    this.#shown.get(this.#active)?.classList.remove("is-active");
    this.#active = index;
    if (scroll) {
      const height = this.#rowHeight;
      const top = index * height;
      const room = this.#scroller.clientHeight - height - this.#head.offsetHeight;
      if (this.hasAttribute("fill")) {
        if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top;
        else if (top > this.#scroller.scrollTop + room) this.#scroller.scrollTop = top - room;
        this.#draw();
      } else this.#shown.get(index)?.scrollIntoView({ block: "nearest" });
    }
    this.#shown.get(index)?.classList.add("is-active");
    this.#table.setAttribute("aria-activedescendant", `${this.#id}-${index}`);
  }

  /** @param {number} index @param {boolean} on @param {boolean} range */
  #pick(index, on, range) {
    const from = range && this.#anchor >= 0 ? this.#anchor : index;
    for (let each = Math.min(from, index); each <= Math.max(from, index); each += 1) {
      const key = this.rowKey(this.#rows[each]);
      if (!this.pickable(this.#rows[each])) continue;
      if (on) this.#picked.add(key);
      else this.#picked.delete(key);
    }
    this.#anchor = index;
    this.#afterPick();
  }

  /** @param {boolean} on */
  #pickAll(on) {
    this.#picked = new Set(on ? this.#pickableRows.map((row) => this.rowKey(row)) : []);
    this.#afterPick();
  }

  #afterPick() {
    for (const [index, tr] of this.#shown) {
      const on = this.#picked.has(this.rowKey(this.#rows[index]));
      tr.ariaSelected = String(on);
      const box = tr.querySelector(".pick input");
      if (box instanceof HTMLInputElement) box.checked = on;
    }
    const all = this.#head.querySelector(".pick input");
    if (all instanceof HTMLInputElement) {
      all.checked = this.#picked.size > 0 && this.#picked.size === this.#pickableRows.length;
      all.indeterminate = this.#picked.size > 0 && !all.checked;
    }
    this.#drawFoot();
    this.dispatchEvent(new CustomEvent("pick", { detail: this.picked }));
  }
}

/** @param {Column} column @param {any} row */
function cellOf(column, row) {
  const classes = [`phone-${column.phone ?? "detail"}`, column.number ? "number" : ""]
    .join(" ")
    .trim();
  return h("td", { role: "gridcell", class: classes }, column.cell(row));
}

/**
 * What a column can be sorted by, and its arrow.
 * @param {Column} column
 * @returns {[string, string][]}
 */
function orders({ sort = "", order }) {
  if (order) return [[sort, order === "ascending" ? "↑" : "↓"]];
  return [
    [sort, "↑"],
    [`-${sort}`, "↓"],
  ];
}

/** Holds the place of rows that are not in the document. */
function spacer() {
  return h("tr", { class: "spacer", "aria-hidden": "true", hidden: true });
}

customElements.define("cvd-table", Table);
