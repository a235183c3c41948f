/**
 * What is asked once the password was right: a passkey, a code of an app or a recovery code.
 * @module
 */
import { ApiError } from "../../api.js";
import { h } from "../../page/dom.js";
import { field } from "../field/field.js";

const CODE_NEEDED = "Code needed";

/** @typedef {import("../../api.js").Schemas["Credential"]} Credential */

/** @param {unknown} error @returns {error is ApiError} */
export const isCodeNeeded = (error) => error instanceof ApiError && error.title === CODE_NEEDED;

/**
 * The second step, hidden until `ask`.
 * @param {(among: Credential[]) => void} use lets one of these passkeys sign
 */
export function secondStep(use) {
  /** @type {Credential[]} */
  let among = [];
  const input = h("input", {
    class: "input",
    name: "code",
    autocomplete: "one-time-code",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: 40,
  });
  const passkey = h(
    "button",
    { class: "button primary wide", type: "button", onclick: () => use(among) },
    "Use your passkey",
  );
  const shown = h("div", { class: "stack", hidden: true });

  /**
   * Whether a passkey is asked for first.
   * @param {ApiError} needed @param {boolean} canUse whether passkeys work on this page
   */
  function ask({ passkeys, authenticator_app: hasApp }, canUse) {
    among = canUse ? passkeys : [];
    const hint = hasApp
      ? "Of your authenticator app, or one of your recovery codes"
      : "One of your recovery codes";
    shown.replaceChildren(
      ...(among.length > 0 ? [passkey, h("p", { class: "or muted" }, "or type a code")] : []),
      field("Code", input, { hint }),
    );
    shown.hidden = false;
    input.required = true;
    input.value = "";
    (among.length > 0 ? passkey : input).focus();
    return among.length > 0;
  }
  return { input, passkey, shown, ask };
}
