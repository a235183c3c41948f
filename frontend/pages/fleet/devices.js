import {
  api,
  ApiError,
  byId,
  changed,
  days,
  fill,
  h,
  icon,
  isolated,
  link,
  money,
  navigate,
  number,
  start,
  time,
  toast,
  toastProblem,
  units,
  unknown,
} from "../../page/page.js";
import { estimatesWords, mark, NO_RATE } from "../../words/velocity.js";
import { approximate } from "../../components/estimate/estimate.js";
import { stockEstimateWords } from "../../words/estimates.js";
import { findProducts } from "../catalogue/product-retiring.js";
import { BEGINS_WORD, rankOf } from "../../words/ranking.js";
import { Combobox } from "../../components/combobox/combobox.js";
import {
  cabinetValues,
  deviceFields,
  deviceValues,
  findLocations,
  routeFilter,
} from "./device-form.js";
import {
  ARCHIVED,
  listPage,
  mutedIfArchived,
  newButton,
  noMatch,
  nothingArchived,
} from "../../page/list-page.js";
import { compareButton } from "./compare-button.js";
import { massButton, massMenu } from "./mass-change.js";
import {
  archivingKind,
  CAPACITIES,
  LAYOUT,
  LOCATION,
  PAR_LEVELS,
  REPLACEMENT,
  ROUTE,
  SLOT_PRICES,
  TYPE,
} from "./mass-kinds.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { levelPercent } from "../../components/level/level.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { labelsButton } from "./labels-button.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../page/page.js").Params} Params */

const UNKNOWN_LEVEL = "No slot has a known quantity";
const table = byId("devices", Table);
const place = byId("location", Combobox);
const held = byId("product", Combobox);

/** @type {import("../../components/table/table.js").Column<Device>[]} */
const COLUMNS = [
  {
    name: "asset",
    label: "Device",
    sort: "asset",
    width: "112px",
    phone: "title",
    cell: ({ id, asset }) => link(`/devices/${id}`, asset),
  },
  { name: "name", label: "Name", sort: "name", cell: ({ name }) => name },
  {
    name: "location",
    label: "Location",
    phone: "hide",
    cell: ({ location_name }) => location_name ?? unknown("No location given"),
  },
  {
    name: "route",
    label: "Route",
    width: "16%",
    phone: "hide",
    cell: ({ route_name }) => route_name ?? unknown("On no route"),
  },
  {
    name: "sold_out",
    label: "Sold out",
    sort: "need",
    order: "descending",
    number: true,
    width: "96px",
    phone: "end",
    cell: soldOut,
  },
  {
    name: "level",
    label: "Level",
    sort: "product_level_percent",
    order: "ascending",
    width: "152px",
    phone: "hide",
    cell: (device) =>
      h(
        "span",
        { "data-tip": stockEstimateWords(device) || null },
        levelPercent(device, UNKNOWN_LEVEL),
      ),
  },
  {
    name: "days_left",
    label: "Days left",
    number: true,
    width: "88px",
    phone: "hide",
    cell: (device) =>
      device.days_of_inventory === null
        ? unknown(`${NO_RATE}, and a known stock`)
        : approximate(
            days(device.days_of_inventory),
            stockEstimateWords(device) ||
              (device.estimated_slots > 0 && estimatesWords(device.estimated_slots)),
          ),
  },
  {
    name: "last_audit",
    label: "Last audit",
    sort: "last_read_at",
    order: "ascending",
    width: "120px",
    cell: ({ last_read_at }) =>
      last_read_at === null
        ? [
            h("span", { class: "phone-only" }, "no audit yet"),
            h("span", { class: "desktop-only" }, unknown("No audit has come in")),
          ]
        : [h("span", { class: "phone-only" }, "audit "), time(last_read_at)],
  },
];

start(async (page) => {
  const mayCreate = page.may("device_service.create_device");
  const mayChange = page.may("device_service.update_device");
  const mayArchive = page.me.role === "admin";
  table.toggleAttribute("selectable", mayChange || mayArchive);
  table.columns = COLUMNS;
  table.rowClass = mutedIfArchived;
  table.empty = () => nothing(page.params, mayCreate, mayArchive);
  table.picksAll = mayChange;
  table.bulk = (rows, all) => [
    ...massActs(rows, all, page, mayArchive),
    page.may("comparison_service.get_comparison") && !all && compareButton(rows),
    page.may("label_service.list_labels") && !all && labelsButton("device", rows),
    mayArchive && !all && archivedButton(rows),
  ];
  const { narrow, show } = listPage({
    list: "devices",
    further: ["location_id", "product_id"],
    page,
    table,
    sort: "asset",
    filters: ["route_id", "archived"],
    nouns: ["device", "dex_read", "location", "planogram", "route", "stock", "visit", "everything"],
    begin: mayCreate && { label: "New device", run: create },
    show: ({ location_id, product_id }) => {
      showLocation(Number(location_id) || null).catch(toastProblem);
      showProduct(Number(product_id) || null).catch(toastProblem);
    },
    operation: "device_service.list_devices",
    narrowed: ({ route_id, location_id, product_id, archived }) => ({
      route_id: Number(route_id) || undefined,
      location_id: Number(location_id) || undefined,
      product_id: Number(product_id) || undefined,
      archived: archived === "true",
    }),
    ask: (asked, { q }, signal) => {
      suggest(page, q, hold).catch(() => {});
      return api.device_service.list_devices(asked, { signal });
    },
  });
  place.source = findLocations;
  place.addEventListener("choose", () => narrow({ location_id: place.value }));
  held.source = findProducts([]);
  held.addEventListener("choose", () => narrow({ product_id: held.value }));
  byId("filters", Filters).filters = [await routeFilter(), ARCHIVED];

  /** @param {number} product_id */
  function hold(product_id) {
    narrow({ q: "", product_id: String(product_id) });
    show();
  }
});

/**
 * Who types a product looks for the machines that hold it.
 * @param {import("../../page/page.js").Page} page
 * @param {string | undefined} q
 * @param {(product_id: number) => void} hold
 */
async function suggest(page, q, hold) {
  const box = byId("holding");
  const { items } = q
    ? await api.product_service.list_products({ q, sort: "match", limit: 3 })
    : { items: [] };
  if (q !== page.params.q) return;
  const fitting = items.filter(({ name }) => rankOf(name, q ?? "") <= BEGINS_WORD);
  box.hidden = fitting.length === 0;
  fill(
    box,
    h("span", { class: "muted" }, "Machines that hold"),
    fitting.map(({ id, name }) =>
      h("button", { class: "chip", type: "button", onclick: () => hold(id) }, isolated(name)),
    ),
  );
}

/** @param {number | null} location_id */
async function showLocation(location_id) {
  if (Number(place.value) === (location_id ?? 0)) return;
  place.chosen =
    location_id === null ? null : chosen(await api.location_service.get_location({ location_id }));
}

/** @param {number | null} product_id */
async function showProduct(product_id) {
  if (Number(held.value) === (product_id ?? 0)) return;
  held.chosen =
    product_id === null ? null : chosen(await api.product_service.get_product({ product_id }));
}

/** @param {{id: number, name: string}} one */
const chosen = ({ id, name }) => ({ value: id, label: name });

/** @param {Device} device */
function soldOut({
  sold_out_slots,
  probably_sold_out_slots: probably,
  product_level_percent,
  lost_cents_per_day: lost,
}) {
  if (sold_out_slots === null || product_level_percent === null) return unknown(UNKNOWN_LEVEL);
  // A phone has no column headings.
  const words = h("span", { class: "phone-only" }, " sold out");
  const reason = [
    probably > 0 && `${number(probably)} of them by estimate`,
    lost && `${money(lost)} lost a day`,
  ]
    .filter(Boolean)
    .join(", ");
  return sold_out_slots > 0
    ? [
        h(
          "span",
          { "data-tip": reason || null },
          status("bad", `${mark(probably > 0)}${units(sold_out_slots, "slot")}`),
        ),
        words,
      ]
    : h("span", { class: "muted" }, "none", words);
}

/** @param {Params} params @param {boolean} mayCreate @param {boolean} mayRestore */
function nothing({ q, route_id, location_id, product_id, archived }, mayCreate, mayRestore) {
  if (q || route_id || location_id || product_id) return noMatch("device");
  if (archived)
    return nothingArchived(
      mayRestore
        ? "Archived devices keep their history and can be restored from here."
        : "Archived devices keep their history. An administrator can restore them.",
    );
  return empty({
    icon: "layout-grid",
    heading: "No devices yet",
    text: mayCreate
      ? "The quickest way is a machine's audit: CVD proposes its cabinets, slots and prices. " +
        "A machine that does not report is added by hand."
      : "A manager adds the machines.",
    action:
      mayCreate &&
      h(
        "div",
        { class: "bar" },
        h("a", { class: "button primary", href: "/#/dex" }, icon("upload"), "Upload an audit"),
        newButton("New device", create, "button"),
      ),
  });
}

function create() {
  openForm({
    heading: "New device",
    action: "Create device",
    fields: deviceFields(),
    save: async (form) => {
      const device = await api.device_service.create_device({
        ...deviceValues(form),
        cabinets: cabinetValues(form),
      });
      changed("device");
      toast(`Created ${isolated(device.asset)}`);
      table.refresh();
      navigate(`/devices/${device.id}`);
    },
  });
}

/**
 * What can be done to the rows that are selected; to `all` that match, also those not loaded.
 * @param {Device[]} rows @param {boolean} all
 * @param {import("../../page/page.js").Page} page @param {boolean} mayArchive
 */
function massActs(rows, all, { params, may }, mayArchive) {
  if (!may("mass_change_service.create_mass_change")) return [];
  const chosen = {
    selection: all ? { filter: filterOf(params) } : { ids: rows.map(({ id }) => id) },
    rows: all ? "all devices that match" : named(rows),
    done: () => {
      table.clearPicked();
      table.refresh();
    },
  };
  const archived = params.archived === "true";
  const kinds = [LOCATION, TYPE, SLOT_PRICES, PAR_LEVELS, CAPACITIES, REPLACEMENT, LAYOUT];
  if (mayArchive && all) kinds.push(archivingKind("device_archived", !archived));
  return [!archived && massButton(ROUTE, chosen), massMenu(kinds, chosen)];
}

/** What the list shows, as the change of many takes it. @param {Params} params */
const filterOf = ({ q, route_id, location_id, product_id, archived }) => ({
  ...(q ? { q } : {}),
  ...(Number(route_id) ? { route_id: Number(route_id) } : {}),
  ...(Number(location_id) ? { location_id: Number(location_id) } : {}),
  ...(Number(product_id) ? { product_id: Number(product_id) } : {}),
  archived: archived === "true",
});

/** @param {Device[]} devices */
function archivedButton(devices) {
  const restore = devices.every(({ archived_at }) => archived_at !== null);
  return h(
    "button",
    { class: "button", type: "button", onclick: () => setArchived(devices, !restore) },
    icon(restore ? "archive-restore" : "archive"),
    restore ? "Restore" : "Archive",
  );
}

/** @param {Device[]} devices @param {boolean} archived */
async function setArchived(devices, archived) {
  const done = await each(devices, archived ? archive : restore);
  table.drop(done.map(({ id }) => id));
  table.clearPicked();
  finished(done, `${archived ? "Archived" : "Restored"} ${named(done)}`, () =>
    each(done, archived ? restore : archive),
  );
}

/** @param {Device} device */
const archive = ({ id, version }) =>
  api.device_service.update_device({ device_id: id, version, archived: true });

/** @param {Device} device */
const restore = ({ id, version }) =>
  api.device_service.update_device({ device_id: id, version, archived: false });

/**
 * Does something to each device in turn; stops, and says so, at the first refusal. Resolves with
 * those it was done to.
 * @param {Device[]} devices @param {(device: Device) => Promise<Device>} act
 */
async function each(devices, act) {
  /** @type {Device[]} */
  const done = [];
  for (const device of devices) {
    try {
      done.push(await act(device));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(`${isolated(device.asset)}: ${error.detail || error.title}`, { kind: "bad" });
      break;
    }
  }
  return done;
}

/** @param {Device[]} done @param {string} text @param {() => Promise<unknown>} undo */
function finished(done, text, undo) {
  table.refresh();
  if (done.length === 0) return;
  changed("device");
  toast(text, {
    action: "Undo",
    run: async () => {
      await undo();
      changed("device");
      table.refresh();
    },
  });
}

/** @param {Device[]} devices */
const named = (devices) =>
  devices.length === 1 ? isolated(devices[0]?.asset ?? "") : `${number(devices.length)} devices`;
