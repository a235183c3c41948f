/**
 * The forms of a webhook: a new one, a change, and its secret, which is shown once.
 * @module
 */
import { api, ApiError, changed, h, isolated, toast } from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { copyButton } from "../../components/copy/copy.js";
import { openDialog, openForm } from "../../components/dialog/dialog.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { changedWords } from "../../words/conflict-words.js";
import { DETAILS, nameOf } from "../../words/webhook-words.js";

/** @typedef {import("../../api.js").Schemas["Webhook"]} Webhook */
/** @typedef {import("../../api.js").Schemas["WebhookWithSecret"]} WithSecret */
/** @typedef {import("../../api.js").Schemas["WebhookEventType"]} EventType */

const TEST = "webhook.test";
const NOTHING_CHOSEN = new ApiError({
  status: 422,
  title: "Something is missing",
  detail: "Choose at least one thing that it is told of.",
});

/** Makes one and shows its secret; resolves to it once made. @returns {Promise<Webhook | null>} */
export async function makeWebhook() {
  const fields = await fieldsOf({ url: "", description: "", events: [], detail: "references" });
  /** @type {WithSecret | null} */
  let made = null;
  await openForm({
    heading: "New webhook",
    action: "Create webhook",
    fields,
    save: async (form) => {
      made = await api.webhook_service.create_webhook(valuesOf(form));
      changed("webhook");
    },
  });
  if (made) await showSecret(made);
  return made;
}

/** @param {Webhook} webhook @param {(now: Webhook) => void} shown */
export async function changeWebhook(webhook, shown) {
  await openEdit({
    row: webhook,
    heading: `Change ${isolated(nameOf(webhook))}`,
    fields: await fieldsOf(webhook),
    save: async ({ id, version }, form) => {
      const values = valuesOf(form);
      shown(await api.webhook_service.update_webhook({ webhook_id: id, version, ...values }));
      changed("webhook");
      toast("Webhook changed");
    },
    differences: (before, now) =>
      changedWords(before, now, [
        ["url", "URL"],
        ["description", "What it is for"],
        ["events", "Events"],
        ["detail", "What it may see"],
        ["state", "State"],
      ]),
    shown,
  });
}

/** @param {WithSecret} made */
export const showSecret = ({ secret, secret_before_until, ...webhook }) =>
  openDialog({
    heading: `Secret of ${isolated(nameOf(webhook))}`,
    content: [
      h(
        "p",
        null,
        "Give it to the receiver now: it is shown once. With it, it verifies what we send.",
      ),
      h("p", { class: "mono secret", id: "secret" }, secret),
      secret_before_until &&
        h("p", { class: "muted" }, "For a day the secret before it goes on signing as well."),
      h("div", { class: "bar" }, copyButton("Copy secret", secret)),
    ],
  }).closed;

/** @param {Pick<Webhook, "url" | "description" | "events" | "detail">} now */
async function fieldsOf({ url, description, events, detail }) {
  const { items } = await api.webhook_service.list_event_types();
  const address = textInput("url", url, { required: true, maxlength: 1000, autocomplete: "off" });
  address.type = "url";
  address.placeholder = "https://";
  return [
    field("URL", address, { wide: true, pointer: "/url", hint: "Where it listens" }),
    field("What it is for", textInput("description", description, { maxlength: 200 }), {
      wide: true,
      optional: true,
    }),
    choices(items, events),
    field(
      "It may see",
      h(
        "select",
        { class: "select", name: "detail" },
        Object.entries(DETAILS).map(([value, label]) =>
          h("option", { value, selected: value === detail }, label),
        ),
      ),
      { wide: true, hint: "No name of a person is ever sent" },
    ),
  ];
}

/** @param {EventType[]} types @param {string[]} chosen */
const choices = (types, chosen) =>
  h(
    "fieldset",
    { class: "wide events" },
    h("legend", null, "It is told of"),
    types
      .filter(({ type }) => type !== TEST)
      .map(({ type, title, description }) =>
        h(
          "label",
          { title: description },
          h("input", {
            type: "checkbox",
            name: "events",
            value: type,
            checked: chosen.includes(type),
          }),
          title,
        ),
      ),
  );

/** @param {FormData} form */
function valuesOf(form) {
  const events = /** @type {Webhook["events"]} */ (form.getAll("events").map(String));
  if (events.length === 0) throw NOTHING_CHOSEN;
  return {
    url: textIn(form, "url"),
    description: textIn(form, "description"),
    events,
    detail: /** @type {Webhook["detail"]} */ (String(form.get("detail"))),
  };
}
