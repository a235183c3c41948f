import { fill, h, icon } from "../../page/dom.js";

/**
 * A button that copies a text and says so. Without https a browser offers no clipboard to pages:
 * then the old command serves.
 * @param {string} label @param {string} text
 */
export function copyButton(label, text) {
  const button = h(
    "button",
    {
      class: "button",
      type: "button",
      onclick: async () => {
        const done = navigator.clipboard
          ? await navigator.clipboard.writeText(text).then(
              () => true,
              () => false,
            )
          : copyBySelection(button, text);
        fill(
          button,
          icon(done ? "check" : "circle-alert"),
          done ? "Copied" : "Could not copy: select it instead",
        );
        setTimeout(() => fill(button, icon("copy"), label), 2000);
      },
    },
    icon("copy"),
    label,
  );
  button.ariaLive = "polite";
  return button;
}

/** @param {HTMLElement} beside @param {string} text */
function copyBySelection(beside, text) {
  const area = h("textarea", { class: "visually-hidden", value: text, readonly: true });
  beside.after(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  beside.focus();
  return done;
}
