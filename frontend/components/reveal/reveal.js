import { fill, h, icon } from "../../page/dom.js";

/**
 * A password's input with an eye that shows what is typed.
 * @param {HTMLInputElement} input @param {string} label what the eye is called
 */
export function revealable(input, label) {
  const eye = h("button", {
    class: "button plain square",
    type: "button",
    "aria-label": label,
    onclick: () => show(input.type === "password"),
  });
  show(false);
  return { line: h("span", { class: "reveal" }, input, eye), show };

  /** @param {boolean} shown */
  function show(shown) {
    input.type = shown ? "text" : "password";
    eye.ariaPressed = String(shown);
    eye.dataset.tip = shown ? "Hide" : "Show";
    fill(eye, icon(shown ? "eye-off" : "eye"));
  }
}
