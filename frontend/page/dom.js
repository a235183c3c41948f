/**
 * Building and finding elements. Every text goes in as a text node.
 * @module
 */

/**
 * @typedef {Node | string | number | null | undefined | boolean | Child[]} Child false, null and
 *   undefined are left out; arrays are flattened
 */

/**
 * @typedef {{
 *   <K extends keyof HTMLElementTagNameMap>(tag: K, props?: Record<string, any> | null,
 *   ...children: Child[]): HTMLElementTagNameMap[K];
 *   (tag: string, props?: Record<string, any> | null, ...children: Child[]): HTMLElement;
 * }} Build
 */

/**
 * An element: `h("td", { class: "number", onclick: go }, "12")`.
 * `on…` are listeners, booleans are present or absent, `dataset` and `style` take objects
 * (style is set through CSSOM, which the content security policy allows).
 */
export const h = /** @type {Build} */ (build);

/** @param {string} tag @param {Record<string, any> | null} [props] @param {...Child} children */
function build(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {}))
    if (value !== null && value !== undefined && value !== false) equip(element, name, value);
  fill(element, ...children);
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function equip(element, name, value) {
  const isProperty = name === "value" || name === "checked" || /object|function/.test(typeof value);
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "style") {
    for (const [key, each] of Object.entries(value)) element.style.setProperty(key, String(each));
  } else if (isProperty) /** @type {any} */ (element)[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Replaces what an element holds. What had the focus in it has it again, if it is there again.
 * @param {Element} element @param {...Child} children
 */
export function fill(element, ...children) {
  const focused =
    element.isConnected &&
    document.activeElement !== element &&
    element.contains(document.activeElement)
      ? document.activeElement
      : null;
  const place = focused ? alike(element, focused).indexOf(focused) : -1;
  const flat = /** @type {any[]} */ (/** @type {any} */ (children).flat(Infinity));
  element.replaceChildren(
    ...flat
      .filter((child) => child !== null && child !== undefined && typeof child !== "boolean")
      .map((child) => (child instanceof Node ? child : String(child))),
  );
  if (focused)
    /** @type {HTMLElement | undefined} */ (alike(element, focused)[place])?.focus({
      preventScroll: true,
    });
}

/** All that are named as one of them is. @param {Element} root @param {Element} one */
const alike = (root, one) =>
  [...root.querySelectorAll(one.tagName)].filter((each) => nameOf(each) === nameOf(one));

/** @param {Element} element */
const nameOf = (element) =>
  [
    element.ariaLabel ?? element.textContent,
    element.getAttribute("href"),
    element.getAttribute("name"),
  ].join();

const SVG = "http://www.w3.org/2000/svg";
/**
 * Where third-party files are: under the version of this module, as the pages name it (assets.py).
 */
export const VENDOR = new URL("../vendor/", import.meta.url).pathname;
const ICONS = `${VENDOR}lucide/icons.svg`;

/**
 * An icon of the sprite; its names are listed in `icons.txt`. Decorative: give the control a text
 * or label.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * The one element with this id; a missing one is a mistake in the page and throws.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id @param {new () => T} [type]
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof (type ?? HTMLElement)))
    throw new Error(`The page has no ${(type ?? HTMLElement).name} with the id "${id}".`);
  return /** @type {T} */ (found);
}

/**
 * A copy of `<template id>`'s first element.
 * @param {string} id
 */
export function fromTemplate(id) {
  const first = byId(id, HTMLTemplateElement).content.firstElementChild;
  if (!first) throw new Error(`The template "${id}" is empty.`);
  return /** @type {HTMLElement} */ (document.importNode(first, true));
}

let serial = 0;
/** An id that no other element of this page has. @param {string} [prefix] */
export function uniqueId(prefix = "id") {
  serial += 1;
  return `${prefix}-${serial}`;
}

/**
 * Runs `fn` once calls have stopped for `ms`.
 * @template {any[]} A
 * @param {(...args: A) => void} fn @param {number} [ms]
 */
export function debounce(fn, ms = 150) {
  let timer = 0;
  return (/** @type {A} */ ...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => fn(...args), ms);
  };
}

/**
 * May a single key mean something here? Not while somebody types, nor beside an open dialog, nor as
 * a part of a command of the browser.
 * @param {KeyboardEvent} event
 */
export const isSingleKey = ({ ctrlKey, metaKey, altKey, target }) =>
  !(ctrlKey || metaKey || altKey || isTyping(target) || document.querySelector("dialog[open]"));

/**
 * Is the person typing here, so that single keys are not ours?
 * @param {EventTarget | null} target
 */
export function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    target.closest(
      "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]",
    ) !== null
  );
}
