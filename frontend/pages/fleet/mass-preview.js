/**
 * What a change of many rows would do: in sentences, and row by row.
 * @module
 */
import { h } from "../../page/dom.js";
import { isolated, number, units } from "../../words/format.js";
import { massValue, refusalLine } from "../../words/mass-words.js";

/** @typedef {import("../../api.js").Schemas["MassChangePreview"]} Preview */
/** @typedef {((driver_id: number) => string) | undefined} Driver how a driver is called */

/** @param {Preview} preview */
export function previewWords({ noun, changed: count, sentences, refusals }) {
  return [
    h(
      "ul",
      { class: "mass-said" },
      count === 0 && h("li", null, h("strong", null, "Nothing changes.")),
      sentences.map((sentence) => h("li", null, sentence)),
    ),
    refusals.length > 0 && [
      h("h3", null, "Left alone"),
      h(
        "ul",
        { class: "mass-said warn" },
        refusals.map((refusal) => h("li", null, refusalLine(refusal, noun))),
      ),
    ],
  ];
}

/** @param {Preview} preview @param {Driver} driver */
export function previewTable({ noun, field, changed: count, parts }, driver) {
  if (parts.length === 0) return null;
  const heading =
    parts.length < count
      ? `The first ${number(parts.length)} of ${units(count, noun)}`
      : units(count, noun);
  return [h("h3", null, heading), partsTable(parts, field, driver)];
}

/**
 * @param {Preview["parts"]} parts
 * @param {Preview["field"]} field
 * @param {Driver} driver
 */
const partsTable = (parts, field, driver) =>
  h(
    "div",
    { class: "mass-parts", tabindex: 0, role: "region", "aria-label": "What changes" },
    h(
      "table",
      { class: "table" },
      h(
        "tbody",
        null,
        parts.map(({ name, from, to }) =>
          h(
            "tr",
            null,
            h("th", { scope: "row" }, isolated(name)),
            h("td", { class: "muted" }, massValue(field, from, driver)),
            h("td", { "aria-hidden": "true" }, "→"),
            h("td", null, massValue(field, to, driver)),
          ),
        ),
      ),
    ),
  );
