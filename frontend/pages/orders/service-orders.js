import {
  api,
  byId,
  date,
  fill,
  h,
  icon,
  link,
  localDate,
  number,
  onChanged,
  start,
  time,
  unknown,
} from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { listPage, noMatch } from "../../page/list-page.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";
import { unsentVisits } from "./visit-drafts.js";
import {
  isOpen,
  kindWords,
  STATUS_CHOICES,
  visitedWords,
  routeOf,
} from "../../words/order-words.js";
import { orderStatus } from "./order-status.js";

/** @typedef {import("../../api.js").Schemas["ServiceOrderSummary"]} Summary */

/** @type {import("../../page/messages.js").Changed[]} */
const NOUNS = ["service_order", "visit", "everything"];
/** Without a word in the address the open ones are shown, so all of them need one. */
const STATUS = {
  written: (/** @type {string} */ value) => (value === "open" ? "" : value || "all"),
  shown: (/** @type {string} */ word) => (word === "all" ? "" : word || "open"),
};
/** The choice of orders without a route. */
const NONE = "none";
const table = byId("orders", Table);
const filters = byId("filters", Filters);
const day = byId("scheduled-on", HTMLInputElement);

start(async (page) => {
  const isDriver = page.me.role === "driver";
  const mayCreate = page.may("service_order_service.create_service_order");
  table.columns = columns(isDriver);
  table.rowClass = (/** @type {Summary} */ order) => (isOpen(order) ? "" : "muted");
  table.empty = () => nothing(page.params, isDriver, mayCreate);
  document.addEventListener("shown", refresh);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh();
  });
  onChanged(NOUNS, () => showUnsent(page.me.id));
  filters.filters = await filterChoices(isDriver);
  showUnsent(page.me.id);
  const { narrow } = listPage({
    list: "service-orders",
    further: ["scheduled_on"],
    page,
    table,
    filters: ["status", "route_id", "driver_id"],
    nouns: NOUNS,
    chosen: (name, value) => ({ [name]: name === "status" ? STATUS.written(value) : value }),
    shown: (name, value) => (name === "status" ? STATUS.shown(value) : value),
    show: ({ scheduled_on = "" }) => {
      day.value = scheduled_on;
    },
    operation: "service_order_service.list_service_orders",
    narrowed: ({ status = "open", route_id, driver_id, scheduled_on }) => ({
      open: status === "open" || undefined,
      status: status === "open" || status === "all" ? undefined : status,
      route_id: route_id && route_id !== NONE ? Number(route_id) : undefined,
      without_route: route_id === NONE || undefined,
      driver_id: driver_id ? Number(driver_id) : undefined,
      scheduled_on,
    }),
    ask: (asked, _, signal) => api.service_order_service.list_service_orders(asked, { signal }),
  });
  day.onchange = () => narrow({ scheduled_on: day.value });

  function refresh() {
    showUnsent(page.me.id);
    table.refresh();
  }
});

/** Visits that found no connection: opening one sends it. @param {number} user_id */
function showUnsent(user_id) {
  const unsent = unsentVisits(user_id);
  byId("unsent").hidden = unsent.length === 0;
  fill(
    byId("unsent"),
    unsent.map(({ service_order_id, cabinet_id }) =>
      h(
        "span",
        null,
        icon("wifi-off"),
        `A visit of order ${service_order_id} is still on this phone.`,
        h(
          "a",
          { class: "button", href: `/#/service-orders/${service_order_id}/visits/${cabinet_id}` },
          "Send it",
        ),
      ),
    ),
  );
}

/** @param {boolean} isDriver */
async function filterChoices(isDriver) {
  const choices = [
    {
      name: "status",
      label: "Status",
      all: "All",
      options: [{ value: "open", label: "Open" }, ...STATUS_CHOICES],
    },
  ];
  if (isDriver) return choices;
  const [routes, drivers] = await Promise.all([
    api.route_service.list_routes({ limit: 200 }),
    api.user_service.list_drivers(),
  ]);
  return [
    ...choices,
    {
      name: "route_id",
      label: "Route",
      all: "Any",
      options: [
        ...routes.items.map(({ id, name }) => ({ value: String(id), label: name })),
        { value: NONE, label: "No route" },
      ],
    },
    {
      name: "driver_id",
      label: "Driver",
      all: "Any",
      options: drivers.items.map(({ id, display_name }) => ({
        value: String(id),
        label: display_name,
      })),
    },
  ];
}

/**
 * @param {boolean} isDriver
 * @returns {import("../../components/table/table.js").Column<Summary>[]}
 */
function columns(isDriver) {
  const driver = {
    name: "driver",
    label: "Driver",
    width: "15%",
    cell: (/** @type {Summary} */ { driver_name }) =>
      driver_name ?? [
        h("span", { class: "desktop-only" }, unknown("No driver yet")),
        h("span", { class: "phone-only" }, "no driver"),
      ],
  };
  return [
    {
      name: "order",
      label: "Order",
      phone: "title",
      cell: (order) => [
        link(`/service-orders/${order.id}`, `#${order.id}`),
        ` ${routeOf(order)}`,
        kindWords(order) && h("span", { class: "muted" }, `, ${kindWords(order)}`),
      ],
    },
    {
      name: "status",
      label: "Status",
      width: "132px",
      phone: "end",
      cell: ({ status }) => orderStatus(status),
    },
    ...(isDriver ? [] : [driver]),
    { name: "date", label: "Date", width: "172px", cell: scheduled },
    {
      name: "visited",
      label: "Visited",
      width: "216px",
      cell: (order) =>
        h(
          "span",
          { class: "done" },
          h("progress", {
            value: order.cabinets_visited + order.cabinets_skipped,
            max: order.cabinets,
            "aria-hidden": "true",
          }),
          visitedWords(order),
          h("span", { class: "word" }, "visited"),
        ),
    },
    {
      name: "units",
      label: "Units",
      number: true,
      width: "80px",
      phone: "hide",
      cell: (order) => number(order.units),
    },
    {
      name: "created",
      label: "Created",
      width: "112px",
      phone: "hide",
      cell: ({ created_at }) => time(created_at),
    },
  ];
}

/** @param {Summary} order */
function scheduled(order) {
  if (order.scheduled_on === null) return unknown("No day given");
  const late = isOpen(order) && order.scheduled_on < localDate();
  return late
    ? h("span", { class: "late" }, date(order.scheduled_on), ", late")
    : order.scheduled_on === localDate()
      ? "Today"
      : date(order.scheduled_on);
}

/**
 * @param {import("../../page/page.js").Params} params
 * @param {boolean} isDriver
 * @param {boolean} mayCreate
 */
function nothing({ status, route_id, driver_id, scheduled_on }, isDriver, mayCreate) {
  if (status || route_id || driver_id || scheduled_on)
    return noMatch("order", "Clear a filter, or choose another day.");
  if (isDriver)
    return empty({
      icon: "circle-check",
      heading: "Nothing to do",
      text: "The office has given you no open order. New ones appear here.",
    });
  return empty({
    icon: "clipboard-list",
    heading: "No open orders",
    text:
      `${mayCreate ? "Choose machines on the route board and create an order. " : ""}Completed ` +
      "orders are under Status: All.",
    action:
      mayCreate &&
      h("a", { class: "button primary", href: "/#/route-board" }, "Open the route board"),
  });
}
