/**
 * A line of what needs a person: what it is about, what is the matter, and the way to mend it.
 * @module
 */
import { h, icon } from "../../page/page.js";

/** @typedef {{to: string, label: string}} Way */

/**
 * @param {{subject: Node, beside: (string | null)[], detail: string, since:
 *   import("../../page/page.js").Child, fix: Way, also?: import("../../page/page.js").Child}} row
 */
export const need = ({ subject, beside, detail, since, fix, also = null }) =>
  h(
    "li",
    { dataset: { row: "" } },
    h(
      "span",
      { class: "subject truncate" },
      subject,
      h("span", { class: "muted" }, beside.filter(Boolean).join(" · ")),
    ),
    h("span", { class: "detail truncate", title: detail }, detail),
    h("span", { class: "since muted" }, since),
    also ? h("span", { class: "fixes" }, also, fixLink(fix)) : fixLink(fix),
  );

/** @param {Way} fix */
const fixLink = ({ to, label }) =>
  h("a", { class: "fix", href: `/#${to}` }, label, icon("chevron-right"));
