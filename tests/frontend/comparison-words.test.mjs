import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  againstWords,
  idsOf,
  kindWords,
  lengthOf,
  periodOf,
  priceWords,
  soldOutWords,
  sourcesOf,
} from "../../frontend/words/comparison-words.js";
import { configure, localDate } from "../../frontend/words/format.js";

beforeEach(() =>
  configure({ locale: "en-US", time_zone: "UTC", currency: "USD", currency_decimals: 2 }),
);

const kind = { basis: "type", machines: 14, cents_percent: 31.6 };
const machine = {
  device_id: 7,
  location_kind: "workplace",
  days: 90,
  read_days: 28,
  is_enough: true,
  sold_out_days: 12.42,
  slots: 40,
  kind,
};

describe("a comparison", () => {
  test("says how much more or less a machine sells than its kind", () => {
    const mean = "the mean of 14 machines of its type";
    assert.equal(againstWords(machine), `Sells 32% more than ${mean}.`);
    const less = { ...machine, kind: { ...kind, cents_percent: -8 } };
    assert.equal(againstWords(less), `Sells 8% less than ${mean}.`);
    const same = { ...machine, kind: { ...kind, cents_percent: 0.3 } };
    assert.equal(againstWords(same), `Sells as much as ${mean}.`);
    const nothing = { ...machine, kind: { ...kind, cents_percent: null } };
    assert.equal(againstWords(nothing), `Nothing is sold by ${mean}.`);
  });

  test("says where the others stand when that is what they share", () => {
    const placed = { ...machine, kind: { ...kind, basis: "type_and_location", machines: 3 } };
    assert.equal(kindWords(placed), "3 machines of its type at the same kind of place (workplace)");
    assert.equal(kindWords({ ...placed, location_kind: null }), "3 machines of its type");
    assert.equal(kindWords({ ...machine, kind: null }), "–");
  });

  test("says why there is none", () => {
    const few = { ...machine, kind: null };
    assert.match(againstWords(few), /^Fewer than three other machines/);
    assert.match(againstWords({ ...few, is_enough: false, days: 3 }), /^Only 3\.0 d of sales/);
    assert.match(againstWords({ ...few, is_enough: false, days: 0 }), /^No sales are known/);
  });

  test("draws the largest as the longest, and nothing for what is not known", () => {
    assert.equal(lengthOf(5, [10, 5, null]), 50);
    assert.equal(lengthOf(null, [10]), 0);
    assert.equal(lengthOf(0, [0, null]), 0);
  });

  test("shows one price or the two ends of several", () => {
    const price = (lowest_price_cents, highest_price_cents) =>
      priceWords({ lowest_price_cents, highest_price_cents });
    assert.equal(price(150, 150), "$1.50");
    assert.equal(price(150, 200), "$1.50 to $2.00");
    assert.equal(price(null, null), "not in it today");
  });

  test("tells sold-out time by what it is a share of", () => {
    assert.equal(soldOutWords(machine), "12.4 of 1,120 days of 40 selections");
  });

  test("leads to the same machine and days", () => {
    const period = { from: "2026-01-01", to: "2026-01-28", days: "28" };
    const { sales, counts } = sourcesOf(machine, period);
    assert.equal(sales, "/sales?device_id=7&from=2026-01-01&to=2026-01-28");
    assert.equal(counts, "/count-differences?tab=device&days=28");
    const own = sourcesOf(machine, { ...period, days: "" });
    assert.equal(own.counts, "/count-differences?tab=device");
  });
});

describe("the address of a comparison", () => {
  test("names six machines at most, each once, and only numbers", () => {
    assert.deepEqual(idsOf("3,1,3,x,0,2"), [3, 1, 2]);
    assert.deepEqual(idsOf("1,2,3,4,5,6,7"), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(idsOf(), []);
  });

  test("names days, or says how many up to today", () => {
    assert.equal(periodOf({}).days, "28");
    assert.equal(periodOf({}).from, localDate(-27));
    assert.equal(periodOf({ days: "90" }).from, localDate(-89));
    assert.equal(periodOf({ days: "7000" }).days, "28");
    assert.deepEqual(periodOf({ from: "2026-01-01", to: "2026-01-31" }), {
      from: "2026-01-01",
      to: "2026-01-31",
      days: "",
    });
    assert.equal(periodOf({ from: "2026-01-01", to: "x" }).days, "28");
  });
});
