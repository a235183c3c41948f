import { api } from "../api.js";
import { debounce, fill, h, icon } from "../page/dom.js";
import { isolated } from "../words/format.js";
import { fetchHelp } from "../page/help-text.js";
import { entriesOf, questionsLike } from "../words/help-search.js";
import { deviceWords, hitOf } from "../words/hits.js";
import { BEGINS_WORD, rankOf } from "../words/ranking.js";
import { isOpenByName, isOpenTo, ROUTES } from "../page/addresses.js";

/** @typedef {import("../page/addresses.js").May} May */
/**
 * @typedef {{icon: string, label: string, detail?: string, to: string, rank?: number}} Hit `rank`:
 *   how well it fits, 0 the best; by its label unless said
 */

const ASK_AFTER_MS = 100;
const MOST_QUESTIONS = 3;
/** Behind everything that is called so. */
const LAST = 100;

/**
 * Ctrl/Cmd-K: pages and actions at once; whatever else is called so as it is found.
 * @param {May} may
 * @param {(to: string) => void} go
 * @param {() => void} closed
 */
export function openPalette(may, go, closed) {
  new Palette(may, go, closed).open();
}

/** What is typed, what fits it, and which of that is chosen. */
class Palette {
  /** @type {Hit[]} */ #hits = [];
  #active = 0;
  #asking = new AbortController();
  /** An answer is under way, and Enter was pressed before it: then the best of it is opened. */
  #isAsking = false;
  #isWanted = false;
  #may;
  #go;
  #closed;
  #input = h("input", {
    class: "input",
    type: "text",
    role: "combobox",
    placeholder: "Find a page, a machine, a product, or do something",
    "aria-label": "Go to",
    "aria-expanded": "true",
    "aria-controls": "palette-hits",
    autocomplete: "off",
    spellcheck: "false",
  });
  #list = h("div", { id: "palette-hits", role: "listbox", "aria-label": "Found" });
  #dialog = h(
    "dialog",
    { class: "palette", "aria-label": "Go to" },
    h("div", { class: "line" }, icon("search"), this.#input, h("kbd", null, "Esc")),
    this.#list,
  );

  /** @param {May} may @param {(to: string) => void} go @param {() => void} closed */
  constructor(may, go, closed) {
    this.#may = may;
    this.#go = go;
    this.#closed = closed;
  }

  open() {
    const ask = debounce(() => this.#ask(), ASK_AFTER_MS);
    this.#input.addEventListener("input", () => {
      this.#hits = best(this.#known(), this.#words);
      this.#active = 0;
      [this.#isAsking, this.#isWanted] = [this.#words !== "", false];
      this.#draw();
      ask();
    });
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => {
      this.#asking.abort();
      this.#dialog.remove();
      this.#closed();
    });
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#input.focus();
    this.#hits = pages("", this.#may);
    this.#draw();
  }

  get #words() {
    return this.#input.value.trim();
  }

  /** What nobody has to be asked for. */
  #known() {
    return [...pages(this.#words, this.#may), ...actions(this.#words, this.#may)];
  }

  async #ask() {
    const words = this.#words;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    if (words === "") return;
    const found = await Promise.all([
      ...SOURCES.filter(({ needs }) => this.#may(needs)).map(({ find }) =>
        find(words, signal).catch(() => []),
      ),
      questions(words, this.#may).catch(() => []),
    ]);
    if (signal.aborted || !this.#dialog.isConnected) return;
    const chosen = this.#hits[this.#active]?.to;
    this.#hits = best([...this.#known(), ...found.flat()], words);
    // What somebody went down to stays chosen, wherever it is now; else the best is.
    if (this.#active > 0) this.#active = this.#hits.findIndex(({ to }) => to === chosen);
    this.#isAsking = false;
    this.#draw();
    if (this.#isWanted) this.#choose(this.#hits[0]);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const count = this.#hits.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#mark((this.#active + step + count) % Math.max(1, count));
    } else if (event.key === "Enter") {
      this.#isWanted = this.#isAsking && count === 0;
      this.#choose(this.#hits[this.#active]);
    }
  }

  /** @param {Hit | undefined} hit */
  #choose(hit) {
    if (!hit) return;
    this.#dialog.close();
    this.#go(hit.to);
  }

  #draw() {
    this.#active = Math.max(0, Math.min(this.#active, this.#hits.length - 1));
    const nothing = this.#isAsking ? "Looking…" : `Nothing is called “${this.#words}”.`;
    fill(
      this.#list,
      this.#hits.map((hit, index) => this.#option(hit, index)),
      this.#hits.length === 0 && h("p", { class: "muted" }, nothing),
    );
    this.#mark(this.#active);
  }

  /** @param {Hit} hit @param {number} index */
  #option(hit, index) {
    return h(
      "div",
      {
        role: "option",
        id: `hit-${index}`,
        "aria-selected": String(index === this.#active),
        onclick: () => this.#choose(hit),
        onpointermove: () => this.#mark(index),
      },
      icon(hit.icon),
      h("span", { class: "truncate" }, hit.label),
      h("span", { class: "muted truncate" }, hit.detail),
    );
  }

  /** @param {number} index */
  #mark(index) {
    this.#active = index;
    for (const [each, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(each === index));
      if (each === index) option.scrollIntoView({ block: "nearest" });
    }
    this.#input.setAttribute("aria-activedescendant", `hit-${index}`);
  }
}

/**
 * The best first; among equals, the order in which they were found.
 * @param {Hit[]} hits
 * @param {string} words
 */
const best = (hits, words) =>
  hits
    .map((hit) => ({ ...hit, rank: hit.rank ?? rankOf(hit.label, words) }))
    .sort((a, b) => a.rank - b.rank);

/** @param {string} words @param {May} may @returns {Hit[]} */
function pages(words, may) {
  const typed = words.toLowerCase();
  return ROUTES.filter(
    (route) =>
      route.icon &&
      isOpenTo(route, may) &&
      `${route.title}, ${route.words ?? ""}`.toLowerCase().includes(typed),
  ).map((route) => {
    const byTitle = rankOf(route.title, words);
    const other = (route.words ?? "")
      .split(", ")
      .find((each) => rankOf(each, words) <= BEGINS_WORD);
    const isOther = byTitle > BEGINS_WORD && other !== undefined;
    return {
      icon: route.icon ?? "file-text",
      label: route.title,
      detail: isOther ? other : route.menu?.[0],
      to: route.path,
      rank: isOther ? BEGINS_WORD : byTitle,
    };
  });
}

/** @param {string} words @param {May} may @returns {Hit[]} */
const actions = (words, may) =>
  ROUTES.flatMap(({ begins = [] }) => begins)
    .filter((action) => may(action.may) && rankOf(action.label, words) <= BEGINS_WORD)
    .map(({ label, detail, icon: name, to }) => ({ icon: name, label, detail, to }));

/** Of the help: those that have all of the words. @param {string} words @param {May} may */
async function questions(words, may) {
  const { helped, manual } = await fetchHelp();
  const isOpen = (/** @type {string} */ page) => isOpenByName(page, may);
  return questionsLike(entriesOf(helped, manual, isOpen), words, MOST_QUESTIONS).map(
    ({ title, where, to }) => ({
      icon: "circle-help",
      label: title,
      detail: where,
      to,
      rank: LAST,
    }),
  );
}

/**
 * @typedef {{needs: import("../api.js").Operation, find: (words: string, signal: AbortSignal) =>
 *   Promise<Hit[]>}} Source
 */

/**
 * What a page lists, each shown there by its name.
 * @param {string} path
 * @param {string} name of its icon
 * @param {import("../page/addresses.js").Finds} finds
 * @returns {Source}
 */
function listed(path, name, { list, label, detail = "", is }) {
  const [service = "", ask = ""] = list.split(".");
  return {
    needs: list,
    find: async (q, signal) => {
      const { items } = await /** @type {any} */ (api)[service][ask]({ q, limit: 5 }, { signal });
      return items.map((/** @type {any} */ item) => ({
        icon: name,
        label: item[label],
        detail: item[detail] || is,
        to: `${path}?q=${encodeURIComponent(item[label])}`,
      }));
    },
  };
}

/** In the order in which what fits equally well is listed. @type {Source[]} */
const SOURCES = [
  { needs: "search_service.search", find: searched },
  {
    // "visit 2005" is the machine and what to do there.
    needs: "visit_service.create_unplanned_visit",
    find: async (q, signal) => {
      const asked = /^visit\s+(?:now\s+)?(.+)$/i.exec(q)?.[1];
      const { items } = asked
        ? await api.device_service.list_devices({ q: asked, limit: 3 }, { signal })
        : { items: [] };
      const devices = await Promise.all(
        items.map(({ id }) => api.device_service.get_device({ device_id: id }, { signal })),
      );
      return devices.flatMap(({ asset, name, cabinets }) =>
        cabinets.map(({ id, position }) => ({
          icon: "truck",
          label: `Visit ${isolated(asset)}${cabinets.length > 1 ? `, cabinet ${position}` : ""} now`,
          detail: name !== asset ? name : "",
          to: `/cabinets/${id}/visit`,
        })),
      );
    },
  },
  ...ROUTES.flatMap(({ path, icon: name = "file-text", finds }) =>
    finds ? [listed(path, name, finds)] : [],
  ),
];

/**
 * Whatever is called so, and behind a product that begins with the words the machines that hold it.
 * @param {string} words
 * @param {AbortSignal} signal
 * @returns {Promise<Hit[]>}
 */
async function searched(words, signal) {
  const { items } = await api.search_service.search({ q: words }, { signal });
  const hits = items.map(hitOf);
  const product = items.find(({ noun, rank }) => noun === "product" && rank <= BEGINS_WORD);
  if (!product) return hits;
  const holding = await api.device_service.list_devices(
    { product_id: product.id, limit: 5 },
    { signal },
  );
  return [
    ...hits,
    ...holding.items.map(({ id, asset, name }) => ({
      icon: "layout-grid",
      label: deviceWords(asset, name),
      detail: `holds ${isolated(product.title)}`,
      to: `/devices/${id}`,
      rank: BEGINS_WORD,
    })),
  ];
}
