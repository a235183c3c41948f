/**
 * One's own authenticator app: setting it up and taking it away; and the recovery codes.
 * @module
 */
import { api, changed, h, time, toast, toastProblem } from "../../page/page.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { status } from "../../components/status/status.js";
import { passwordField } from "./password-field.js";
import { codesLeft, showCodes } from "./recovery-codes.js";

/** @typedef {import("../../api.js").Schemas["SecondFactor"]} SecondFactor */

/**
 * What there is, and what to do about it.
 * @param {SecondFactor} factor
 * @param {boolean} hasPasskeys
 * @param {() => void} refresh
 */
export function factorShown({ since, recovery_codes_left: left }, hasPasskeys, refresh) {
  if (!since)
    return [
      h(
        "p",
        { class: "muted" },
        hasPasskeys
          ? "Your passkeys are one. An authenticator app on your phone is another, for places where they do not work."
          : "Only your password is asked. " +
              "With an authenticator app on your phone, who learns your password does not get in.",
      ),
      button("Set it up", () => setUp(refresh), hasPasskeys ? "" : "primary"),
      hasPasskeys && codesLeft(left, refresh),
    ];
  return [
    h(
      "div",
      { class: "bar" },
      status("ok", "On"),
      h("span", { class: "muted" }, "Authenticator app, since ", time(since)),
    ),
    codesLeft(left, refresh),
    button("Take it away", () => takeAway(hasPasskeys, refresh)),
  ];
}

/** @param {string} label @param {() => Promise<void>} run @param {string} [kind] */
const button = (label, run, kind = "") =>
  h(
    "div",
    { class: "bar" },
    h(
      "button",
      { class: `button ${kind}`, type: "button", onclick: () => run().catch(toastProblem) },
      label,
    ),
  );

/** @param {() => void} refresh */
async function setUp(refresh) {
  /** @type {{secret: string, svg: string} | null} */
  let begun = null;
  await openForm({
    heading: "Set up an authenticator app",
    action: "Go on",
    before: h("p", { class: "muted" }, "You need an authenticator app on your phone."),
    fields: [passwordField()],
    save: async (form) => {
      begun = await api.second_factor_service.create_second_factor({
        current_password: String(form.get("current_password")),
      });
    },
  });
  if (begun) await confirm(begun, refresh);
}

/** @param {{secret: string, svg: string}} begun @param {() => void} refresh */
async function confirm({ secret, svg }, refresh) {
  /** @type {string[]} */
  let codes = [];
  const code = {
    required: true,
    maxlength: 40,
    autocomplete: "one-time-code",
    inputmode: "numeric",
  };
  const isOn = await openForm({
    heading: "Let the app read this",
    action: "Turn it on",
    before: h(
      "div",
      { class: "stack" },
      h("div", { class: "qr" }, h("img", { src: imageOf(svg), alt: "QR code of the secret" })),
      h(
        "p",
        { class: "muted small" },
        "Or type it into the app: ",
        h("code", { class: "key", id: "secret" }, secret),
      ),
    ),
    fields: [field("Code that the app shows now", textInput("code", "", code), { wide: true })],
    save: async (form) => {
      const confirmed = await api.second_factor_service.confirm_second_factor({
        code: textIn(form, "code"),
      });
      codes = confirmed.recovery_codes;
      changed("user");
    },
  });
  if (codes.length > 0) await showCodes(codes);
  if (isOn) refresh();
}

/** Without markup from outside in the page. @param {string} svg */
const imageOf = (svg) =>
  `data:image/svg+xml,${encodeURIComponent(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))}`;

/** @param {boolean} hasPasskeys @param {() => void} refresh */
async function takeAway(hasPasskeys, refresh) {
  const isGone = await openForm({
    heading: "Take the authenticator app away",
    action: "Take it away",
    danger: true,
    before: h(
      "p",
      null,
      hasPasskeys
        ? "Its codes are void from then on; your passkeys and recovery codes stay."
        : "Your password alone signs in from then on; the recovery codes are void.",
    ),
    fields: [passwordField()],
    save: (form) =>
      api.second_factor_service.delete_second_factor({
        current_password: String(form.get("current_password")),
      }),
  });
  if (!isGone) return;
  changed("user");
  toast("Took the authenticator app away");
  refresh();
}
