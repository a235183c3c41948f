import { api, byId, isolated, navigate, start, toastProblem } from "../../page/page.js";
import { listPage, newButton, noMatch } from "../../page/list-page.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";
import { Title } from "../../components/title/title.js";
import { inTurn } from "../../words/in-turn.js";
import { isOpen, KINDS } from "../../words/ticket-words.js";
import { ALL } from "./ticket-columns.js";
import { openTicketForm } from "./ticket-form.js";

/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("../../page/page.js").Params} Params */
/** @typedef {import("./ticket-form.js").Subject} Subject */
/** @typedef {import("../../words/ticket-words.js").Ticket} Ticket */

const SWITCHES = ["mine", "overdue", "down"];
const NARROWED = ["kind", "route_id", "device_id", "location_id", "service_order_id"];
/** Without a word in the address the open ones are shown. */
const STATUS = {
  written: (/** @type {string} */ value) => (value === "open" ? "" : value || "any"),
  shown: (/** @type {string} */ word) => (word === "any" ? "" : word || "open"),
};
const table = byId("tickets", Table);
/** What the list is narrowed to, and so what a new one is of. @type {Subject | undefined} */ let of;

const showSubject = inTurn(async (/** @type {Params} */ params) => {
  of = await subjectOf(params);
  byId("title", Title).heading = of ? `Tickets of ${of.name}` : "Tickets";
});

start(async (page) => {
  const mayCreate = page.may("ticket_service.create_ticket");
  const done = (/** @type {Ticket} */ { id }) => navigate(`/tickets/${id}`);
  const create = () => openTicketForm(page, { of, done });
  table.columns = ALL;
  table.rowClass = (/** @type {Ticket} */ ticket) => (isOpen(ticket) ? "" : "muted");
  table.empty = () => nothing(page.params, mayCreate && newButton("New ticket", create));
  byId("filters", Filters).filters = await choices(page);
  listPage({
    list: "tickets",
    further: ["device_id", "location_id", "service_order_id"],
    page,
    table,
    sort: "due_on",
    filters: ["status", ...SWITCHES, "kind", "route_id"],
    nouns: ["ticket", "device", "location", "everything"],
    begin: mayCreate && { label: "New ticket", run: create },
    show: (params) => showSubject(params).catch(toastProblem),
    chosen: (name, value) => ({ [name]: name === "status" ? STATUS.written(value) : value }),
    shown: (name, value) => (name === "status" ? STATUS.shown(value) : value),
    operation: "ticket_service.list_tickets",
    narrowed,
    ask: (asked, _, signal) => api.ticket_service.list_tickets(asked, { signal }),
  });
});

/** @param {Params} params @returns {Promise<Subject | undefined>} */
async function subjectOf(params) {
  const [device_id, location_id, service_order_id] = [
    Number(params.device_id),
    Number(params.location_id),
    Number(params.service_order_id),
  ];
  if (location_id) {
    const { name } = await api.location_service.get_location({ location_id });
    return { name: isolated(name), location_id };
  }
  if (device_id) {
    const { asset } = await api.device_service.get_device({ device_id });
    return { name: isolated(asset), device_id };
  }
  return service_order_id ? { name: `order ${service_order_id}`, service_order_id } : undefined;
}

/** What the address leaves of them. @param {Params} params @returns {any} */
function narrowed(params) {
  const { status = "open", kind } = params;
  const ids = NARROWED.filter((name) => name !== "kind" && params[name]);
  return {
    status,
    kind,
    ...Object.fromEntries(SWITCHES.map((name) => [name, params[name] === "true" || undefined])),
    ...Object.fromEntries(ids.map((name) => [name, Number(params[name])])),
  };
}

/** @param {Page} page */
async function choices(page) {
  const routes = page.may("route_service.list_routes")
    ? (await api.route_service.list_routes({ limit: 200 })).items
    : [];
  const route = {
    name: "route_id",
    label: "Route",
    all: "Any",
    options: routes.map(({ id, name }) => ({ value: String(id), label: name })),
  };
  return [
    {
      name: "status",
      label: "Status",
      all: "All",
      options: [
        { value: "open", label: "Open" },
        { value: "done", label: "Done" },
        { value: "noted", label: "Notes" },
      ],
    },
    { name: "mine", label: "Mine" },
    { name: "overdue", label: "Late" },
    { name: "down", label: "Machine down" },
    {
      name: "kind",
      label: "Kind",
      all: "Any",
      options: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
    },
    ...(page.me.role === "driver" ? [] : [route]),
  ];
}

/** @param {Params} params @param {Node | false} begin */
function nothing({ q, status, ...params }, begin) {
  if (q || [...SWITCHES, ...NARROWED].some((name) => params[name])) return noMatch("ticket");
  if (status === "noted")
    return empty({
      icon: "info",
      heading: "No notes yet",
      text: "A note is what whoever comes next must know: a gate code, a key, a neighbour.",
      action: begin,
    });
  return empty({
    icon: "circle-check",
    heading: status === "done" ? "Nothing is done yet" : "No open tickets",
    text:
      "A ticket says what is wrong or to be done at a machine, a place or in an order. Faults " +
      "that audits tell of open theirs by themselves.",
    action: begin,
  });
}
