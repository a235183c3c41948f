import { api, ApiError } from "../../api.js";
import { h, icon } from "../../page/dom.js";
import { signedByPasskey, whyNone } from "./passkeys.js";
import { field } from "../field/field.js";
import { Problem } from "../problem/problem.js";
import { revealable } from "../reveal/reveal.js";
import { goBeside, goToProvider, providerWay } from "./by-provider.js";
import { isCodeNeeded, secondStep } from "./second-step.js";

const WRONG = "The username or the password is wrong.";

/**
 * `<cvd-sign-in username="ana" next="/#/devices">`: name and password, a passkey, or the company's
 * provider. Fires `signed-in` (detail: who). With `username` only the password is asked, and the
 * provider in a window beside; the second factor once the password was right.
 */
export class SignIn extends HTMLElement {
  #problem = new Problem();
  /** Whatever asks the server now: one at a time. @type {HTMLButtonElement | null} */
  #busy = null;
  /** @type {{username: string, password: string}} */
  #typed = { username: "", password: "" };
  #canUsePasskeys = false;
  #submit = h("button", { class: "button primary wide", type: "submit" }, "Sign in");
  #others = h("div", { class: "stack other-ways" });
  #step = secondStep((among) => this.#useAfterPassword(among));

  connectedCallback() {
    const known = this.getAttribute("username");
    const username = h("input", {
      class: "input",
      name: "username",
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
      required: true,
      value: known ?? "",
      readonly: known !== null,
    });
    const password = h("input", {
      class: "input",
      name: "password",
      type: "password",
      autocomplete: "current-password",
      required: true,
      // A dialog would look for the first field otherwise, where nothing is to be typed.
      autofocus: known !== null,
    });
    const form = h(
      "form",
      {
        class: "stack",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#typed = { username: username.value.trim(), password: password.value };
          this.#byPassword(password);
        },
      },
      this.#problem,
      field("Username", username),
      field("Password", revealable(password, "Show what is typed").line),
      this.#step.shown,
      this.#submit,
    );
    this.replaceChildren(form, this.#others);
    (known === null ? username : password).focus();
    this.#showOtherWays(known !== null);
  }

  /** @param {boolean} isAgain */
  async #showOtherWays(isAgain) {
    const passkey = h("div");
    const provider = h("div");
    this.#others.replaceChildren(passkey, provider);
    // Passwords sign in whatever becomes of the other ways.
    await Promise.allSettled([
      this.#passkeyWay().then((way) => way && passkey.replaceWith(way)),
      providerWay((said) => this.#byProvider(said, isAgain)).then(
        (way) => way && provider.replaceWith(way),
      ),
    ]);
  }

  /** The button, or why there is none though people have passkeys. */
  async #passkeyWay() {
    const offer = await api.passkey_sign_in_service.get_offer();
    const why = whyNone(offer);
    this.#canUsePasskeys = why === null;
    if (!offer.in_use) return null;
    if (why !== null) return h("p", { class: "muted small" }, why);
    const button = h(
      "button",
      { class: "button wide", type: "button" },
      icon("fingerprint"),
      "Sign in with a passkey",
    );
    button.onclick = () =>
      this.#ask(button, button, async () =>
        api.passkey_sign_in_service.create_session({
          passkey: await signedByPasskey(await api.passkey_sign_in_service.create_challenge()),
        }),
      );
    return button;
  }

  /** @param {Problem} said @param {boolean} isAgain */
  async #byProvider(said, isAgain) {
    if (!isAgain) {
      await goToProvider(said, this.getAttribute("next"));
      return;
    }
    goBeside(async () => {
      try {
        this.#signedIn(await api.session_service.get_me());
      } catch (error) {
        said.error = error;
      }
    });
  }

  /** @param {HTMLInputElement} password */
  #byPassword(password) {
    const { input, shown } = this.#step;
    const code = shown.hidden ? {} : { code: input.value.trim() };
    this.#ask(this.#submit, shown.hidden ? password : input, () =>
      api.session_service.create_session({ ...this.#typed, ...code }),
    );
  }

  /** @param {import("../../api.js").Schemas["Credential"][]} among */
  #useAfterPassword(among) {
    this.#ask(this.#step.passkey, this.#step.passkey, async () =>
      api.session_service.create_session({
        ...this.#typed,
        passkey: await signedByPasskey(await api.passkey_sign_in_service.create_challenge(), among),
      }),
    );
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} last what may have been wrong
   * @param {() => Promise<import("../../api.js").Schemas["Me"]>} signIn
   */
  async #ask(button, last, signIn) {
    if (this.#busy !== null) return;
    this.#busy = button;
    button.ariaBusy = "true";
    this.#problem.error = null;
    try {
      this.#signedIn(await signIn());
    } catch (error) {
      if (isCodeNeeded(error)) {
        const isByPasskey = this.#step.ask(error, this.#canUsePasskeys);
        this.#submit.classList.toggle("primary", !isByPasskey);
        this.#others.hidden = true;
        return;
      }
      this.#problem.error = worded(error);
      if (last instanceof HTMLInputElement) last.select();
      last.focus();
    } finally {
      button.ariaBusy = null;
      this.#busy = null;
    }
  }

  /** @param {import("../../api.js").Schemas["Me"]} me */
  #signedIn(me) {
    this.dispatchEvent(new CustomEvent("signed-in", { detail: me }));
  }
}

/** @param {unknown} error */
function worded(error) {
  if (!(error instanceof ApiError) || error.status !== 401) return error;
  return new ApiError({
    status: 401,
    title: "That did not match",
    detail: error.detail.startsWith(WRONG)
      ? `${WRONG} Passwords tell upper from lower case.`
      : error.detail,
  });
}

customElements.define("cvd-sign-in", SignIn);
