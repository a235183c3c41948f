import assert from "node:assert/strict";
import { mock, test } from "node:test";
import * as conventions from "../../frontend/words/conventions.js";

const CURRENCIES = [
  { code: "EUR", decimals: 2 },
  { code: "KWD", decimals: 3 },
];

test("a currency is found by its code and by its name, the common ones first", async () => {
  const find = conventions.findCurrencies(CURRENCIES);
  assert.deepEqual(
    (await find("kwd")).map(({ value }) => value),
    ["KWD"],
  );
  assert.equal((await find("swiss franc"))[0].value, "CHF");
  assert.equal((await find(""))[0].value, "USD");
  assert.equal((await find("no such money")).length, 0);
});

test("an amount has the decimals of its currency, two where nobody says", () => {
  assert.equal(conventions.decimalsOf(CURRENCIES, "KWD"), 3);
  assert.equal(conventions.decimalsOf(CURRENCIES, "XXX"), 2);
  assert.equal(conventions.amountIn(1.5, "en-US", "USD", 2), "$1.50");
});

test("a time zone is found by its place, and tells the time there", async () => {
  const find = conventions.findTimeZones(["Europe/Zurich", "America/New_York"]);
  const [found] = await find("new york");
  assert.equal(found.value, "America/New_York");
  assert.match(found.detail, /\d/);
  assert.equal(conventions.timeZoneChoice("Nowhere/At_all").detail, "");
});

test("time zones are those that the browser knows, and UTC", () => {
  assert.equal(conventions.knownTimeZones()[0], "UTC");
  assert.ok(conventions.knownTimeZones().includes("Europe/Zurich"));
  assert.equal(typeof conventions.browserTimeZone(), "string");
});

test("a language is found by its name, and a tag that is typed in full is one too", async () => {
  assert.ok((await conventions.findLocales("German")).some(({ value }) => value === "de-CH"));
  assert.equal((await conventions.findLocales("de-li")).at(-1).value, "de-LI");
  assert.deepEqual(
    (await conventions.findLocales("de-CH")).map(({ value }) => value),
    ["de-CH"],
  );
  assert.equal((await conventions.findLocales("zz")).length, 0);
  assert.equal((await conventions.findLocales("a-aaaaaaaaaaaa")).length, 0);
  assert.equal((await conventions.findLocales("zz-aaaaa-aaaaa-aaaaa")).length, 0);
});

test("a sample shows an amount and a time, and nothing where a convention is not valid", () => {
  const swiss = { currency: "CHF", currency_decimals: 2, time_zone: "UTC", locale: "de-CH" };
  assert.match(conventions.sample(swiss), /1.234\.50, /);
  assert.match(conventions.sample({ ...swiss, currency: "JPY", currency_decimals: 0 }), /1.234, /);
  assert.equal(conventions.sample({ ...swiss, time_zone: "Nowhere" }), null);
});

test("a currency or language that has no name is called by its code", () => {
  const unnamed = mock.method(Intl.DisplayNames.prototype, "of", () => undefined);
  assert.deepEqual(conventions.currencyChoice("XTS"), { value: "XTS", label: "XTS", detail: "" });
  assert.equal(conventions.localeChoice("qaa").label, "qaa");
  unnamed.mock.restore();
});
