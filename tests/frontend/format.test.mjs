import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import * as format from "../../frontend/words/format.js";

/** Money as people type and read it: by the currency's decimals, in the operator's way. */
const DECIMALS = { JPY: 0, KWD: 3, ISK: 0, IQD: 3 };
const here = (currency, locale, time_zone = "UTC") =>
  format.configure({ currency, currency_decimals: DECIMALS[currency] ?? 2, locale, time_zone });

beforeEach(() => here("USD", "en-US"));

describe("money", () => {
  for (const [currency, locale, typed, cents] of [
    ["USD", "en-US", "1.80", 180],
    ["USD", "en-US", "$1,234.5", 123450],
    ["USD", "en-US", "1,500", 150000],
    ["EUR", "de-DE", "1,80", 180],
    ["EUR", "de-DE", "1.80", 180],
    ["EUR", "de-DE", "1.500", 150000],
    ["EUR", "de-DE", "1.234,50 €", 123450],
    ["EUR", "fr-FR", "1 234,50", 123450],
    ["CHF", "de-CH", "1'234.50", 123450],
    ["INR", "en-IN", "1,23,456.50", 12345650],
    ["JPY", "ja-JP", "180", 180],
    ["JPY", "ja-JP", "1,500", 1500],
    ["KWD", "en-US", "1.500", 1500],
    ["KWD", "de-DE", "1,500", 1500],
    ["KWD", "de-DE", "1.500", 1500000],
    ["KWD", "ar-KW", "١٫٥٠٠", 1500],
    ["USD", "en-US", "", null],
    ["USD", "en-US", ".5", 50],
  ])
    test(`${typed || "nothing"} typed in ${locale} is ${cents} of ${currency}`, () => {
      here(currency, locale);
      assert.deepEqual(format.readMoney(typed), { cents });
    });

  for (const [currency, locale, typed, words] of [
    ["USD", "en-US", "1.500", "USD have 2 decimals"],
    ["JPY", "ja-JP", "180.00", "JPY have no decimals"],
    ["KWD", "en-US", "1.2345", "KWD have 3 decimals"],
    ["KWD", "fr-FR", "1.500", "is no amount"],
    ["USD", "en-US", "free", "is no amount: write it like 1234.50"],
    ["USD", "en-US", "1.2.3", "is no amount"],
    ["USD", "en-US", "$", "is no amount"],
    ["JPY", "ja-JP", "free", "is no amount: write it like 1234"],
    ["USD", "en-US", "-1", "below zero"],
    ["USD", "en-US", "99999999999999999", "more than can be kept"],
  ])
    test(`${typed} is refused as ${currency} in ${locale}: ${words}`, () => {
      here(currency, locale);
      assert.match(format.readMoney(typed).wrong, new RegExp(words));
    });

  // Intl would write IQD without decimals, ISO 4217 has three.
  for (const [currency, locale, cents, shown, typed] of [
    ["USD", "en-US", 123450, "$1,234.50", "1234.50"],
    ["JPY", "en-US", 123450, "¥123,450", "123450"],
    ["KWD", "en-US", 1500, "KWD\u00a01.500", "1.500"],
    ["IQD", "en-US", 1500, "IQD\u00a01.500", "1.500"],
    ["EUR", "de-DE", 180, "1,80\u00a0€", "1,80"],
  ])
    test(`${cents} of ${currency} has the decimals that the server says`, () => {
      here(currency, locale);
      assert.equal(format.money(cents), shown);
      assert.equal(format.moneyInput(cents), typed);
      assert.deepEqual(format.readMoney(typed), { cents });
    });

  test("an axis of whole amounts has no decimals", () => {
    assert.deepEqual(format.moneyMarks([0, 60000, null]), ["$0", "$600", ""]);
    assert.deepEqual(format.moneyMarks([0, 50]), ["$0.00", "$0.50"]);
  });
});

describe("figures", () => {
  test("what is not known is a dash, whatever it is", () => {
    const { change, clockTime, date, dateTime, days, money, number, percent, units } = format;
    for (const word of [change, clockTime, date, dateTime, days, money, number, percent, units]) {
      assert.equal(word(null), "–");
      assert.equal(word(undefined), "–");
    }
    assert.equal(format.moneyInput(null), "");
  });

  test("a count has its noun, one or many", () => {
    assert.equal(format.units(1), "1 unit");
    assert.equal(format.units(1200, "slot"), "1,200 slots");
    assert.equal(format.units(2, "shelf", "shelves"), "2 shelves");
  });

  test("a change has a sign, also where nothing changed", () => {
    assert.equal(format.change(12, "%"), "+12%");
    assert.equal(format.change(-3.25, "", 1), "−3.3");
    assert.equal(format.change(0), "±0");
  });

  test("days below ten have a decimal", () => {
    assert.equal(format.days(2.44), "2.4 d");
    assert.equal(format.days(12.4), "12 d");
    assert.equal(format.percent(63.4), "63%");
  });
});

describe("days and times", () => {
  test("a time is told in the operator's zone, a machine's clock as it is", () => {
    here("USD", "en-US", "America/New_York");
    assert.match(format.dateTime("2026-01-31T03:00:00Z"), /Jan 30, 2026, 10:00/);
    assert.match(format.clockTime("2026-01-31T08:00:00"), /Jan 31, 2026, 8:00/);
  });

  test("a day is the operator's", () => {
    here("USD", "en-US", "America/New_York");
    assert.equal(format.dayOf("2026-01-31T03:00:00Z"), "2026-01-30");
    assert.equal(format.date("2026-01-31T03:00:00Z"), "Jan 30, 2026");
    assert.equal(format.date("2026-01-31"), "Jan 31, 2026");
    assert.equal(format.dayOfMonth("2026-01-31"), "Jan 31");
  });

  test("a period says once what both of its days have in common", () => {
    assert.match(format.period("2026-01-18", "2026-01-31"), /^Jan 18\s–\s31, 2026$/);
  });

  test("a day is moved over the end of a month and of February", () => {
    assert.equal(format.movedDate("2024-02-28", 1), "2024-02-29");
    assert.equal(format.movedDate("2026-01-01", -1), "2025-12-31");
    assert.equal(format.localDate(), format.dayOf(new Date().toISOString()));
    assert.equal(format.localDate(-1), format.movedDate(format.localDate(), -1));
  });

  test("a week begins as the region begins it", () => {
    assert.equal(format.firstOfWeek("2026-01-29"), "2026-01-25");
    here("EUR", "de-DE");
    assert.equal(format.firstOfWeek("2026-01-29"), "2026-01-26");
    format.configure({});
    assert.match(format.firstOfWeek("2026-01-29"), /^2026-01-2[4-6]$/);
  });

  test("how long ago, in the largest unit that fits", () => {
    const now = Date.parse("2026-01-31T12:00:00Z");
    assert.equal(format.relative("2026-01-31T11:59:40Z", now), "now");
    assert.equal(format.relative("2026-01-31T09:00:00Z", now), "3 hr. ago");
    assert.equal(format.relative("2026-02-01T12:00:00Z", now), "tomorrow");
  });
});

describe("names", () => {
  test("a name that runs from right to left keeps what stands around it in order", () => {
    assert.equal(format.isolated("Cola"), "Cola");
    assert.equal(format.isolated("קולה"), "\u2068קולה\u2069");
    assert.equal(format.isolated("\u202eCola"), "\u2068Cola\u2069");
  });

  test("a language that no browser knows is the browser's own", () => {
    format.configure({ locale: "not a language" });
    assert.equal(
      format.money(180),
      new Intl.NumberFormat(undefined, {
        style: "currency",
        currency: "USD",
      }).format(1.8),
    );
  });
});
