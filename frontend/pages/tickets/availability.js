import {
  api,
  byId,
  dateTime,
  h,
  link,
  localDate,
  number,
  start,
  unknown,
} from "../../page/page.js";
import { listPage } from "../../page/list-page.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";
import { lengthWords, upWords } from "../../words/ticket-words.js";

/** @typedef {import("../../api.js").Schemas["Availability"]} Availability */

const DAYS = 28;
const table = byId("devices", Table);
const [from, to] = [byId("from", HTMLInputElement), byId("to", HTMLInputElement)];

/** @type {import("../../components/table/table.js").Column<Availability>[]} */
const COLUMNS = [
  {
    label: "Machine",
    phone: "title",
    width: "120px",
    cell: ({ device_id, asset }) => link(`/devices/${device_id}?tab=tickets`, asset),
  },
  {
    label: "Location",
    width: "26%",
    cell: ({ location_name }) => location_name ?? unknown("No location given"),
  },
  {
    label: "Up",
    number: true,
    width: "96px",
    phone: "end",
    cell: ({ up_percent }) => upWords(up_percent),
  },
  {
    label: "Down",
    number: true,
    width: "148px",
    cell: ({ down_seconds, outages }) =>
      `${lengthWords(down_seconds)}${outages.at(-1)?.up_since === null ? " so far" : ""}`,
  },
  {
    label: "Outages",
    number: true,
    width: "96px",
    phone: "hide",
    cell: ({ outages }) => number(outages.length),
  },
  { label: "Last", phone: "hide", cell: ({ outages }) => lastWords(outages.at(-1)) },
];

start(async (page) => {
  table.columns = COLUMNS;
  table.rowKey = ({ device_id }) => device_id;
  table.empty = () =>
    empty({
      icon: "circle-check",
      heading: "No machine was down",
      text: "Who finds a machine that sells nothing says so in a ticket, and when it sells again.",
    });
  byId("filters", Filters).filters = await routeChoice(page);
  const { narrow } = listPage({
    page,
    table,
    filters: ["route_id"],
    nouns: ["ticket", "device", "everything"],
    show: (params) => {
      from.value = params.from ?? localDate(1 - DAYS);
      to.value = params.to ?? localDate();
    },
    ask: ({ cursor, limit }, { route_id }, signal) =>
      api.availability_service.list_availability(
        {
          from: from.value,
          to: to.value,
          route_id: route_id ? Number(route_id) : undefined,
          cursor,
          limit,
        },
        { signal },
      ),
  });
  for (const [name, day] of /** @type {const} */ ([
    ["from", from],
    ["to", to],
  ]))
    day.onchange = () => day.value && narrow({ [name]: day.value });
});

/** @param {import("../../page/page.js").Page} page */
async function routeChoice(page) {
  if (!page.may("route_service.list_routes")) return [];
  const { items } = await api.route_service.list_routes({ limit: 200 });
  const options = items.map(({ id, name }) => ({ value: String(id), label: name }));
  return [{ name: "route_id", label: "Route", all: "Any", options }];
}

/** @param {Availability["outages"][number]} [outage] */
const lastWords = (outage) =>
  outage &&
  h(
    "span",
    null,
    dateTime(outage.down_since),
    " – ",
    outage.up_since ? dateTime(outage.up_since) : h("strong", null, "still down"),
  );
