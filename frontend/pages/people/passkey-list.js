/**
 * Passkeys: a row for each, on the profile and for an administrator; making, naming, removing one.
 * @module
 */
import { api, changed, h, isolated, time, toast } from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { madePasskey, whyNone } from "../../components/sign-in/passkeys.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { changedWords } from "../../words/conflict-words.js";
import { passwordField } from "./password-field.js";
import { showCodes } from "./recovery-codes.js";

/** @typedef {import("../../api.js").Schemas["Passkey"]} Passkey */
/** @typedef {import("../../api.js").Schemas["PasskeyOffer"]} Offer */

const LONGEST_NAME = 60;
/**
 * What a device is called before somebody says otherwise, by what the browser says of it.
 * @type {[RegExp, string][]}
 */
const DEVICES = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android phone"],
  [/Macintosh/, "Mac"],
  [/Windows/, "Windows computer"],
  [/CrOS/, "Chromebook"],
];

/**
 * @param {Passkey[]} passkeys
 * @param {(passkey: Passkey) => HTMLElement} [actions] what may be done with one
 */
export function passkeyRows(passkeys, actions) {
  return h(
    "ul",
    { class: "rows", "aria-label": "Passkeys" },
    passkeys.map((passkey) => h("li", null, known(passkey), actions?.(passkey))),
  );
}

/** @param {Passkey} passkey */
function known({ name, rp_id, created_at, last_used_at }) {
  return h(
    "div",
    { class: "way-in" },
    h(
      "div",
      { class: "name" },
      name,
      rp_id !== location.hostname && status("idle", `Works at ${rp_id}`),
    ),
    h(
      "div",
      { class: "known" },
      h(
        "span",
        null,
        last_used_at ? "Last used " : "Not used yet",
        last_used_at && time(last_used_at),
      ),
      h("span", null, "Made ", time(created_at)),
    ),
  );
}

/**
 * One's own, or what they are good for; and why none can be made here.
 * @param {Passkey[]} passkeys @param {Offer} offer @param {() => void} refresh
 */
export function ownPasskeys(passkeys, offer, refresh) {
  const why = whyNone(offer);
  return [
    passkeys.length > 0
      ? passkeyRows(passkeys, (passkey) => actionsOf(passkey, refresh))
      : h(
          "p",
          { class: "muted" },
          "Sign in by the fingerprint, the face or the PIN of your device, without typing. " +
            "A passkey works here alone: nobody gets it out of you on a false page. " +
            "It counts as a second factor.",
        ),
    why && h("p", { class: "muted small" }, why),
  ];
}

/** Can one be made on this page? @param {Offer} offer */
export const canMake = (offer) => whyNone(offer) === null;

/** @param {Passkey} passkey @param {() => void} refresh */
const actionsOf = (passkey, refresh) =>
  menu(`Actions for ${isolated(passkey.name)}`, [
    { label: "Rename", icon: "pencil", run: () => rename(passkey, refresh) },
    null,
    { label: "Remove", icon: "trash-2", danger: true, run: () => remove(passkey, refresh) },
  ]);

/** @param {() => void} refresh */
export async function makePasskey(refresh) {
  /** @type {string[]} */
  let codes = [];
  const isMade = await openForm({
    heading: "New passkey",
    action: "Go on",
    before: h(
      "p",
      { class: "muted" },
      "Your browser asks next where it is to be kept: on this device, a phone or a security key.",
    ),
    fields: [
      field("Name", nameInput(suggested()), { wide: true, hint: "By which you know the device" }),
      passwordField(),
    ],
    save: async (form) => {
      const asked = await api.passkey_service.create_challenge({
        current_password: String(form.get("current_password")),
      });
      const kept = await api.passkey_service.create_passkey({
        name: textIn(form, "name"),
        ...(await madePasskey(asked)),
      });
      codes = kept.recovery_codes;
      changed("user");
      toast(`Made the passkey ${isolated(kept.passkey.name)}`);
    },
  });
  if (!isMade) return;
  if (codes.length > 0) await showCodes(codes);
  refresh();
}

/** @param {string} value */
const nameInput = (value) =>
  textInput("name", value, { required: true, maxlength: LONGEST_NAME, autocomplete: "off" });

const suggested = () =>
  DEVICES.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? "This device";

/** @param {Passkey} passkey @param {() => void} refresh */
function rename(passkey, refresh) {
  openEdit({
    row: passkey,
    heading: "Rename passkey",
    fields: [field("Name", nameInput(passkey.name), { wide: true })],
    save: async ({ id, version }, form) => {
      await api.passkey_service.update_passkey({
        passkey_id: id,
        version,
        name: textIn(form, "name"),
      });
      changed("user");
      refresh();
    },
    differences: (before, now) => changedWords(before, now, [["name", "Name"]]),
    shown: refresh,
  });
}

/** @param {Passkey} passkey @param {() => void} refresh */
async function remove({ id, name }, refresh) {
  const isGone = await openForm({
    heading: `Remove ${isolated(name)}`,
    action: "Remove passkey",
    danger: true,
    before: h(
      "p",
      null,
      "It signs you in no more. Delete it on the device as well, which CVD cannot do.",
    ),
    fields: [passwordField()],
    save: (form) =>
      api.passkey_service.delete_passkey({
        passkey_id: id,
        current_password: String(form.get("current_password")),
      }),
  });
  if (!isGone) return;
  changed("user");
  toast(`Removed ${isolated(name)}`);
  refresh();
}
