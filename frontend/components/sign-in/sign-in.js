import { api, ApiError } from "../../api.js";
import { h } from "../../page/dom.js";
import { field } from "../field/field.js";
import { Problem } from "../problem/problem.js";
import { revealable } from "../reveal/reveal.js";

const CODE_NEEDED = "Code needed";
const WRONG = "The username or the password is wrong.";

/**
 * `<cvd-sign-in username="ana">`: name and password. Fires `signed-in` (detail: who). With
 * `username` only the password is asked; a code of the second factor once the password was right.
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
    const code = codeOf();
    const submit = h("button", { class: "button primary wide", type: "submit" }, "Sign in");
    const form = h(
      "form",
      {
        class: "stack",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#signIn(
            {
              username: username.value.trim(),
              password: password.value,
              ...(code.field.hidden ? {} : { code: code.input.value.trim() }),
            },
            submit,
            problem,
            code.ask,
            code.field.hidden ? password : code.input,
          );
        },
      },
      problem,
      field("Username", username),
      field("Password", revealable(password, "Show what is typed").line),
      code.field,
      submit,
    );
    this.replaceChildren(form);
    (known === null ? username : password).focus();
  }

  /**
   * @param {{username: string, password: string, code?: string}} credentials
   * @param {HTMLButtonElement} submit
   * @param {Problem} problem
   * @param {() => void} askCode
   * @param {HTMLInputElement} last what was typed last, which may be wrong
   */
  async #signIn(credentials, submit, problem, askCode, last) {
    if (submit.ariaBusy === "true") return;
    submit.ariaBusy = "true";
    problem.error = null;
    try {
      const me = await api.session_service.create_session(credentials);
      this.dispatchEvent(new CustomEvent("signed-in", { detail: me }));
    } catch (error) {
      if (error instanceof ApiError && error.title === CODE_NEEDED) {
        askCode();
        return;
      }
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
      last.select();
      last.focus();
    } finally {
      submit.ariaBusy = null;
    }
  }
}

/** The field of the second factor, hidden until `ask`. */
function codeOf() {
  const input = h("input", {
    class: "input",
    name: "code",
    autocomplete: "one-time-code",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: 40,
  });
  const hint = "Of your authenticator app, or one of your recovery codes";
  const shown = field("Code", input, { hint });
  shown.hidden = true;
  const ask = () => {
    shown.hidden = false;
    input.required = true;
    input.value = "";
    input.focus();
  };
  return { input, field: shown, ask };
}

customElements.define("cvd-sign-in", SignIn);
