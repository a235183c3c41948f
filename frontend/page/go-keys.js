/**
 * Go-to keys: g, then the letter of a page, from wherever nobody types.
 * @module
 */
import { isSingleKey } from "./dom.js";
import { isOpenTo, ROUTES } from "./addresses.js";

const WAIT_MS = 1500;
let begun = -Infinity;

/**
 * The pages that have a letter and are open to the role.
 * @param {import("./addresses.js").May} may
 */
export const lettered = (may) => ROUTES.filter((route) => route.letter && isOpenTo(route, may));

/**
 * Hears the keys of this document before anything else does: the letter after g belongs to it
 * alone.
 * @param {import("./addresses.js").May} may @param {(to: string) => void} go
 */
export function hearGoKeys(may, go) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (!isSingleKey(event)) return;
      const isSecond = event.timeStamp - begun < WAIT_MS;
      begun = event.key === "g" && !isSecond ? event.timeStamp : -Infinity;
      const route = isSecond && lettered(may).find(({ letter }) => letter === event.key);
      if (!route) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      go(route.path);
    },
    { capture: true },
  );
}
