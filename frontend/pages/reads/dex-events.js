/**
 * What happened at a machine, as its audit tells it: with its time, or only how often.
 * @module
 */
import { status } from "../../components/status/status.js";
import { clockTime, h, units } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {Read["events"][number]} Event */

/** @param {Read} read */
export function events(read) {
  const known = [...read.events].sort((a, b) =>
    (b.occurred_at ?? "").localeCompare(a.occurred_at ?? ""),
  );
  const dated = known.filter(({ occurred_at }) => occurred_at);
  const counted = known.filter(
    ({ occurred_at, count, active }) => !occurred_at && (count || active),
  );
  return h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h("h2", null, "What happened at the machine"),
      h("span", { class: "count" }, "by its own clock"),
    ),
    dated.length + counted.length === 0
      ? h("p", { class: "muted" }, "It reports no events.")
      : null,
    h("ol", { class: "timeline" }, dated.map(datedLine)),
    counted.length > 0 && h("ul", { class: "rows" }, counted.map(countedLine)),
  );
}

/** @param {Event} event */
const worded = (event) => [
  meaning(event),
  " ",
  h("span", { class: "muted mono small" }, event.code),
];

/** @param {Event} event */
const datedLine = (event) =>
  h(
    "li",
    { class: event.severity },
    h("span", { class: "what" }, worded(event)),
    h("span", { class: "muted" }, clockTime(event.occurred_at)),
  );

/** @param {Event} event */
const countedLine = (event) =>
  h(
    "li",
    null,
    h("span", null, worded(event)),
    event.active && status("bad", "Active now"),
    event.count !== null && h("span", { class: "muted end" }, `${units(event.count, "time")} ever`),
  );

/** @param {Read["events"][number]} event */
const meaning = ({ meaning: words, severity }) =>
  severity === "fault" ? h("span", { class: "fault-word" }, words) : words;
