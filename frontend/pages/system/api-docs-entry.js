/**
 * An entry of the contract's page, to be opened.
 * @module
 */
import { copyButton } from "../../components/copy/copy.js";
import { fill, h, icon } from "../../page/dom.js";
import { nameAddress, searched } from "./api-docs-address.js";

/** @typedef {import("../../page/dom.js").Child} Child */

/**
 * Something with a name in the address; what is in it is made when it is opened.
 * @param {string} id
 * @param {Child[]} line
 * @param {() => Child} content
 */
export function entry(id, line, content) {
  const inside = h("div", { class: "stack inside" });
  const details = h(
    "details",
    { class: "entry", id },
    h("summary", null, icon("chevron-right"), line),
    inside,
  );
  details.ontoggle = () => {
    if (details.open && !inside.firstChild) fill(inside, content());
    if (details.open) nameAddress(`#${id}`);
    else if (location.hash === `#${id}`) nameAddress(searched());
  };
  return details;
}

/** A line to copy. @param {string} text */
export function terminal(text) {
  return h(
    "div",
    { class: "terminal" },
    h("pre", { class: "code", tabindex: 0, role: "region", "aria-label": "curl" }, text),
    copyButton("Copy", text),
  );
}
