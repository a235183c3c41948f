/**
 * One's own second factor: setting it up with an app, its recovery codes, taking it away.
 * @module
 */
import { api, changed, h, time, toast, toastProblem, units } from "../../page/page.js";
import { copyButton } from "../../components/copy/copy.js";
import { openDialog, openForm } from "../../components/dialog/dialog.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { status } from "../../components/status/status.js";

/** @typedef {import("../../api.js").Schemas["SecondFactor"]} SecondFactor */

/**
 * What there is, and what to do about it.
 * @param {SecondFactor} factor @param {() => void} refresh
 */
export function factorShown({ since, recovery_codes_left: left }, refresh) {
  if (!since)
    return [
      h(
        "p",
        { class: "muted" },
        "Only your password is asked. " +
          "With an authenticator app on your phone, who learns your password does not get in.",
      ),
      button("Set it up", () => setUp(refresh), "primary"),
    ];
  return [
    h(
      "div",
      { class: "bar" },
      status("ok", "On"),
      h("span", { class: "muted" }, "Since ", time(since)),
    ),
    h(
      "p",
      { class: left < 3 ? "hint-line" : "muted" },
      `${units(left, "recovery code")} left. For new ones take it away and set it up again.`,
    ),
    button("Take it away", () => takeAway(refresh)),
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

const passwordField = () =>
  field(
    "Present password",
    textInput("current_password", "", {
      type: "password",
      required: true,
      maxlength: 1000,
      autocomplete: "current-password",
    }),
    { wide: true },
  );

/** @param {() => void} refresh */
async function setUp(refresh) {
  /** @type {{secret: string, svg: string} | null} */
  let begun = null;
  await openForm({
    heading: "Set up a second factor",
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
  await openForm({
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
  if (codes.length === 0) return;
  await showCodes(codes);
  refresh();
}

/** Without markup from outside in the page. @param {string} svg */
const imageOf = (svg) =>
  `data:image/svg+xml,${encodeURIComponent(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))}`;

/** @param {string[]} codes */
const showCodes = (codes) =>
  openDialog({
    heading: "Keep these recovery codes",
    content: [
      h(
        "p",
        null,
        "Without your phone, each of them signs you in once. " +
          "They are shown now and never again: print them, or keep them with your passwords.",
      ),
      h(
        "ul",
        { class: "recovery-codes mono" },
        codes.map((code) => h("li", null, code)),
      ),
      h("div", { class: "bar" }, copyButton("Copy all", codes.join("\n"))),
    ],
  }).closed;

/** @param {() => void} refresh */
async function takeAway(refresh) {
  const isGone = await openForm({
    heading: "Take the second factor away",
    action: "Take it away",
    danger: true,
    before: h("p", null, "Your password alone signs in from then on; the recovery codes are void."),
    fields: [passwordField()],
    save: (form) =>
      api.second_factor_service.delete_second_factor({
        current_password: String(form.get("current_password")),
      }),
  });
  if (!isGone) return;
  changed("user");
  toast("Took the second factor away");
  refresh();
}
