/**
 * The saved views of a list, and its columns: chosen here, kept by the server for each person.
 * @module
 */
import { api } from "../api.js";
import { openColumns } from "../components/column-chooser/column-chooser.js";
import { menu } from "../components/menu/menu.js";
import { isAsItIs } from "../words/column-choice.js";
import {
  asItIs,
  asksForViewAlone,
  columnsAs,
  columnsIn,
  differs,
  lostWords,
  NO_VIEW,
  ofList,
  opening,
} from "../words/view-words.js";
import { changed, onChanged } from "./changes.js";
import { fill, h, icon } from "./dom.js";
import { currentParams, setParams } from "./params.js";
import { toastProblem } from "./toasting.js";
import { viewActs } from "./view-acts.js";

/** @typedef {import("../api.js").Schemas["SavedView"]} SavedView */
/** @typedef {import("../api.js").Schemas["ListLayout"]} ListLayout */
/** @typedef {ListLayout["list_name"]} ListName */
/**
 * @typedef {object} Options
 * @property {ListName} list
 * @property {import("./page.js").Page} page
 * @property {import("../components/table/table.js").Table} table
 * @property {string[]} names what the address says of the list
 * @property {Element} bar where the buttons stand
 * @property {() => void} show puts the address into the controls and loads the list
 */

/** How the list looks by itself. */
const PLAIN = { columns: null, default_view_id: null, views: [] };

export class ListViews {
  /** @type {Options} */ #options;
  /** @type {Pick<ListLayout, "columns" | "default_view_id" | "views">} */ #layout = PLAIN;
  #box = h("span", { class: "list-views end" });
  /** Which views there are is known. */
  #isLearned = false;
  #notice = h("p", { class: "hint-line", role: "status", hidden: true });
  /** Resolves once it is known how the list is to look, also without a connection. */
  ready;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    options.bar.append(this.#box);
    options.bar.after(this.#notice);
    this.draw();
    this.ready = this.#learn().then(() => {
      if (this.follow()) options.show();
    });
    onChanged("saved_view", () => this.#learn().then(() => this.draw()));
  }

  /** The view that the address names, if there is one. @returns {SavedView | undefined} */
  get #view() {
    const { view } = currentParams();
    return this.#layout.views.find(({ id }) => String(id) === view);
  }

  /**
   * Puts what a view says into an address that names it alone, or names nothing and is to open with
   * one. True where that made the address another.
   */
  follow() {
    const params = currentParams();
    const { default_view_id: standard, views } = this.#layout;
    const wanted =
      Object.keys(params).length === 0
        ? views.find(({ id }) => id === standard)
        : asksForViewAlone(params) && this.#view;
    if (wanted) setParams(opening(wanted, this.#options.names));
    this.#sayWhatIsLost();
    this.draw();
    return Boolean(wanted);
  }

  /** Shows the buttons and the columns as the address now has them. */
  draw() {
    const { page, names, table } = this.#options;
    const view = this.#view;
    table.chosenColumns = this.#columns;
    const isOther = view !== undefined && differs(view, page.params, names);
    const acts = viewActs({
      view,
      isOther,
      layout: this.#layout,
      mayShare: ["admin", "manager"].includes(page.me.role),
      now: () => ({ params: ofList(page.params, names), columns: this.#columns }),
      list: this.#options.list,
      open: (wanted) => this.#open(wanted),
      standard: (id) => this.#choose({ default_view_id: id }),
      done: (next) => this.#become(next),
    });
    fill(
      this.#box,
      isOther && view.may_change && saveButton(() => acts.save(view)),
      menu(view ? `View ${view.name}` : "Views", acts.items, {
        text: view?.name ?? "Views",
        icon: "bookmark",
      }),
      this.#columnsButton(),
    );
  }

  get #columns() {
    return columnsIn(currentParams()) ?? this.#view?.columns ?? this.#layout.columns;
  }

  /** @param {SavedView | null} view null: the list as it is */
  #open(view) {
    const { names, show } = this.#options;
    const standing = this.#layout.default_view_id === null ? "" : NO_VIEW;
    setParams(view ? opening(view, names) : { ...asItIs(names), view: standing });
    this.#sayWhatIsLost();
    this.draw();
    show();
  }

  /** After a view was saved or removed. @param {SavedView | null} view that is to be shown now */
  async #become(view) {
    changed("saved_view");
    await this.#learn();
    this.#open(view);
  }

  #columnsButton() {
    const label = "Choose columns";
    return h(
      "button",
      {
        class: "button plain square desktop-only",
        type: "button",
        "aria-label": label,
        "data-tip": label,
        onclick: () =>
          openColumns({
            columns: this.#options.table.columns,
            names: this.#columns,
            choose: (names) => this.#chooseColumns(names),
          }),
      },
      icon("columns-3"),
    );
  }

  /**
   * Another choice than that of the view is in the address; without a view it is remembered.
   * @param {string[]} names
   */
  #chooseColumns(names) {
    const view = this.#view;
    if (view) {
      const isViews = names.join() === view.columns?.join();
      setParams({ columns: isViews ? "" : columnsAs(names) });
      this.draw();
      return;
    }
    const isPlain = isAsItIs(names, this.#options.table.columns);
    this.#choose({ columns: isPlain ? null : names });
  }

  /** Shows it at once; what the server refuses is said. @param {Partial<ListLayout>} choice */
  async #choose(choice) {
    this.#layout = { ...this.#layout, ...choice };
    this.draw();
    const { columns, default_view_id } = this.#layout;
    try {
      await api.list_layout_service.set_list_layout({
        list_name: this.#options.list,
        columns,
        default_view_id,
      });
    } catch (error) {
      toastProblem(error);
    }
  }

  /** What was learned before stands where there is no connection. */
  async #learn() {
    try {
      this.#layout = await api.list_layout_service.get_list_layout({
        list_name: this.#options.list,
      });
      this.#isLearned = true;
    } catch {
      // The list itself says what is wrong.
    }
  }

  #sayWhatIsLost() {
    const { view: asked } = currentParams();
    const { names, table } = this.#options;
    const view = this.#view;
    const columns = table.columns.flatMap(({ name }) => name ?? []);
    const words = view
      ? lostWords(view, names, columns)
      : this.#isLearned && asked && asked !== NO_VIEW
        ? "This view was removed, or is not shared with you. The list shows what its address says."
        : "";
    this.#notice.hidden = words === "";
    fill(this.#notice, icon("info"), words);
  }
}

/** @param {() => void} onclick */
const saveButton = (onclick) =>
  h(
    "button",
    { class: "button", type: "button", name: "save-view", onclick },
    icon("save"),
    "Save changes",
  );
