/**
 * What can be done with a webhook, from the list and from its page.
 * @module
 */
import { api, changed, h, isolated, toast, toastProblem } from "../../page/page.js";
import { confirmed, openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { nameOf, replayedWords } from "../../words/webhook-words.js";
import { changeWebhook, showSecret } from "./webhook-form.js";

/** @typedef {import("../../api.js").Schemas["Webhook"]} Webhook */

const HOUR_MS = 3_600_000;

/**
 * The items of its menu. `shown` takes what it is now, `gone` is told that it was removed.
 * @param {Webhook} webhook
 * @param {{shown: (now: Webhook) => void, gone: () => void}} told
 * @returns {import("../../components/menu/menu.js").Item[]}
 */
export const itemsOf = (webhook, { shown, gone }) => [
  { label: "Change", icon: "pencil", run: () => changeWebhook(webhook, shown).catch(toastProblem) },
  { label: "New secret", icon: "key-round", run: () => replaceSecret(webhook, shown) },
  null,
  webhook.state === "disabled"
    ? { label: "Switch on", icon: "check", run: () => switchTo(webhook, false, shown) }
    : { label: "Switch off", icon: "ban", run: () => switchTo(webhook, true, shown) },
  { label: "Remove", icon: "trash-2", danger: true, run: () => remove(webhook, gone) },
];

/** @param {Webhook} webhook @param {() => void} done */
export async function sendTest({ id }, done) {
  try {
    await api.webhook_service.test_webhook({ webhook_id: id });
    toast("A test is on its way");
    done();
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Webhook} webhook @param {(now: Webhook) => void} shown */
export async function resume({ id }, shown) {
  try {
    shown(await api.webhook_service.resume_webhook({ webhook_id: id }));
    changed("webhook");
    toast("It goes on: what failed is sent first");
  } catch (error) {
    toastProblem(error);
  }
}

/** Asks since when, and sends all of that again. @param {Webhook} webhook @param {() => void} done */
export const replaySince = (webhook, done) =>
  openForm({
    heading: "Send again since…",
    action: "Send again",
    before: h(
      "p",
      null,
      "Everything that happened from then on is sent once more, in its order and with the ids that it had.",
    ),
    fields: [
      field(
        "Since",
        h("input", {
          class: "input",
          type: "datetime-local",
          name: "since",
          required: true,
          value: localTime(Date.now() - HOUR_MS),
        }),
        { pointer: "/since", hint: "By the clock of this computer" },
      ),
    ],
    save: async (form) => {
      const since = utc(String(form.get("since")));
      const sent = await api.webhook_delivery_service.replay_webhook({
        webhook_id: webhook.id,
        since,
      });
      toast(replayedWords(sent));
      done();
    },
  });

/** @param {Webhook} webhook @param {(now: Webhook) => void} shown */
async function replaceSecret(webhook, shown) {
  const isSure = await confirmed({
    heading: `New secret for ${isolated(nameOf(webhook))}?`,
    text: "For a day what is sent is signed with both, so the receiver has that long to take the new one.",
    action: "Make new secret",
    danger: false,
  });
  if (!isSure) return;
  try {
    const made = await api.webhook_service.replace_secret({ webhook_id: webhook.id });
    const { secret: _, ...now } = made;
    shown(now);
    changed("webhook");
    await showSecret(made);
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Webhook} webhook @param {boolean} disabled @param {(now: Webhook) => void} shown */
async function switchTo({ id, version, waiting }, disabled, shown) {
  const isSure =
    !disabled ||
    waiting === 0 ||
    (await confirmed({
      heading: "Switch it off?",
      text: "What waits is not sent, unless you send it again later.",
      action: "Switch off",
    }));
  if (!isSure) return;
  try {
    shown(await api.webhook_service.update_webhook({ webhook_id: id, version, disabled }));
    changed("webhook");
    toast(disabled ? "Switched off" : "Switched on");
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Webhook} webhook @param {() => void} gone */
async function remove(webhook, gone) {
  const isSure = await confirmed({
    heading: `Remove ${isolated(nameOf(webhook))}?`,
    text: "It is told of nothing any more, and what it was told of goes from the list. This cannot be undone.",
    action: "Remove webhook",
  });
  if (!isSure) return;
  try {
    await api.webhook_service.delete_webhook({ webhook_id: webhook.id });
    changed("webhook");
    toast("Webhook removed");
    gone();
  } catch (error) {
    toastProblem(error);
  }
}

/** As the field of a time wants it. @param {number} moment */
function localTime(moment) {
  const offset = new Date(moment).getTimezoneOffset() * 60_000;
  return new Date(moment - offset).toISOString().slice(0, 16);
}

/** @param {string} local */
const utc = (local) => `${new Date(local).toISOString().slice(0, 19)}Z`;
