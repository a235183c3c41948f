/**
 * API keys: a row for each, on the profile and for an administrator, and making one.
 * @module
 */
import { api, ApiError, changed, date, h, isolated, time } from "../../page/page.js";
import { copyButton } from "../../components/copy/copy.js";
import { confirmed, openDialog, openForm } from "../../components/dialog/dialog.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { status } from "../../components/status/status.js";
import { inOrder, scopeWords } from "../../words/scopes.js";
import { passwordField } from "./password-field.js";

/** @typedef {import("../../api.js").Schemas["ApiKey"]} ApiKey */

/** How long a key may last. @type {[string, string][]} */
const DAYS = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "A year"],
  ["1095", "Three years"],
];
const USUAL_DAYS = "365";
const NOTHING_CHOSEN = new ApiError({
  status: 422,
  title: "Something is missing",
  detail: "Choose at least one thing that the key may do.",
});

/**
 * @param {ApiKey[]} keys
 * @param {(key: ApiKey) => void} revoke
 * @param {string} none what stands where there is none
 */
export function keysList(keys, revoke, none) {
  if (keys.length === 0) return h("p", { class: "muted" }, none);
  return h(
    "ul",
    { class: "rows", "aria-label": "API keys" },
    keys.map((key) => h("li", null, known(key), revoking(key, revoke))),
  );
}

/** @param {ApiKey} key */
function known({ name, prefix, scopes, expires_at, last_used_at, last_address }) {
  const hasEnded = new Date(expires_at) <= new Date();
  return h(
    "div",
    { class: "way-in" },
    h(
      "div",
      { class: "name" },
      name,
      h("span", { class: "mono muted small" }, `${prefix}…`),
      hasEnded && status("idle", "Has ended"),
    ),
    h(
      "div",
      { class: "known" },
      inOrder(scopes).map((scope) => h("span", null, scopeWords(scope))),
    ),
    h(
      "div",
      { class: "known" },
      h(
        "span",
        null,
        last_used_at ? "Last used " : "Never used",
        last_used_at && time(last_used_at),
        last_address && ` from ${last_address}`,
      ),
      h("span", null, hasEnded ? "Ended " : "Ends ", date(expires_at)),
    ),
  );
}

/** @param {ApiKey} key @param {(key: ApiKey) => void} revoke */
const revoking = (key, revoke) =>
  h(
    "button",
    {
      class: "button",
      type: "button",
      "aria-label": `Revoke ${key.name}`,
      onclick: () => revoke(key),
    },
    "Revoke",
  );

/** Whether to revoke it after all. @param {ApiKey} key */
export const mayRevoke = ({ name, prefix }) =>
  confirmed({
    heading: `Revoke ${isolated(name)}?`,
    text: `The program that has ${prefix}… can do nothing from now on. This cannot be undone: it needs a new key.`,
    action: "Revoke key",
  });

/** Makes a key and shows it, once. Resolves true when there is one more. */
export async function makeKey() {
  const { items } = await api.api_key_service.list_scopes();
  let handOver = () => {};
  const isMade = await openForm({
    heading: "New API key",
    action: "Make key",
    before: h(
      "p",
      { class: "muted" },
      "For a program, such as a telemetry gateway. It acts in your name, and never may more than you.",
    ),
    fields: [
      field("Name", textInput("name", "", { required: true, maxlength: 60, autocomplete: "off" }), {
        hint: "What it is for",
      }),
      field("Ends after", daysChoice()),
      scopeChoice(items),
      passwordField({ hint: "Asked because a key opens your account to a program" }),
    ],
    save: async (form) => {
      if (!form.has("scopes")) throw NOTHING_CHOSEN;
      const made = await api.api_key_service.create_api_key({
        name: textIn(form, "name"),
        scopes: form.getAll("scopes").map(String),
        days: Number(form.get("days")),
        current_password: String(form.get("current_password")),
      });
      changed("user");
      handOver = () => showKey(made);
    },
  });
  if (isMade) handOver();
  return isMade;
}

const daysChoice = () =>
  h(
    "select",
    { class: "select", name: "days" },
    DAYS.map(([value, label]) => h("option", { value, selected: value === USUAL_DAYS }, label)),
  );

/** @param {string[]} scopes */
const scopeChoice = (scopes) =>
  h(
    "fieldset",
    { class: "wide scopes" },
    h("legend", null, "It may"),
    inOrder(scopes).map((scope) =>
      h(
        "label",
        null,
        h("input", { type: "checkbox", name: "scopes", value: scope }),
        scopeWords(scope),
      ),
    ),
  );

/** @param {import("../../api.js").Schemas["NewApiKey"]} made */
const showKey = ({ name, key, expires_at }) =>
  openDialog({
    heading: `${isolated(name)} has its key`,
    content: [
      h("p", null, "Give it to the program now: it is shown once and stored nowhere."),
      h(
        "dl",
        { class: "facts" },
        h("div", null, h("dt", null, "Key"), h("dd", { class: "mono key", id: "key" }, key)),
        h("div", null, h("dt", null, "Ends"), h("dd", null, date(expires_at))),
      ),
      h(
        "p",
        { class: "muted small" },
        "Sent with each request as ",
        h("code", null, "Authorization: Bearer …"),
      ),
      h("div", { class: "bar" }, copyButton("Copy key", key)),
    ],
  });
