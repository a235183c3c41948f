import { fill, h } from "../../page/dom.js";
import { revealable } from "../reveal/reveal.js";
import { status } from "../status/status.js";

const SHORTEST = 8;
const COMMON = [
  "password",
  "passwort",
  "qwerty",
  "letmein",
  "welcome",
  "admin",
  "vending",
  "12345",
  "abc123",
  "iloveyou",
];

/**
 * `<cvd-new-password name="password">`: a password to choose, which can be shown, with a word on
 * its strength.
 * `.avoid` is what it should not contain, such as the user's name. `.generate()` puts in a random
 * one and shows it.
 */
export class NewPassword extends HTMLElement {
  /** @type {() => (string | undefined)[]} */ avoid = () => [];
  #input = h("input", {
    class: "input",
    type: "password",
    autocomplete: "new-password",
    spellcheck: "false",
    autocapitalize: "none",
    required: true,
    minlength: SHORTEST,
    maxlength: 200,
  });
  #reveal = revealable(this.#input, "Show the password");
  #strength = h("span", { class: "strength", "aria-live": "polite" });

  connectedCallback() {
    this.#input.name = this.getAttribute("name") ?? "password";
    this.#input.oninput = () => this.#judge();
    this.replaceChildren(this.#reveal.line, this.#strength);
    this.#judge();
  }

  get value() {
    return this.#input.value;
  }

  set value(password) {
    this.#input.value = password;
    this.#judge();
  }

  /** @param {FocusOptions} [options] */
  focus(options) {
    this.#input.focus(options);
  }

  generate() {
    const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    // 248 is the largest multiple of the 31 letters that a byte holds: beyond it some would be
    // likelier.
    const letters = [...crypto.getRandomValues(new Uint8Array(64))]
      .filter((byte) => byte < 248)
      .slice(0, 16)
      .map((byte) => alphabet[byte % 31] ?? "");
    this.value = letters.join("").replace(/(.{4})(?=.)/g, "$1-");
    this.#reveal.show(true);
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #judge() {
    const { kind, words } = strengthOf(this.#input.value, this.avoid());
    fill(this.#strength, kind ? status(kind, words) : h("span", { class: "muted" }, words));
  }
}

customElements.define("cvd-new-password", NewPassword);

/**
 * A hint, not a rule: an estimate of the bits a guesser has to try, from length and kinds of
 * characters.
 * @param {string} password @param {(string | undefined)[]} avoid
 * @returns {{kind: import("../status/status.js").Kind | null, words: string}}
 */
export function strengthOf(password, avoid) {
  if (password === "")
    return {
      kind: null,
      words: `At least ${SHORTEST} characters. A few words in a row are strong and easy to remember.`,
    };
  if (password.length < SHORTEST)
    return { kind: "idle", words: `${SHORTEST - password.length} more to go` };
  const lower = password.toLowerCase();
  if (avoid.some((word) => word && word.length > 2 && lower.includes(word.toLowerCase())))
    return { kind: "bad", words: "Weak: contains your name or the company's" };
  if (COMMON.some((word) => lower.includes(word)))
    return { kind: "bad", words: "Weak: contains one of the most used passwords" };
  const bits = effectiveLength(password) * Math.log2(alphabetOf(password));
  if (bits < 45) return { kind: "bad", words: "Weak: easy to guess for a program" };
  if (bits < 65) return { kind: "warn", words: "Fair: a few characters more make it good" };
  return { kind: "ok", words: bits < 90 ? "Good" : "Strong" };
}

/** Characters that do not just repeat or continue the one before. @param {string} password */
const effectiveLength = (password) =>
  [...password].filter(
    (_, at) => at === 0 || Math.abs(password.charCodeAt(at) - password.charCodeAt(at - 1)) > 1,
  ).length;

/** @param {string} password */
function alphabetOf(password) {
  /** @type {[RegExp, number][]} */
  const kinds = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 30],
  ];
  return kinds.reduce((size, [kind, letters]) => size + (kind.test(password) ? letters : 0), 0);
}
