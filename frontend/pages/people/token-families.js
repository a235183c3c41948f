/**
 * Programs that have tokens, a row for each, on the profile and for an administrator.
 * @module
 */
import { h, time } from "../../page/page.js";
import { inOrder, scopeWords } from "../../words/scopes.js";

/** @typedef {import("../../api.js").Schemas["TokenFamily"]} TokenFamily */

/**
 * @param {TokenFamily[]} families at least one
 * @param {(family: TokenFamily) => void} end
 */
export const familiesList = (families, end) => [
  h(
    "ul",
    { class: "rows", "aria-label": "Programs with tokens" },
    families.map((family) => h("li", null, known(family), ending(family, end))),
  ),
  h(
    "p",
    { class: "muted small" },
    "A program that has its API key can begin anew. To keep it out, revoke the key: that ends its tokens as well.",
  ),
];

/** @param {TokenFamily} family */
function known({ name, prefix, scopes, created_at, last_used_at, last_address }) {
  return h(
    "div",
    { class: "way-in" },
    h("div", { class: "name" }, name, h("span", { class: "mono muted small" }, `${prefix}…`)),
    h(
      "div",
      { class: "known" },
      inOrder(scopes).map((scope) => h("span", null, scopeWords(scope))),
    ),
    h(
      "div",
      { class: "known" },
      h("span", null, "Last used ", time(last_used_at), last_address && ` from ${last_address}`),
      h("span", null, "Began ", time(created_at)),
    ),
  );
}

/** @param {TokenFamily} family @param {(family: TokenFamily) => void} end */
const ending = (family, end) =>
  h(
    "button",
    {
      class: "button",
      type: "button",
      "aria-label": `End the tokens of ${family.name}`,
      onclick: () => end(family),
    },
    "End",
  );
