/**
 * The focus, where it was in this page: a browser forgets that once it leaves the frame.
 * @module
 */
import { onTold } from "./shell-line.js";

/** What the keyboard went to last; a pointer goes its own way. @type {HTMLElement | null} */
let last = null;

document.addEventListener("focusin", ({ target }) => {
  last = target instanceof HTMLElement ? target : null;
});
document.addEventListener(
  "pointerdown",
  () => {
    last = null;
  },
  { capture: true },
);
onTold("focus", () => {
  if (document.hasFocus() && document.activeElement === document.body)
    last?.focus({ preventScroll: true });
});
