import {
  api,
  byId,
  changed,
  fill,
  h,
  icon,
  isolated,
  link,
  money,
  onChanged,
  start,
  time,
  toast,
  toastProblem,
  unknown,
} from "../../page/page.js";
import { listPage } from "../../page/list-page.js";
import { inTurn } from "../../words/in-turn.js";
import {
  ALERT_KINDS,
  failedWords,
  placeOf,
  STATES,
  summaryWords,
} from "../../words/alert-words.js";
import { openForm } from "../../components/dialog/dialog.js";
import { combobox } from "../../components/combobox/combobox.js";
import { empty } from "../../components/empty/empty.js";
import { field } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { restUntil } from "./resting.js";

/** @typedef {import("../../api.js").Schemas["Alert"]} Alert */
/** @typedef {import("../../page/page.js").Page} Page */

const table = byId("alerts", Table);
const LOOK_EVERY_MS = 30_000;

const showSummary = inTurn(async () => {
  const summary = await api.alert_service.get_alert_summary();
  fill(byId("summary"), summaryWords(summary));
  const failed = failedWords(summary.failed);
  byId("failed").hidden = failed === null;
  fill(byId("failed"), failed && [icon("triangle-alert"), h("span", null, failed)]);
});

start((page) => {
  const mayAct = page.may("alert_service.acknowledge_alert");
  table.toggleAttribute("selectable", mayAct);
  table.columns = columnsFor(page, mayAct);
  table.empty = () => nothing(page.params);
  table.pickable = ({ state }) => state !== "resolved";
  table.bulk = (rows) => [
    actButton("Seen", "check", () => each(rows, acknowledge, "Seen")),
    actButton("Rest until tomorrow", "clock", () =>
      each(rows, (alert) => snooze(alert, restUntil("tomorrow")), "Rest until tomorrow"),
    ),
  ];
  byId("filters", Filters).filters = [
    { name: "state", label: "State", options: options(STATES), all: "Open" },
    {
      name: "kind",
      label: "Kind",
      options: Object.entries(ALERT_KINDS).map(([value, { label }]) => ({ value, label })),
    },
    { name: "mine", label: "Mine" },
  ];
  listPage({
    list: "alerts",
    further: ["device_id"],
    page,
    table,
    sort: "-lost_cents_per_day",
    filters: ["state", "kind", "mine"],
    nouns: ["alert", "alert_rule", "everything"],
    operation: "alert_service.list_alerts",
    narrowed: ({ state, kind, mine, device_id }) => ({
      state: state || "open",
      kind: kind || undefined,
      mine: mine === "true",
      device_id: Number(device_id) || undefined,
    }),
    ask: (asked, _, signal) => api.alert_service.list_alerts(asked, { signal }),
  });
  const look = () => showSummary().catch(toastProblem);
  onChanged(["alert", "alert_rule", "everything"], look);
  look();
  setInterval(() => {
    if (document.hidden) return;
    look();
    table.refresh();
  }, LOOK_EVERY_MS);
});

/** @param {Record<string, string>} words */
const options = (words) =>
  Object.entries(words)
    .filter(([value]) => value !== "open")
    .map(([value, label]) => ({ value, label }));

/**
 * @param {Page} page
 * @param {boolean} mayAct
 * @returns {import("../../components/table/table.js").Column<Alert>[]}
 */
function columnsFor(page, mayAct) {
  /** @type {import("../../components/table/table.js").Column<Alert>[]} */
  const columns = [
    {
      name: "alert",
      label: "Alert",
      phone: "title",
      width: "34%",
      cell: (alert) => link(placeOf(alert), isolated(alert.detail)),
    },
    {
      name: "kind",
      label: "Kind",
      width: "18%",
      phone: "hide",
      cell: ({ kind }) => status(ALERT_KINDS[kind].status, ALERT_KINDS[kind].label),
    },
    { name: "machine", label: "Machine", width: "20%", cell: machine },
    {
      name: "lost_a_day",
      label: "A day",
      sort: "-lost_cents_per_day",
      order: "descending",
      number: true,
      width: "124px",
      cell: ({ lost_cents_per_day: lost }) =>
        lost === null ? unknown("What it costs is not known") : h("strong", null, money(lost)),
    },
    {
      name: "opened",
      label: "Opened",
      sort: "-opened_at",
      order: "descending",
      width: "112px",
      phone: "hide",
      cell: ({ opened_at, resolved_at, snoozed_until }) =>
        snoozed_until
          ? ["rests until ", time(snoozed_until)]
          : resolved_at
            ? ["over ", time(resolved_at)]
            : time(opened_at),
    },
    {
      name: "given_to",
      label: "Given to",
      width: "120px",
      phone: "hide",
      cell: ({ assigned_to_name }) =>
        assigned_to_name ? isolated(assigned_to_name) : h("span", { class: "muted" }, "nobody"),
    },
  ];
  return mayAct
    ? [
        ...columns,
        {
          name: "actions",
          label: "Actions",
          width: "88px",
          phone: "end",
          cell: (alert) => actions(alert, page),
        },
      ]
    : columns;
}

/** @param {Alert} alert */
const machine = ({ asset, device_id, device_name, location_name }) =>
  device_id === null || asset === null
    ? h("span", { class: "muted" }, "none")
    : [
        h("a", { href: `/#/devices/${device_id}`, "data-own": true }, isolated(asset)),
        h(
          "span",
          { class: "muted" },
          [device_name !== asset && device_name, location_name]
            .filter(Boolean)
            .map((words) => ` ${isolated(String(words))}`)
            .join(","),
        ),
      ];

/** @param {Alert} alert @param {Page} page */
function actions(alert, page) {
  if (alert.state === "resolved") return null;
  const holder = menu(`Actions for ${alert.detail}`, [
    alert.state === "acknowledged" || alert.state === "snoozed"
      ? { label: "Open again", icon: "undo-2", run: () => act(alert, reopen, "Open again") }
      : { label: "Seen", icon: "check", run: () => act(alert, acknowledge, "Seen") },
    null,
    {
      label: "Rest until tomorrow",
      icon: "clock",
      run: () => act(alert, (each) => snooze(each, restUntil("tomorrow")), "Rests until tomorrow"),
    },
    {
      label: "Rest until Monday",
      icon: "clock",
      run: () => act(alert, (each) => snooze(each, restUntil("monday")), "Rests until Monday"),
    },
    null,
    alert.assigned_to === page.me.id
      ? {
          label: "Give it back",
          icon: "circle-user",
          run: () => act(alert, assign(null), "Given back"),
        }
      : {
          label: "Give it to me",
          icon: "circle-user",
          run: () => act(alert, assign(page.me.id), "It is yours"),
        },
    ...(page.may("user_service.list_users")
      ? [{ label: "Give to…", icon: "users", run: () => assignTo(alert) }]
      : []),
  ]);
  holder.dataset.own = "";
  return holder;
}

/** @param {Alert} alert */
const acknowledge = ({ id }) => api.alert_service.acknowledge_alert({ alert_id: id });
/** @param {Alert} alert */
const reopen = ({ id }) => api.alert_service.reopen_alert({ alert_id: id });
/** @param {Alert} alert @param {string} until */
const snooze = ({ id }, until) => api.alert_service.snooze_alert({ alert_id: id, until });
/** @param {number | null} user_id @returns {(alert: Alert) => Promise<Alert>} */
const assign =
  (user_id) =>
  ({ id }) =>
    api.alert_service.assign_alert({ alert_id: id, user_id });

/** @param {Alert} alert @param {(alert: Alert) => Promise<Alert>} run @param {string} words */
async function act(alert, run, words) {
  try {
    await run(alert);
    done(`${words}: ${isolated(alert.detail)}`);
  } catch (error) {
    toastProblem(error);
    table.refresh();
  }
}

/** @param {Alert[]} alerts @param {(alert: Alert) => Promise<Alert>} run @param {string} words */
async function each(alerts, run, words) {
  try {
    for (const alert of alerts) await run(alert);
    done(`${words}: ${alerts.length === 1 ? "1 alert" : `${alerts.length} alerts`}`);
  } catch (error) {
    toastProblem(error);
    table.refresh();
  }
}

/** @param {string} words */
function done(words) {
  changed("alert");
  table.refresh();
  showSummary().catch(toastProblem);
  toast(words);
}

/** @param {string} label @param {string} name @param {() => void} onclick */
const actButton = (label, name, onclick) =>
  h("button", { class: "button", type: "button", onclick }, icon(name), label);

/** @param {Alert} alert */
function assignTo(alert) {
  const who = combobox({
    name: "user_id",
    placeholder: "Nobody",
    chosen: alert.assigned_to
      ? { value: alert.assigned_to, label: alert.assigned_to_name ?? "" }
      : null,
    source: findOffice,
  });
  openForm({
    heading: "Give this alert to somebody",
    action: "Give",
    fields: [field("Person", who, { optional: true, wide: true, pointer: "/user_id" })],
    save: async (form) => {
      await assign(Number(form.get("user_id")) || null)(alert);
      done("Given");
    },
  });
}

/** Drivers see no alerts. @param {string} words */
async function findOffice(words) {
  const { items } = await api.user_service.list_users({ q: words, limit: 50 });
  return items
    .filter(({ role, disabled_at }) => role !== "driver" && !disabled_at)
    .map(({ id, display_name, username }) => ({
      value: id,
      label: display_name,
      detail: username === display_name ? undefined : username,
    }));
}

/** @param {import("../../page/page.js").Params} params */
function nothing({ state, kind, mine, device_id }) {
  if (kind || mine || device_id)
    return empty({
      icon: "bell",
      heading: "No alert like this",
      text: "Clear the filters to see the others.",
    });
  if (state === "resolved")
    return empty({
      icon: "bell",
      heading: "Nothing is resolved yet",
      text: "An alert comes here by itself once what it was opened for is over.",
    });
  if (state)
    return empty({ icon: "bell", heading: "Nothing here", text: "No alert is in this state." });
  return empty({
    icon: "circle-check",
    heading: "Nothing needs you",
    text: "An alert opens when a rule finds what costs money, and goes by itself when it is over.",
  });
}
