/**
 * Currencies, time zones and languages to choose from, for the setup and the settings. The browser
 * knows their names; the server decides.
 * @module
 */

/** @typedef {import("../components/combobox/combobox.js").Choice} Choice */
/** @typedef {{code: string, decimals: number}[]} Currencies */

const COMMON_CURRENCIES = [
  "USD",
  "EUR",
  "GBP",
  "CHF",
  "CAD",
  "AUD",
  "NZD",
  "JPY",
  "SEK",
  "NOK",
  "DKK",
  "PLN",
  "CZK",
  "HUF",
  "RON",
  "TRY",
  "INR",
  "CNY",
  "BRL",
  "MXN",
  "ZAR",
  "AED",
  "SGD",
  "KRW",
];
const COMMON_LOCALES = [
  "en-US",
  "en-GB",
  "en-CA",
  "en-AU",
  "en-IE",
  "en-IN",
  "en-NZ",
  "en-ZA",
  "de-DE",
  "de-AT",
  "de-CH",
  "fr-FR",
  "fr-BE",
  "fr-CA",
  "fr-CH",
  "es-ES",
  "es-MX",
  "es-AR",
  "it-IT",
  "it-CH",
  "pt-PT",
  "pt-BR",
  "nl-NL",
  "nl-BE",
  "da-DK",
  "sv-SE",
  "nb-NO",
  "fi-FI",
  "pl-PL",
  "cs-CZ",
  "sk-SK",
  "hu-HU",
  "ro-RO",
  "bg-BG",
  "hr-HR",
  "sl-SI",
  "el-GR",
  "tr-TR",
  "uk-UA",
  "lt-LT",
  "lv-LV",
  "et-EE",
  "ja-JP",
  "ko-KR",
  "zh-CN",
  "zh-TW",
  "th-TH",
  "vi-VN",
  "id-ID",
  "hi-IN",
  "ar-AE",
  "he-IL",
];
const SHOWN = 60;
/** As the contract has it. */
const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const currencyNames = new Intl.DisplayNames(undefined, { type: "currency" });
const languageNames = new Intl.DisplayNames(undefined, { type: "language" });

/** @param {string} code @returns {Choice} */
export const currencyChoice = (code) => ({
  value: code,
  label: code,
  detail: currencyNames.of(code) ?? "",
});

/**
 * Currencies that the server keeps books in, by code or name, the common ones first.
 * @param {Currencies} currencies
 * @returns {(words: string) => Promise<Choice[]>}
 */
export const findCurrencies = (currencies) => async (words) =>
  matching(
    [...new Set([...COMMON_CURRENCIES, ...currencies.map(({ code }) => code)])].map(currencyChoice),
    words,
  );

/**
 * How many decimals amounts of a currency have.
 * @param {Currencies} currencies
 * @param {string} code
 */
export const decimalsOf = (currencies, code) =>
  currencies.find((each) => each.code === code)?.decimals ?? 2;

/**
 * An amount in a currency.
 * @param {number} amount
 * @param {string} locale
 * @param {string} currency
 * @param {number} decimals
 */
export const amountIn = (amount, locale, currency, decimals) =>
  new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amount);

/** @param {string} name @returns {Choice} */
export const timeZoneChoice = (name) => ({
  value: name,
  label: name.replaceAll("_", " "),
  detail: clockIn(name),
});

/**
 * Time zones by place, with the time there now.
 * @param {string[]} zones
 * @returns {(words: string) => Promise<Choice[]>}
 */
export const findTimeZones = (zones) => async (words) =>
  matching(
    zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") })),
    words,
  ).map(({ value }) => timeZoneChoice(String(value)));

/** The time zones that this browser knows. */
export const knownTimeZones = () => [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

/** The zone of the machine that the browser runs on. */
export const browserTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {string} tag @returns {Choice} */
export const localeChoice = (tag) => ({
  value: tag,
  label: languageNames.of(tag) ?? tag,
  detail: tag,
});

/** Languages by name or tag; a tag that is typed in full is one too. @param {string} words */
export async function findLocales(words) {
  const found = matching(COMMON_LOCALES.map(localeChoice), words);
  const typed = canonical(words);
  return typed && !found.some(({ value }) => value === typed)
    ? [...found, localeChoice(typed)]
    : found;
}

/**
 * How figures look with these conventions; null while one of them is not valid.
 * @param {{currency: string, currency_decimals: number, time_zone: string, locale: string}}
 *   conventions
 */
export function sample({ currency, currency_decimals, time_zone, locale }) {
  try {
    const money = amountIn(
      currency_decimals === 0 ? 1234 : 1234.5,
      locale,
      currency,
      currency_decimals,
    );
    const now = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: time_zone,
    }).format();
    return `${money}, ${now}`;
  } catch {
    return null;
  }
}

/** @param {Choice[]} choices @param {string} words */
function matching(choices, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return choices
    .filter(({ label, detail }) =>
      wanted.every((word) => `${label} ${detail ?? ""}`.toLowerCase().includes(word)),
    )
    .slice(0, SHOWN);
}

/** @param {string} zone */
function clockIn(zone) {
  try {
    return new Intl.DateTimeFormat(undefined, {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zone,
    }).format();
  } catch {
    return "";
  }
}

/** @param {string} words */
function canonical(words) {
  try {
    // Short words are the beginning of a name that somebody types: only a tag with a region is
    // meant as one.
    return LOCALE.test(words) && words.includes("-")
      ? (Intl.getCanonicalLocales(words)[0] ?? null)
      : null;
  } catch {
    return null;
  }
}
