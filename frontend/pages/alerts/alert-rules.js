import {
  api,
  byId,
  changed,
  fill,
  h,
  icon,
  isolated,
  start,
  toast,
  toastProblem,
} from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { ARCHIVED, listPage, nothingArchived } from "../../page/list-page.js";
import {
  ALERT_KINDS,
  howWords,
  scopeWords,
  thresholdWords,
  whoWords,
} from "../../words/alert-words.js";
import { changedWords } from "../../words/conflict-words.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { RuleForm } from "./alert-rule-form.js";

/** @typedef {import("../../api.js").Schemas["AlertRule"]} Rule */
/** @typedef {import("../../page/page.js").Page} Page */

const table = byId("alert-rules", Table);
const test = byId("test", HTMLButtonElement);
/** Whom a rule may name, for who may see them. @type {import("./alert-rule-form.js").Person[]} */
let people = [];

start(async (page) => {
  table.columns = COLUMNS;
  table.rowClass = ({ archived_at, switched_on }) => (archived_at || !switched_on ? "muted" : "");
  table.empty = () =>
    page.params.archived
      ? nothingArchived("A rule that nobody needs any more can be archived.")
      : empty({ icon: "bell-ring", heading: "No rules", text: "Without a rule no alert opens." });
  table.open = edit;
  byId("filters", Filters).filters = [ARCHIVED];
  listPage({
    page,
    table,
    sort: "name",
    filters: ["archived"],
    nouns: ["alert_rule", "everything"],
    begin: { label: "New rule", run: create },
    ask: (asked, { archived }, signal) =>
      api.alert_rule_service.list_alert_rules(
        { ...asked, archived: archived === "true" },
        { signal },
      ),
  });
  test.onclick = sendTest;
  await showServer();
  if (page.may("user_service.list_users")) people = await peopleOf();
});

/** @type {import("../../components/table/table.js").Column<Rule>[]} */
const COLUMNS = [
  { label: "Rule", sort: "name", phone: "title", width: "22%", cell: ({ name }) => isolated(name) },
  {
    label: "Tells of",
    width: "24%",
    cell: (rule) => `${ALERT_KINDS[rule.kind].label}, ${thresholdWords(rule)}`,
  },
  { label: "Where", width: "14%", cell: (rule) => scopeWords(rule) },
  { label: "Who", width: "16%", phone: "hide", cell: (rule) => whoWords(rule) },
  { label: "How", width: "16%", phone: "hide", cell: (rule) => howWords(rule) },
  {
    label: "State",
    width: "104px",
    cell: ({ switched_on }) => (switched_on ? status("ok", "On") : status("idle", "Off")),
  },
  { label: "Actions", width: "88px", phone: "end", cell: actions },
];

/** @param {Rule} rule */
function actions(rule) {
  const isArchived = rule.archived_at !== null;
  const holder = menu(`Actions for ${rule.name}`, [
    { label: "Change", icon: "pencil", run: () => edit(rule) },
    rule.switched_on
      ? { label: "Switch off", icon: "ban", run: () => change(rule, { switched_on: false }) }
      : { label: "Switch on", icon: "check", run: () => change(rule, { switched_on: true }) },
    null,
    isArchived
      ? {
          label: "Take back",
          icon: "archive-restore",
          run: () => change(rule, { archived: false }),
        }
      : { label: "Archive", icon: "archive", run: () => change(rule, { archived: true }) },
  ]);
  holder.dataset.own = "";
  return holder;
}

/** @param {Rule} rule @param {{switched_on?: boolean, archived?: boolean}} changes */
async function change({ id, version, name }, changes) {
  try {
    await api.alert_rule_service.update_alert_rule({ alert_rule_id: id, version, ...changes });
    saved(name, "Saved");
  } catch (error) {
    toastProblem(error);
    table.refresh();
  }
}

function create() {
  const form = new RuleForm(null, people);
  openForm({
    heading: "New alert rule",
    action: "Create rule",
    fields: form.fields,
    save: async (data) => {
      const { name } = await api.alert_rule_service.create_alert_rule(form.created(data));
      saved(name, "Created");
    },
  });
}

/** @param {Rule} rule */
function edit(rule) {
  const form = new RuleForm(rule, people);
  openEdit({
    row: rule,
    heading: rule.name,
    fields: form.fields,
    save: async ({ id, version }, data) => {
      const changes = form.changed(data);
      await api.alert_rule_service.update_alert_rule({ alert_rule_id: id, version, ...changes });
      saved(changes.name, "Saved");
    },
    differences: (before, now) =>
      changedWords(before, now, [
        ["name", "Name"],
        ["threshold", "Threshold"],
        ["email", "Mail"],
      ]),
    shown: (current) => table.put(current),
  });
}

/** @param {string} name @param {string} verb */
function saved(name, verb) {
  table.refresh();
  changed("alert_rule");
  toast(`${verb} ${isolated(name)}. Alerts follow within moments.`);
}

/** Everybody who can sign in, however many they are. */
async function peopleOf() {
  const found = [];
  /** @type {string | undefined} */
  let cursor;
  do {
    const asked = { disabled: false, limit: 200, cursor };
    const { items, next_cursor } = await api.user_service.list_users(asked);
    found.push(...items);
    cursor = next_cursor ?? undefined;
  } while (cursor);
  return found.map(({ id, display_name, email }) => ({
    id,
    name: display_name,
    hasMail: Boolean(email),
  }));
}

async function showServer() {
  const { host, mail_from, to } = await api.mail_server_service.get_mail_server();
  test.hidden = !host;
  fill(
    byId("server"),
    icon("mail"),
    host
      ? h(
          "span",
          null,
          `Mails come from ${mail_from} by ${host}. `,
          to ? `A test goes to ${to}.` : "You have no address yet: write one into your profile.",
        )
      : "No mail server is set, so alerts show on the page alone. Set CVD_SMTP_URL and CVD_MAIL_FROM to send them.",
  );
}

async function sendTest() {
  if (test.ariaBusy === "true") return;
  test.ariaBusy = "true";
  try {
    const { to } = await api.mail_server_service.create_test_mail();
    toast(`The mail server took a test for ${to}.`, { kind: "ok" });
  } catch (error) {
    toastProblem(error);
  } finally {
    test.ariaBusy = null;
  }
}
