import { api } from "../api.js";
import { debounce, fill, h, icon } from "../page/dom.js";
import { date, isolated } from "../words/format.js";
import { BEGINS_WORD, rankOf } from "../words/ranking.js";
import { isOpenTo, ROUTES } from "../page/addresses.js";
import { roleLabel } from "../words/roles.js";
import { isOpen, stateWord } from "../words/order-words.js";

/**
 * @typedef {Pick<import("../api.js").Schemas["ServiceOrderSummary"], "id" | "route_name" |
 *   "driver_name" | "scheduled_on" | "status">} Order
 */
/**
 * @typedef {{icon: string, label: string, detail?: string, to: string, rank?: number}} Hit `rank`:
 *   how well it fits, 0 the best; by its label unless said
 */

/**
 * Ctrl/Cmd-K: pages and actions at once; devices, products, orders, locations and users as they are
 * found.
 * @param {import("../page/addresses.js").May} may
 * @param {(to: string) => void} go
 * @param {() => void} closed
 */
export function openPalette(may, go, closed) {
  /** @type {Hit[]} */ let hits = [];
  let active = 0;
  let asking = new AbortController();
  const input = h("input", {
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
  const list = h("div", { id: "palette-hits", role: "listbox", "aria-label": "Found" });
  const dialog = h(
    "dialog",
    { class: "palette", "aria-label": "Go to" },
    h("div", { class: "line" }, icon("search"), input, h("kbd", null, "Esc")),
    list,
  );

  const choose = (/** @type {Hit | undefined} */ hit) => {
    if (!hit) return;
    dialog.close();
    go(hit.to);
  };
  const draw = () => {
    active = Math.max(0, Math.min(active, hits.length - 1));
    fill(
      list,
      hits.map((hit, index) =>
        h(
          "div",
          {
            role: "option",
            id: `hit-${index}`,
            "aria-selected": String(index === active),
            onclick: () => choose(hit),
            onpointermove: () => mark(index),
          },
          icon(hit.icon),
          h("span", { class: "truncate" }, hit.label),
          h("span", { class: "muted truncate" }, hit.detail),
        ),
      ),
      hits.length === 0 && h("p", { class: "muted" }, `Nothing is called “${input.value.trim()}”.`),
    );
    mark(active);
  };
  const mark = (/** @type {number} */ index) => {
    active = index;
    for (const [each, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(each === active));
      if (each === active) option.scrollIntoView({ block: "nearest" });
    }
    input.setAttribute("aria-activedescendant", `hit-${active}`);
  };
  const ask = debounce(async () => {
    const words = input.value.trim();
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    if (words === "") return;
    const found = await Promise.all(
      SOURCES.filter(({ needs }) => may(needs)).map(({ find }) =>
        find(words, signal).catch(() => []),
      ),
    );
    if (signal.aborted || !dialog.isConnected) return;
    hits = best([...pages(words, may), ...actions(words, may), ...found.flat()], words);
    draw();
  }, 100);

  input.addEventListener("input", () => {
    hits = best(
      [...pages(input.value.trim(), may), ...actions(input.value.trim(), may)],
      input.value.trim(),
    );
    active = 0;
    draw();
    ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(
        (active + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % Math.max(1, hits.length),
      );
    } else if (event.key === "Enter") choose(hits[active]);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    asking.abort();
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  hits = pages("", may);
  draw();
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

/** @param {string} words @param {import("../page/addresses.js").May} may @returns {Hit[]} */
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

/** @param {string} words @param {import("../page/addresses.js").May} may @returns {Hit[]} */
const actions = (words, may) =>
  ROUTES.flatMap(({ begins = [] }) => begins)
    .filter((action) => may(action.may) && rankOf(action.label, words) <= BEGINS_WORD)
    .map(({ label, detail, icon: name, to }) => ({ icon: name, label, detail, to }));

/**
 * @type {{needs: import("../api.js").Operation, find: (words: string, signal: AbortSignal) =>
 *   Promise<Hit[]>}[]}
 */
const SOURCES = [
  {
    needs: "device_service.list_devices",
    find: async (q, signal) =>
      (await api.device_service.list_devices({ q, limit: 5 }, { signal })).items.map(
        ({ id, asset, name, location_name }) => ({
          icon: "layout-grid",
          label: name && name !== asset ? `${isolated(asset)} ${isolated(name)}` : asset,
          detail: location_name ?? "Device",
          to: `/devices/${id}`,
        }),
      ),
  },
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
      return devices
        .filter(({ route_id }) => route_id !== null)
        .flatMap(({ asset, name, cabinets }) =>
          cabinets.map(({ id, position }) => ({
            icon: "truck",
            label: `Visit ${isolated(asset)}${cabinets.length > 1 ? `, cabinet ${position}` : ""} now`,
            detail: name !== asset ? name : "",
            to: `/cabinets/${id}/visit`,
          })),
        );
    },
  },
  {
    needs: "location_service.list_locations",
    find: async (q, signal) =>
      (await api.location_service.list_locations({ q, limit: 5 }, { signal })).items.map(
        ({ name, address }) => ({
          icon: "map-pin",
          label: name,
          detail: address || "Location",
          to: `/locations?q=${encodeURIComponent(name)}`,
        }),
      ),
  },
  {
    needs: "user_service.list_users",
    find: async (q, signal) =>
      (await api.user_service.list_users({ q, limit: 5 }, { signal })).items.map(
        ({ username, display_name, role }) => ({
          icon: "circle-user",
          label: display_name,
          detail: `${username} · ${roleLabel(role)}`,
          to: `/users?q=${encodeURIComponent(username)}`,
        }),
      ),
  },
  {
    needs: "product_service.list_products",
    find: async (q, signal) => {
      const { items } = await api.product_service.list_products(
        { q, sort: "match", limit: 5 },
        { signal },
      );
      /** @type {Hit[]} */
      const hits = items.map(({ id, name, category }) => ({
        icon: "package",
        label: name,
        detail: category || "Product",
        to: `/products/${id}`,
      }));
      const [first] = items;
      if (!first || rankOf(first.name, q) > BEGINS_WORD) return hits;
      const holding = await api.device_service.list_devices(
        { product_id: first.id, limit: 5 },
        { signal },
      );
      // Behind the product itself, before what only has the words in the middle.
      return [
        ...hits,
        ...holding.items.map(({ id, asset, name }) => ({
          icon: "layout-grid",
          label: name && name !== asset ? `${isolated(asset)} ${isolated(name)}` : asset,
          detail: `holds ${isolated(first.name)}`,
          to: `/devices/${id}`,
          rank: BEGINS_WORD,
        })),
      ];
    },
  },
  {
    needs: "service_order_service.list_service_orders",
    find: async (q, signal) =>
      (await orders(q, signal)).map((order) => ({
        icon: "clipboard-list",
        label: `Order ${order.id}, ${isolated(order.route_name)}`,
        detail: orderDetail(order),
        to: `/service-orders/${order.id}`,
      })),
  },
];

/**
 * Open orders; who types a number means that order, whatever became of it.
 * @param {string} words
 * @param {AbortSignal} signal
 * @returns {Promise<Order[]>}
 */
async function orders(words, signal) {
  const { get_service_order, list_service_orders } = api.service_order_service;
  const id = Number(/^#?(\d+)$/.exec(words)?.[1]);
  const [numbered, open] = await Promise.all([
    id ? get_service_order({ service_order_id: id }, { signal }).catch(() => null) : null,
    list_service_orders({ q: words, open: true, limit: 5 }, { signal }),
  ]);
  return numbered ? [numbered, ...open.items.filter((order) => order.id !== id)] : open.items;
}

/** @param {Order} order */
function orderDetail(order) {
  const day = order.scheduled_on ? date(order.scheduled_on) : isOpen(order) && "not scheduled";
  return [!isOpen(order) && stateWord(order.status), order.driver_name, day]
    .filter(Boolean)
    .join(" · ");
}
