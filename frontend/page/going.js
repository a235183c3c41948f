/**
 * Ways to other pages, and how this one is called.
 * @module
 */
import { h } from "./dom.js";
import { shell, tell } from "./shell-line.js";

/**
 * Shows another page: `navigate("/devices/12")`. For something to click, prefer `<a
 * href="/#/devices/12">`.
 * @param {string} to
 * @param {{replace?: boolean}} [options]
 */
export function navigate(to, options = {}) {
  if (shell) tell({ type: "navigate", to, replace: options.replace ?? false });
  else if (options.replace) location.replace(`/#${to}`);
  else location.assign(`/#${to}`);
}

/**
 * A link of the shell: `link("/devices/12", "T-1000")`.
 * @param {string} to
 * @param {...import("./dom.js").Child} children
 */
export const link = (to, ...children) => h("a", { href: `/#${to}` }, ...children);

/**
 * Has the shell load a page that may be shown next, while there is a connection.
 * @param {string} to
 */
export const preload = (to) => tell({ type: "preload", to });

/**
 * The words in the browser's title; pages with a fixed title leave this alone.
 * @param {string} title
 */
export function setTitle(title) {
  document.title = `${title} · CVD`;
  tell({ type: "title", title });
}

document.addEventListener("click", (event) => {
  const anchor = event.target instanceof Element ? event.target.closest("a[href^='/#/']") : null;
  const isElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
  if (!anchor || !shell || event.defaultPrevented || isElsewhere) return;
  event.preventDefault();
  navigate((anchor.getAttribute("href") ?? "").slice(2));
});
