import {
  api,
  byId,
  fill,
  h,
  keys,
  link,
  navigate,
  onChanged,
  setParams,
  start,
  time,
  toastProblem,
} from "../../page/page.js";
import { newButton } from "../../page/list-page.js";
import { copyButton } from "../../components/copy/copy.js";
import { empty } from "../../components/empty/empty.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { EXAMPLES, hostOf, leftWords, nameOf, STATES } from "../../words/webhook-words.js";
import { itemsOf } from "./webhook-acts.js";
import { makeWebhook } from "./webhook-form.js";

/** @typedef {import("../../api.js").Schemas["Webhook"]} Webhook */
/** @typedef {import("../../api.js").Schemas["WebhookEventType"]} EventType */

const table = byId("webhooks", Table);

/** @type {import("../../components/table/table.js").Column<Webhook>[]} */
const COLUMNS = [
  {
    label: "Webhook",
    phone: "title",
    cell: (webhook) => link(`/webhooks/${webhook.id}`, nameOf(webhook)),
  },
  { label: "Where to", width: "22%", phone: "hide", cell: ({ url }) => hostOf(url) },
  {
    label: "State",
    width: "130px",
    phone: "end",
    cell: ({ state, problem }) => {
      const [kind, word, meaning] = STATES[state];
      return status(kind, word, problem ?? meaning);
    },
  },
  {
    label: "Events",
    width: "80px",
    number: true,
    phone: "hide",
    cell: ({ events }) => events.length,
  },
  {
    label: "Not delivered",
    width: "20%",
    cell: (webhook) => {
      const left = leftWords(webhook);
      return h("span", { class: left ? "muted" : "muted desktop-only" }, left || "none");
    },
  },
  {
    label: "Last delivered",
    width: "130px",
    phone: "hide",
    cell: ({ last_delivered_at }) => time(last_delivered_at, "Nothing yet"),
  },
  { label: "Actions", width: "88px", phone: "hide", cell: actionsOf },
];

start(async (page) => {
  table.columns = COLUMNS;
  table.rowClass = ({ state }) => (state === "disabled" ? "muted" : "");
  table.empty = () =>
    empty({
      icon: "webhook",
      heading: "No program is told of anything yet",
      text:
        "Let your ERP, a chat or a script know when an audit is booked, an order is created or a " +
        "visit is recorded.",
      action: newButton("New webhook", create),
    });
  table.source = async ({ signal }) => {
    const { items } = await api.webhook_service.list_webhooks({}, { signal });
    return { items, next_cursor: null };
  };
  byId("new").onclick = create;
  keys({ n: ["New webhook", create] });
  onChanged(["webhook", "everything"], () => table.refresh());
  showExamples();
  if (page.params.new) {
    setParams({ new: "" });
    create();
  }
  const { items } = await api.webhook_service.list_event_types();
  fill(byId("events"), items.map(eventOf));
});

function create() {
  makeWebhook()
    .then((made) => made && navigate(`/webhooks/${made.id}`))
    .catch(toastProblem);
}

/** @param {Webhook} webhook */
function actionsOf(webhook) {
  const holder = menu(
    `Actions for ${nameOf(webhook)}`,
    itemsOf(webhook, { shown: (now) => table.put(now), gone: () => table.drop([webhook.id]) }),
  );
  holder.dataset.own = "";
  return holder;
}

function showExamples() {
  for (const [language, code] of Object.entries(EXAMPLES))
    fill(
      byId(language),
      h("pre", { tabindex: 0, "aria-label": `A receiver in ${language}` }, code),
      copyButton("Copy", code),
    );
}

/** @param {EventType} event */
const eventOf = ({ type, title, description, full, references }) =>
  h(
    "details",
    { class: "event" },
    h("summary", null, title, h("code", null, type)),
    h(
      "div",
      null,
      h("p", null, description),
      h(
        "p",
        { class: "muted small" },
        `A webhook that sees ids, states and times is sent: ${Object.keys(references).join(", ")}`,
      ),
      h("pre", { tabindex: 0, "aria-label": `An example of ${type}` }, example(type, full)),
    ),
  );

/** @param {string} type @param {object} data */
const example = (type, data) =>
  JSON.stringify(
    { id: `evt_${"0f".repeat(16)}`, type, occurred_at: "2026-01-31T08:00:05Z", data },
    null,
    2,
  );
