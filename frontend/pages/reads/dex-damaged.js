/**
 * What somebody must know before they accept a damaged or held audit: which check fails, how it
 * stands beside the last good one,
 * and what would be booked.
 * @module
 */
import { api, dateTime, fill, h, link, money, number, units, unknown } from "../../page/page.js";
import { isHeld } from "../../words/read-words.js";
import { problemBox } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {import("../../api.js").Schemas["AcceptancePreview"]} Preview */
/** @typedef {Read["selections"][number]} Selection */

const SHOWN = 12;
const LOOKED_AT = 20;
const byCode = new Intl.Collator(undefined, { numeric: true });

/** @param {import("../../page/page.js").Page} page @param {Read} read */
export function damage(page, read) {
  if (read.accepted_at || !(read.status === "damaged" || isHeld(read))) return null;
  const failed = read.checks.filter(({ passed }) => passed === false);
  const beside = h("div", { class: "stack" });
  const booked = h("div", { class: "stack", "aria-live": "polite" });
  const mayTry =
    read.device_id !== null && page.may("dex_preview_service.create_acceptance_preview");
  showLastGood(read, beside).catch((error) =>
    fill(
      beside,
      problemBox(error, () => showLastGood(read, beside)),
    ),
  );
  if (mayTry)
    showBooked(read, booked).catch((error) =>
      fill(
        booked,
        problemBox(error, () => showBooked(read, booked)),
      ),
    );
  return h(
    "section",
    { class: "section damage" },
    h("header", null, h("h2", null, "Before you decide")),
    h("h3", null, "What does not agree"),
    failed.length === 0
      ? h("p", { class: "muted" }, "Each check that the audit allows passes.")
      : h(
          "ul",
          { class: "rows checks" },
          failed.map(({ meaning }) =>
            h("li", null, status("bad", "Fails"), h("span", null, meaning)),
          ),
        ),
    beside,
    mayTry && [h("h3", null, "What accepting would book"), booked],
  );
}

/**
 * Is a selection's figure one that cannot be? A counter that never ran says nothing.
 * @param {Selection} each
 */
export const cannotBe = ({ count_init, count_rst }) =>
  count_init !== null && count_init > 0 && count_rst !== null && count_rst > count_init;

/** @param {Read} read @param {HTMLElement} box */
async function showLastGood(read, box) {
  const say = (/** @type {string} */ words) => fill(box, h("p", { class: "muted" }, words));
  if (read.device_id === null) {
    say("Its device is not known, so there is no earlier audit to compare it with.");
    return;
  }
  const last = await lastGood(read, read.device_id);
  if (!last) {
    say("No audit of this device is in the books yet, so there is none to compare it with.");
    return;
  }
  const before = await api.dex_read_service.get_dex_read({ dex_read_id: last.id });
  const rows = pairs(before, read);
  const odd = rows.filter(isOdd);
  const shown = odd.length > 0 ? odd : rows;
  const words =
    odd.length > 0
      ? `: ${units(odd.length, "selection")} of ${number(rows.length)} ` +
        `${odd.length === 1 ? "does" : "do"} not follow from it.`
      : ": every selection goes on from it.";
  const more = `and ${units(shown.length - SHOWN, "more selection")}, listed below`;
  fill(
    box,
    h("h3", null, "Beside the last good audit"),
    h("p", null, link(`/dex/${last.id}`, `The audit of ${dateTime(last.read_at)}`), words),
    pairTable(shown.slice(0, SHOWN)),
    shown.length > SHOWN && h("p", { class: "muted small" }, more),
  );
}

/**
 * The audit in the books that came before this one, else the newest there is.
 * @param {Read} read
 * @param {number} device_id
 */
async function lastGood(read, device_id) {
  const { items } = await api.dex_read_service.list_dex_reads({ device_id, limit: LOOKED_AT });
  const isBooked = (/** @type {string} */ state) => state === "booked" || state === "baseline";
  const good = items
    .filter((each) => each.id !== read.id && isBooked(each.status) && !isHeld(each))
    .sort((a, b) => b.read_at.localeCompare(a.read_at));
  return good.find(({ read_at }) => read_at <= read.read_at) ?? good[0];
}

/**
 * Each selection of either, as it was and as it is.
 * @param {Read} before
 * @param {Read} read
 * @returns {Pair[]}
 */
function pairs(before, read) {
  const then = new Map(before.selections.map((each) => [each.selection, each]));
  const now = new Map(read.selections.map((each) => [each.selection, each]));
  return [...new Set([...now.keys(), ...then.keys()])]
    .sort(byCode.compare)
    .map((code) => ({ code, was: then.get(code), is: now.get(code) }));
}

/** @param {Pair[]} rows */
function pairTable(rows) {
  const heads = ["Sel.", "Then", "Now", "Difference", "Since reset"].map((label, index) =>
    h("th", { scope: "col", class: index > 0 ? "number" : null }, label),
  );
  const region = {
    class: "scroll-x",
    tabindex: 0,
    role: "region",
    "aria-label": "Beside the last good audit",
  };
  return h(
    "div",
    region,
    h(
      "table",
      { class: "table" },
      h("thead", null, h("tr", null, heads)),
      h("tbody", null, rows.map(comparison)),
    ),
  );
}

/** @typedef {{code: string, was: Selection | undefined, is: Selection | undefined}} Pair */

/** A counter that fell, vanished, came from nowhere, or holds what cannot be. @param {Pair} pair */
const isOdd = ({ was, is }) =>
  !was || !is || (is.count_init ?? 0) < (was.count_init ?? 0) || cannotBe(is);

/** @param {Pair} pair */
function comparison({ code, was, is }) {
  const delta =
    was && is && was.count_init !== null && is.count_init !== null
      ? is.count_init - was.count_init
      : null;
  return h(
    "tr",
    null,
    h("td", null, h("strong", null, code)),
    h(
      "td",
      { class: "number" },
      was ? number(was.count_init) : unknown("The last good audit does not report it"),
    ),
    h(
      "td",
      { class: "number" },
      is ? number(is.count_init) : unknown("This audit does not report it"),
    ),
    h(
      "td",
      { class: "number" },
      delta === null
        ? unknown("One of the two does not report it")
        : h(
            "span",
            { class: delta < 0 ? "bad" : null },
            delta < 0 ? `−${number(-delta)}, which a counter cannot do` : `+${number(delta)}`,
          ),
    ),
    h(
      "td",
      { class: "number" },
      is
        ? h(
            "span",
            { class: cannotBe(is) ? "bad" : null },
            number(is.count_rst),
            cannotBe(is) && ", more than in all",
          )
        : "",
    ),
  );
}

/** @param {Read} read @param {HTMLElement} box */
async function showBooked(read, box) {
  fill(box, h("cvd-skeleton", { rows: 2 }));
  const preview = await api.dex_preview_service.create_acceptance_preview({ dex_read_id: read.id });
  fill(
    box,
    h("p", null, words(preview)),
    preview.selections.length > 0 &&
      lines(
        "Sales that would be booked",
        ["Sel.", "Product", "Units", "Sales"],
        preview.selections.map((each) => [
          each.selection,
          each.product_name ?? unknown("No product is in this selection's slot"),
          number(each.units),
          money(each.amount_cents),
        ]),
      ),
    preview.slots.length > 0 &&
      lines(
        "Stock that would change",
        ["Slot", "Product", "Books now", "If accepted"],
        preview.slots.map((each) => [
          each.selection ?? each.label,
          each.product_name ?? unknown("The slot is empty"),
          each.before === null ? unknown("Never counted or filled") : number(each.before),
          each.after === null ? unknown("It would not be known") : number(each.after),
        ]),
      ),
  );
}

/** @param {Preview} preview */
function words({ status: state, units: sold, amount_cents, since, slots }) {
  if (state === "baseline")
    return "It would be the first audit of this device: its counters, and no sales.";
  const stock =
    slots.length > 0
      ? ` The stock of ${units(slots.length, "slot")} would change.`
      : " No stock would change.";
  return [
    h("strong", null, `${units(sold)} for ${money(amount_cents)}`),
    ` ${since ? `since the audit of ${dateTime(since)}` : "since it was set up"}.`,
    stock,
    " Nothing is booked yet.",
  ];
}

/**
 * @param {string} label
 * @param {[string, string, string, string]} heads
 * @param {import("../../page/page.js").Child[][]} rows
 */
const lines = (label, heads, rows) =>
  h(
    "details",
    { open: rows.length <= SHOWN },
    h("summary", null, `${label} (${number(rows.length)})`),
    h(
      "div",
      { class: "scroll-x", tabindex: 0, role: "region", "aria-label": label },
      h(
        "table",
        { class: "table" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            heads.map((head, index) =>
              h("th", { scope: "col", class: index > 1 ? "number" : null }, head),
            ),
          ),
        ),
        h(
          "tbody",
          null,
          rows.map((cells) =>
            h(
              "tr",
              null,
              cells.map((cell, index) => h("td", { class: index > 1 ? "number" : null }, cell)),
            ),
          ),
        ),
      ),
    ),
  );
