/**
 * What an audit's selections counted against the machine's own total, and what of it is booked.
 * @module
 */
import { h, money, number, unknown } from "../../page/page.js";
import { status } from "../../components/status/status.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */

const NOT_SAID = "The machine does not say it";

/** Null for a baseline, which closes nothing. @param {Read} read */
export function reconciled({ reconciliation: found, finding }) {
  if (found === null) return null;
  const heads = h(
    "tr",
    null,
    h("th", { scope: "col" }, "Since the audit before"),
    h("th", { scope: "col", class: "number" }, "Units"),
    h("th", { scope: "col", class: "number" }, "Money"),
  );
  return h(
    "section",
    { class: "section reconciled" },
    h(
      "header",
      null,
      h("h2", null, "Does it add up?"),
      h("span", { class: "end" }, verdict(found, finding)),
    ),
    h("p", null, found.sentence),
    h("table", { class: "table" }, h("thead", null, heads), h("tbody", null, tellers(found))),
  );
}

/** Who tells what. @param {NonNullable<Read["reconciliation"]>} found */
const tellers = (found) => [
  teller("The selections say", found.counted_units, found.counted_cents),
  teller("The machine's total says", found.machine_units, found.machine_cents),
  teller(
    "Cash and cards say",
    null,
    found.payments_cents,
    found.payments_cents === null ? NOT_SAID : "Payments are told in money only",
  ),
  teller("Booked", found.booked_units, found.booked_cents),
  found.unbooked_units > 0 &&
    teller("Counted but not booked", found.unbooked_units, found.unbooked_cents),
];

/**
 * @param {string} name
 * @param {number | null} units
 * @param {number | null} cents
 */
const teller = (name, units, cents, why = NOT_SAID) =>
  h(
    "tr",
    null,
    h("th", { scope: "row" }, name),
    h("td", { class: "number" }, units === null ? unknown(why) : number(units)),
    h("td", { class: "number" }, cents === null ? unknown(why) : money(cents)),
  );

/** @param {NonNullable<Read["reconciliation"]>} found @param {Read["finding"]} finding */
function verdict({ machine_units, difference_units, unbooked_units, usual_share }, finding) {
  if (finding === "glitch" || machine_units === null) return status("idle", "Cannot tell");
  if (difference_units === 0)
    return unbooked_units > 0 ? status("warn", "Not booked") : status("ok", "Agrees");
  return usual_share && unbooked_units <= 0
    ? status("idle", "Differs as usual")
    : status("warn", "Differs");
}
