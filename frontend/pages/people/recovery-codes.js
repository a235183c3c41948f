/**
 * Recovery codes, which stand in for a second factor: how many are left, and new ones.
 * @module
 */
import { api, changed, h, toastProblem, units } from "../../page/page.js";
import { copyButton } from "../../components/copy/copy.js";
import { openDialog, openForm } from "../../components/dialog/dialog.js";
import { passwordField } from "./password-field.js";

const FEW = 3;

/** @param {number} left @param {() => void} refresh */
export const codesLeft = (left, refresh) =>
  h(
    "div",
    { class: "bar" },
    h(
      "span",
      { class: left < FEW ? "hint-line" : "muted" },
      `${units(left, "recovery code")} left`,
    ),
    h(
      "button",
      {
        class: "button plain end",
        type: "button",
        onclick: () => renew(refresh).catch(toastProblem),
      },
      "New recovery codes",
    ),
  );

/** @param {() => void} refresh */
async function renew(refresh) {
  /** @type {string[]} */
  let codes = [];
  await openForm({
    heading: "New recovery codes",
    action: "Make new ones",
    before: h("p", { class: "muted" }, "Those that you have are void from then on."),
    fields: [passwordField()],
    save: async (form) => {
      const made = await api.second_factor_service.create_recovery_codes({
        current_password: String(form.get("current_password")),
      });
      codes = made.recovery_codes;
      changed("user");
    },
  });
  if (codes.length === 0) return;
  await showCodes(codes);
  refresh();
}

/** @param {string[]} codes */
export const showCodes = (codes) =>
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
