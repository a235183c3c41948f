import { api, ApiError } from "../../api.js";
import { h } from "../../page/dom.js";
import { field } from "../field/field.js";
import { Problem } from "../problem/problem.js";
import { revealable } from "../reveal/reveal.js";

const WRONG = "The username or the password is wrong.";

/**
 * `<cvd-sign-in username="ana">`: name and password. Fires `signed-in` (detail: who). With
 * `username` only the password is asked.
 */
export class SignIn extends HTMLElement {
  connectedCallback() {
    const known = this.getAttribute("username");
    const problem = new Problem();
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
    });
    const submit = h("button", { class: "button primary wide", type: "submit" }, "Sign in");
    const form = h(
      "form",
      {
        class: "stack",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#signIn(
            { username: username.value.trim(), password: password.value },
            submit,
            problem,
            password,
          );
        },
      },
      problem,
      field("Username", username),
      field("Password", revealable(password, "Show what is typed").line),
      submit,
    );
    this.replaceChildren(form);
    (known === null ? username : password).focus();
  }

  /**
   * @param {{username: string, password: string}} credentials
   * @param {HTMLButtonElement} submit
   * @param {Problem} problem
   * @param {HTMLInputElement} password
   */
  async #signIn(credentials, submit, problem, password) {
    if (submit.ariaBusy === "true") return;
    submit.ariaBusy = "true";
    problem.error = null;
    try {
      const me = await api.session_service.create_session(credentials);
      this.dispatchEvent(new CustomEvent("signed-in", { detail: me }));
    } catch (error) {
      problem.error =
        error instanceof ApiError && error.status === 401
          ? new ApiError({
              status: 401,
              title: "That did not match",
              detail: error.detail.startsWith(WRONG)
                ? `${WRONG} Passwords tell upper from lower case.`
                : error.detail,
            })
          : error;
      password.select();
      password.focus();
    } finally {
      submit.ariaBusy = null;
    }
  }
}

customElements.define("cvd-sign-in", SignIn);
