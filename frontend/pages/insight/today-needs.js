/**
 * What needs a person, group by group, each with what to do about it.
 * @module
 */
import {
  byId,
  dayOfMonth,
  fill,
  h,
  icon,
  link,
  money,
  number,
  time,
  units,
} from "../../page/page.js";
import { seen } from "./counts-found.js";
import { need } from "./today-row.js";
import { differenceWords } from "../../words/count-words.js";
import { KINDS } from "../../words/source-words.js";
import { nameOf } from "../../words/webhook-words.js";
import { routeOf } from "../../words/order-words.js";
import { firstLine, subjectOf } from "../../words/ticket-words.js";
import { empty } from "../../components/empty/empty.js";
import { status } from "../../components/status/status.js";

/** @typedef {import("../../api.js").Schemas["Dashboard"]} Dashboard */
/** @typedef {import("../../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../../api.js").Schemas["ServiceOrderSummary"]} Order */
/** @typedef {Dashboard["attention"]["silent"]["items"][number]} Device */
/** @typedef {import("../../page/page.js").Page} Page */

const FEW = 5;
/** Groups whose rows are all shown. @type {Set<string>} */
const opened = new Set();

/** @typedef {import("./today-row.js").Way} Way */
/** @typedef {(device: Device, page: Page) => Way} WayOut */

/** @type {WayOut} */
const planVisit = ({ device_id, route_id, open_service_order_id: order }, { may }) => {
  if (order !== null && may("service_order_service.get_service_order"))
    return { to: `/service-orders/${order}`, label: `Open order ${order}` };
  if (!may("service_order_service.create_service_order"))
    return { to: `/devices/${device_id}`, label: "See the device" };
  return route_id === null
    ? { to: `/devices/${device_id}`, label: "Put it on a route" }
    : { to: `/route-board/${route_id}`, label: "Plan a visit" };
};
/** @type {WayOut} */
const readIt = ({ device_id }, { may }) => ({
  to: `/devices/${device_id}?tab=reads`,
  label: may("dex_read_service.create_dex_read") ? "Upload an audit" : "See its audits",
});
/** @type {WayOut} */
const ticketsOf = ({ device_id }) => ({
  to: `/devices/${device_id}?tab=tickets`,
  label: "See its tickets",
});
/** @type {WayOut} */
const readsOf = ({ device_id }) => ({
  to: `/devices/${device_id}?tab=reads`,
  label: "See its audits",
});
/** @type {WayOut} */
const comparePrices = ({ device_id }) => ({
  to: `/devices/${device_id}/planogram?view=price`,
  label: "Compare prices",
});

/**
 * What may need a person: its word among the chips, its heading, how each is shown with what to do
 * about it, and where all of them are listed.
 * @typedef {object} Need
 * @property {keyof Dashboard["attention"]} of
 * @property {string} name
 * @property {string} short
 * @property {string} heading
 * @property {import("../../components/status/status.js").Kind} [kind] a warning unless said
 * @property {(item: any, page: Page, refresh: () => void) => HTMLLIElement} row
 * @property {string} [all]
 */

/** The most urgent first. @type {Need[]} */
const NEEDS = [
  {
    of: "failed_jobs",
    name: "failed-jobs",
    short: "Failed jobs",
    heading: "Failed jobs",
    kind: "bad",
    row: (job) => jobRow(job),
    all: "/jobs?state=failed",
  },
  {
    of: "down_machines",
    name: "down",
    short: "Down",
    heading: "Machines that are down",
    kind: "bad",
    row: (ticket) => ticketRow(ticket),
    all: "/tickets?status=any&down=true",
  },
  {
    of: "webhooks",
    name: "webhooks",
    short: "Webhooks",
    heading: "Programs that are told of nothing",
    row: (webhook) => webhookRow(webhook),
    all: "/webhooks",
  },
  {
    of: "sold_out",
    name: "sold-out",
    short: "Sold out",
    heading: "Sold out",
    kind: "bad",
    row: (device, page) => deviceRow(device, planVisit(device, page), soldOutWords(device)),
    all: "/devices?sort=need",
  },
  {
    of: "running_out",
    name: "running-out",
    short: "Running out",
    heading: "Runs out within two days",
    row: (device, page) => deviceRow(device, planVisit(device, page)),
  },
  {
    of: "late_orders",
    name: "late-orders",
    short: "Late orders",
    heading: "Late orders",
    row: (order) => orderRow(order),
    all: "/service-orders",
  },
  {
    of: "due_tickets",
    name: "tickets",
    short: "Tickets",
    heading: "Tickets that are due",
    row: (ticket) => ticketRow(ticket),
    all: "/tickets",
  },
  {
    of: "audits",
    name: "audits",
    short: "Audits",
    heading: "Audits to look at",
    row: (read, page) => auditRow(read, page),
    all: "/dex",
  },
  {
    of: "unbooked",
    name: "unbooked",
    short: "Not booked",
    heading: "Counted but not booked",
    row: (device, page) => deviceRow(device, readsOf(device, page)),
  },
  {
    of: "faults",
    name: "faults",
    short: "Faults",
    heading: "Faults",
    kind: "bad",
    row: (device, page) => deviceRow(device, ticketsOf(device, page)),
  },
  {
    of: "silent",
    name: "silent",
    short: "Silent",
    heading: "Silent machines",
    row: (device, page) => deviceRow(device, readIt(device, page)),
    all: "/devices?sort=last_read_at",
  },
  {
    of: "silent_sources",
    name: "silent-sources",
    short: "Gateways",
    heading: "Sources that stopped sending",
    row: (source) => sourceRow(source),
    all: "/sources",
  },
  {
    of: "count_differences",
    name: "counts",
    short: "Counts",
    heading: "Counts that differ",
    row: (visit, page, refresh) => countRow(visit, page, refresh),
    all: "/count-differences",
  },
  {
    of: "archived_products",
    name: "archived",
    short: "Archived",
    heading: "Archived products in use",
    row: (product) => productRow(product),
  },
  {
    of: "price_differences",
    name: "prices",
    short: "Prices",
    heading: "Price differs from the machine",
    row: (device, page) => deviceRow(device, comparePrices(device, page)),
  },
];

/**
 * @param {Dashboard} dashboard
 * @param {Page} page
 * @param {() => void} refresh asks again
 */
export function showAttention({ attention, devices }, page, refresh) {
  const groups = NEEDS.filter(({ of }) => attention[of].count > 0).map((each) =>
    group(each, attention[each.of], page, refresh),
  );
  if (groups.length > 0)
    fill(
      byId("attention"),
      h("nav", { class: "bar swipe", "aria-label": "What needs attention" }, groups.map(jump)),
      groups.map(({ section }) => section),
    );
  else
    fill(
      byId("attention"),
      empty({
        icon: "circle-check",
        heading: "Nothing needs you",
        text:
          `${units(devices, "device")} in use: no slot known to be sold out, no fault, no ` +
          "late order, no audit to look at.",
      }),
    );
}

/** @param {{name: string, short: string, figure: string}} group */
const jump = ({ name, short, figure }) =>
  h(
    "button",
    {
      class: "chip",
      type: "button",
      onclick: () => {
        byId(name).scrollIntoView({ block: "start" });
        byId(`${name}-heading`).focus({ preventScroll: true });
      },
    },
    short,
    h("strong", null, figure),
  );

/**
 * @param {Need} need
 * @param {{count: number, more?: boolean, items: any[]}} found `more`: there are more than were
 *   counted
 * @param {Page} page
 * @param {() => void} refresh
 */
function group({ name, short, heading, kind = "warn", row, all }, found, page, refresh) {
  const { count, more: isMore, items } = found;
  const figure = number(count) + (isMore ? "+" : "");
  const rows = items.map((item) => row(item, page, refresh));
  const rest =
    count > items.length &&
    (all
      ? link(all, `All ${figure}`)
      : h("span", { class: "muted" }, `The worst ${number(items.length)} of ${figure}`));
  const section = h(
    "section",
    { class: "section", id: name },
    h(
      "header",
      null,
      h("h2", { id: `${name}-heading`, tabindex: -1 }, status(kind, heading)),
      h("span", { class: "count" }, figure),
      rest && h("span", { class: "end small" }, rest),
    ),
    h("ul", { class: "rows needs" }, rows),
    folded(name, rows),
  );
  return { name, short, figure, section };
}

/**
 * Folds all rows but a few, and is the button that shows them.
 * @param {string} name
 * @param {HTMLElement[]} rows
 */
function folded(name, rows) {
  const hidden = rows.slice(FEW);
  if (hidden.length === 0 || opened.has(name)) return null;
  for (const each of hidden) each.hidden = true;
  const unfold = (/** @type {Event} */ event) => {
    opened.add(name);
    for (const each of hidden) each.hidden = false;
    /** @type {HTMLElement} */ (event.currentTarget).remove();
    hidden[0]?.querySelector("a")?.focus();
  };
  const words = `Show ${number(hidden.length)} more`;
  return h("button", { class: "button plain", type: "button", onclick: unfold }, words);
}

/** @param {Device} device @param {Way} fix @param {string} [detail] */
function deviceRow(device, fix, detail = device.detail) {
  const { device_id, asset, name, location_name, stock_known_at, since } = device;
  const tip = { "data-tip": "The last fact that the estimate starts from" };
  return need({
    subject: link(`/devices/${device_id}`, asset),
    beside: [name !== asset ? name : null, location_name],
    detail,
    since: stock_known_at
      ? h("span", tip, time(stock_known_at))
      : time(since, "No audit has come in"),
    fix,
  });
}

/** @param {Device} device */
const soldOutWords = ({ detail, lost_cents_per_day: lost }) =>
  lost > 0 ? `${detail}, ${money(lost)} lost a day` : detail;

/** @param {DexRead} read @param {Page} page */
function auditRow(read, page) {
  const known = read.device_id !== null;
  const mayDecide = page.may("dex_read_service.assign_dex_read");
  const what =
    read.status === "unassigned"
      ? "Belongs to no device yet"
      : read.status === "damaged"
        ? "Damaged on its way"
        : (read.held_reason ?? "Held back");
  return need({
    subject: link(`/dex/${read.id}`, known ? (read.asset ?? "") : read.filename),
    beside: known
      ? [read.device_name]
      : [
          read.reported_asset && `Asset ${read.reported_asset}`,
          read.serial && `Serial ${read.serial}`,
        ],
    detail: what,
    since: time(read.received_at),
    fix: {
      to: `/dex/${read.id}`,
      label: !mayDecide ? "See the audit" : known ? "Check and decide" : "Say whose it is",
    },
  });
}

/** @param {Order} order */
const orderRow = (order) =>
  need({
    subject: link(`/service-orders/${order.id}`, `Order ${order.id}`),
    beside: [routeOf(order), order.driver_name ?? "no driver"],
    detail:
      `${number(order.cabinets_visited)} of ${units(order.cabinets, "cabinet")} ` +
      `visited${order.cabinets_skipped > 0 ? `, ${number(order.cabinets_skipped)} skipped` : ""}`,
    since: order.scheduled_on && h("span", null, "due ", dayOfMonth(order.scheduled_on)),
    fix: { to: `/service-orders/${order.id}`, label: "Open the order" },
  });

/** @param {Dashboard["attention"]["due_tickets"]["items"][number]} ticket */
function ticketRow(ticket) {
  const { to, label, beside } = subjectOf(ticket);
  const { id, down_since, up_since, due_on, assignee_name } = ticket;
  return need({
    subject: link(to, label),
    beside: [beside, assignee_name],
    detail: firstLine(ticket),
    since: down_since && !up_since ? time(down_since) : due_on && `due ${dayOfMonth(due_on)}`,
    fix: { to: `/tickets/${id}`, label: "Open the ticket" },
  });
}

/**
 * @param {Dashboard["attention"]["count_differences"]["items"][number]} visit
 * @param {Page} page
 * @param {() => void} refresh
 */
const countRow = (visit, page, refresh) =>
  need({
    subject: link(`/devices/${visit.device_id}`, visit.asset),
    beside: [
      visit.device_name !== visit.asset ? visit.device_name : null,
      visit.location_name,
      visit.username,
    ],
    detail: differenceWords(visit),
    since: time(visit.occurred_at),
    fix: {
      to: `/service-orders/${visit.service_order_id}?visit_id=${visit.visit_id}`,
      label: "See the visit",
    },
    also:
      page.may("count_difference_service.create_count_acknowledgement") &&
      h(
        "button",
        {
          class: "button plain",
          type: "button",
          "aria-label": `Seen: ${visit.asset}, ${differenceWords(visit)}`,
          onclick: () => seen(visit.visit_id, refresh),
        },
        icon("check"),
        "Seen",
      ),
  });

/** @param {Dashboard["attention"]["failed_jobs"]["items"][number]} job */
const jobRow = ({ id, title, problem, ended_at }) =>
  need({
    subject: link(`/jobs?job=${id}`, title),
    beside: [],
    detail: problem?.detail ?? "",
    since: time(ended_at),
    fix: { to: `/jobs?job=${id}`, label: "Try again or put away" },
  });

/** @param {Dashboard["attention"]["webhooks"]["items"][number]} webhook */
const webhookRow = ({ id, url, description, problem, since }) =>
  need({
    subject: link(`/webhooks/${id}`, nameOf({ url, description })),
    beside: [],
    detail: problem,
    since: time(since),
    fix: { to: `/webhooks/${id}`, label: "See the webhook" },
  });

/** @param {Dashboard["attention"]["silent_sources"]["items"][number]} source */
const sourceRow = ({ id, name, kind, last_seen_at, detail }) =>
  need({
    subject: link(`/dex?source_id=${id}`, name),
    beside: [KINDS[kind]],
    detail,
    since: time(last_seen_at),
    fix: { to: "/sources", label: "See the sources" },
  });

/** @param {Dashboard["attention"]["archived_products"]["items"][number]} product */
const productRow = (product) =>
  need({
    subject: link(`/products/${product.product_id}`, product.name),
    beside: [],
    detail: `still refilled in ${units(product.slots, "slot")} of ${units(product.machines, "machine")}`,
    since: time(product.archived_at),
    fix: { to: `/products/${product.product_id}`, label: "Replace or sell out" },
  });
