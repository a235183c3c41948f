import {
  api,
  byId,
  changed,
  dateTime,
  fill,
  h,
  icon,
  isolated,
  navigate,
  onChanged,
  onParams,
  setParams,
  setTitle,
  start,
  time,
  toast,
  toastProblem,
} from "../../page/page.js";
import { listPage } from "../../page/list-page.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { menu } from "../../components/menu/menu.js";
import { problemBox } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { Title } from "../../components/title/title.js";
import {
  answerWords,
  DELIVERY_STATES,
  DETAILS,
  durationWords,
  isUnsent,
  nameOf,
  readable,
  stateOf,
  STATES,
} from "../../words/webhook-words.js";
import { itemsOf, replaySince, resume, sendTest } from "./webhook-acts.js";

/** @typedef {import("../../api.js").Schemas["Webhook"]} Webhook */
/** @typedef {import("../../api.js").Schemas["WebhookDelivery"]} Delivery */

// While something is on its way it is looked at as often.
const LOOK_EVERY_MS = 1500;

const NO_WORKER =
  "Events wait, and no worker of jobs is running: CVD_JOB_WORKERS has to be at least 1, or `flask work` started.";

const title = byId("title", Title);
const table = byId("deliveries", Table);
/** The titles of the types of events. @type {Map<string, string>} */
let titles = new Map();
let isAnyOnItsWay = false;
/** What the actions are for, as far as they depend on it. */
let shownActs = "";
/** The dialog of one delivery, while it is open. @type {HTMLDialogElement | null} */
let shownDialog = null;

/** @type {import("../../components/table/table.js").Column<Delivery>[]} */
const COLUMNS = [
  { label: "Event", phone: "title", cell: ({ type }) => titles.get(type) ?? type },
  {
    label: "State",
    width: "140px",
    phone: "end",
    cell: (delivery) => status(...stateOf(delivery)),
  },
  { label: "Happened", width: "130px", cell: ({ occurred_at }) => time(occurred_at) },
  { label: "Tries", width: "70px", number: true, phone: "hide", cell: ({ attempts }) => attempts },
  {
    label: "Answer",
    width: "36%",
    phone: "detail",
    cell: (delivery) => h("span", { class: "muted" }, answerWords(delivery)),
  },
];

start(async (page) => {
  const id = Number(page.params.webhook_id);
  const { items } = await api.webhook_service.list_event_types();
  titles = new Map(items.map((each) => [each.type, each.title]));
  await refresh(id);
  showList(page, id);
  onChanged(["webhook", "everything"], () => refresh(id));
  onParams(() => showOne(page.params.delivery));
  showOne(page.params.delivery);
  setInterval(() => {
    if (!isAnyOnItsWay || document.hidden) return;
    table.refresh();
    refresh(id);
  }, LOOK_EVERY_MS);
});

/** @param {import("../../page/page.js").Page} page @param {number} id */
function showList(page, id) {
  table.columns = COLUMNS;
  table.empty = () =>
    empty({
      icon: "send",
      heading: page.params.state ? "No delivery is like that" : "Nothing was sent yet",
      text: "Send a test to see whether the receiver hears us.",
    });
  table.open = (/** @type {Delivery} */ delivery) => {
    setParams({ delivery: String(delivery.id) });
    showOne(page.params.delivery);
  };
  byId("filters", Filters).filters = [
    {
      name: "state",
      label: "State",
      options: Object.entries(DELIVERY_STATES).map(([value, [, label]]) => ({ value, label })),
    },
  ];
  listPage({
    page,
    table,
    filters: ["state"],
    nouns: [],
    ask: async (asked, { state }, signal) => {
      const found = await api.webhook_delivery_service.list_webhook_deliveries(
        { ...asked, webhook_id: id, state: /** @type {any} */ (state) },
        { signal },
      );
      if (!asked.cursor) isAnyOnItsWay = found.items.some(isOnItsWay);
      return found;
    },
  });
}

/** Whether it is about to be sent. @param {Delivery} delivery */
const isOnItsWay = ({ state, next_at }) =>
  state === "waiting" && next_at !== null && Date.parse(next_at) < Date.now() + 60_000;

/** @param {number} id */
async function refresh(id) {
  try {
    show(await api.webhook_service.get_webhook({ webhook_id: id }));
  } catch (error) {
    fill(
      byId("facts"),
      problemBox(error, () => refresh(id)),
    );
  }
}

/** @param {Webhook} webhook */
function show(webhook) {
  title.heading = isolated(nameOf(webhook));
  setTitle(nameOf(webhook));
  const again = () => {
    isAnyOnItsWay = true;
    table.refresh();
    changed("webhook");
    refresh(webhook.id);
  };
  byId("replay").onclick = () => replaySince(webhook, again);
  // An open menu stays while what is on its way is looked at.
  const acts = `${webhook.version} ${webhook.state}`;
  if (acts !== shownActs) fill(byId("actions"), actionsOf(webhook, again));
  shownActs = acts;
  fill(byId("standing"), standingOf(webhook));
  fill(byId("facts"), factsOf(webhook));
}

/** @param {Webhook} webhook @param {() => void} again */
const actionsOf = (webhook, again) => [
  menu("More actions", itemsOf(webhook, { shown: show, gone: () => navigate("/webhooks") })),
  webhook.state === "paused" &&
    button("Resume", "play", () =>
      resume(webhook, (now) => {
        show(now);
        again();
      }),
    ),
  (webhook.state === "active" || webhook.state === "retrying") &&
    button("Send a test", "send", () => sendTest(webhook, again)),
];

/** @param {string} label @param {string} name @param {() => void} run */
const button = (label, name, run) =>
  h("button", { class: "button primary", type: "button", onclick: run }, icon(name), label);

/** What is wrong, and what comes of it. @param {Webhook} webhook */
function standingOf(webhook) {
  const { state, problem, next_at } = webhook;
  if (isUnsent(webhook)) return h("p", null, status("bad", "Nobody sends"), " ", NO_WORKER);
  if (!problem) return null;
  const [kind, word, meaning] = STATES[state];
  const next = state === "retrying" ? ` Next try: ${dateTime(next_at)}.` : ` ${meaning}.`;
  return h("p", null, status(kind, word), " ", problem, h("span", { class: "muted" }, next));
}

/** @param {Webhook} webhook */
function factsOf(webhook) {
  const [kind, word, meaning] = STATES[webhook.state];
  const { secret_before_until: until } = webhook;
  return h(
    "dl",
    { class: "facts" },
    webhook.problem === null && fact("State", status(kind, word, meaning)),
    fact("URL", h("span", { class: "mono small url" }, webhook.url)),
    fact("It is told of", webhook.events.map((type) => titles.get(type) ?? type).join(", ")),
    fact("It may see", DETAILS[webhook.detail]),
    fact("Last delivered", time(webhook.last_delivered_at, "Nothing yet")),
    until && fact("Secret before this one", `signs until ${dateTime(until)}`),
  );
}

/** @param {string} label @param {import("../../page/page.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** The delivery that the address names. @param {string | undefined} id */
async function showOne(id) {
  shownDialog?.close();
  if (!id) return;
  try {
    const delivery = await api.webhook_delivery_service.get_webhook_delivery({
      webhook_delivery_id: Number(id),
    });
    const { dialog, closed } = openDialog({
      heading: titles.get(delivery.type) ?? delivery.type,
      content: [deliveryFacts(delivery), texts(delivery), replayButton(delivery)],
      wide: true,
    });
    shownDialog = dialog;
    await closed;
    if (shownDialog !== dialog) return;
    shownDialog = null;
  } catch (error) {
    toastProblem(error);
  }
  setParams({ delivery: "" });
}

/** @param {Delivery} delivery */
const deliveryFacts = (delivery) =>
  h(
    "dl",
    { class: "facts" },
    fact("State", status(...stateOf(delivery))),
    fact("Happened", dateTime(delivery.occurred_at)),
    fact("Tries", String(delivery.attempts)),
    delivery.last_at && fact("Last try", dateTime(delivery.last_at)),
    delivery.next_at && fact("Next try", dateTime(delivery.next_at)),
    delivery.duration_ms !== null && fact("It took", durationWords(delivery.duration_ms)),
    delivery.problem && fact("What went wrong", delivery.problem),
    fact("webhook-id", h("span", { class: "mono small url" }, delivery.event_id)),
  );

/** What went there, and what came back. @param {Delivery} delivery */
const texts = ({ body, answer, status: code }) => [
  text("Sent", readable(body)),
  answer && text(`Answered${code ? ` (${code})` : ""}`, answer),
];

/** @param {string} heading @param {string} content */
const text = (heading, content) =>
  h(
    "section",
    { class: "stack" },
    h("h3", null, heading),
    h("pre", { class: "body", tabindex: 0, "aria-label": heading }, content),
  );

/** @param {Delivery} delivery */
const replayButton = ({ id, state }) =>
  h(
    "div",
    { class: "bar" },
    h(
      "button",
      {
        class: "button",
        type: "button",
        onclick: async () => {
          try {
            const now = await api.webhook_delivery_service.replay_webhook_delivery({
              webhook_delivery_id: id,
            });
            isAnyOnItsWay = true;
            table.put(now);
            toast("It is sent again");
            shownDialog?.close();
          } catch (error) {
            toastProblem(error);
          }
        },
      },
      icon("rotate-ccw"),
      state === "waiting" ? "Try now" : "Send again",
    ),
  );
