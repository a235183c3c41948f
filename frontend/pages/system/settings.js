import { inTurn } from "../../words/in-turn.js";
import {
  api,
  ApiError,
  byId,
  changed,
  configure,
  onChanged,
  start,
  toast,
  toastProblem,
} from "../../page/page.js";
import { Combobox } from "../../components/combobox/combobox.js";
import { changedWords } from "../../words/conflict-words.js";
import { clearErrors, showErrors } from "../../components/field/field.js";
import { Problem } from "../../components/problem/problem.js";
import {
  amountIn,
  currencyChoice,
  decimalsOf,
  findCurrencies,
  findLocales,
  findTimeZones,
  knownTimeZones,
  localeChoice,
  sample,
  timeZoneChoice,
} from "../../words/conventions.js";

import { showRules } from "../people/sign-in-rules.js";
import { showRetention } from "./retention.js";

/** @typedef {import("../../api.js").Schemas["Settings"]} Settings */

const form = byId("settings", HTMLFormElement);
const problem = byId("problem", Problem);
const save = byId("save", HTMLButtonElement);
const undo = byId("undo", HTMLButtonElement);
const company = /** @type {HTMLInputElement} */ (form.elements.namedItem("company"));
const currency = combobox("currency");
const timeZone = combobox("time_zone");
const locale = combobox("locale");

/** What the server has, as far as this page knows. @type {Settings} */
let base;
/** @type {import("../../words/conventions.js").Currencies} */
let currencies = [];

start(async (page) => {
  base = page.settings;
  currencies = await api.settings_service.list_currencies();
  currency.source = findCurrencies(currencies);
  timeZone.source = findTimeZones(knownTimeZones());
  locale.source = findLocales;
  show(base);
  showRules(byId("sign-in-rules")).catch(toastProblem);
  showRetention(byId("retention")).catch(toastProblem);
  form.addEventListener("input", look);
  for (const each of [currency, timeZone, locale]) each.addEventListener("choose", look);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  });
  undo.onclick = () => {
    clearErrors(form);
    problem.error = null;
    show(base);
  };
  const renew = inTurn(async () => {
    const now = await api.settings_service.get_settings();
    // What was typed or saved while it was asked for stays.
    if (now.version < base.version || Object.keys(changes()).length > 0) return;
    base = now;
    show(base);
  });
  onChanged(["settings", "everything"], renew);
});

/** @param {Settings} settings */
function show(settings) {
  company.value = settings.company;
  currency.chosen = currencyChoice(settings.currency);
  timeZone.chosen = timeZoneChoice(settings.time_zone);
  locale.chosen = localeChoice(settings.locale);
  look();
}

/** What differs from what the server has. @returns {Partial<Settings>} */
function changes() {
  const now = {
    company: company.value.trim(),
    currency: currency.value,
    time_zone: timeZone.value,
    locale: locale.value,
  };
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => value !== base[/** @type {keyof typeof now} */ (name)],
    ),
  );
}

function look() {
  const isTouched = Object.keys(changes()).length > 0;
  save.disabled = !isTouched;
  undo.hidden = !isTouched;
  byId("currency-change").textContent = currencyChange();
  byId("sample").textContent =
    sample({
      currency: currency.value,
      currency_decimals: decimalsOf(currencies, currency.value),
      time_zone: timeZone.value,
      locale: locale.value,
    }) ?? "–";
}

/** What another currency does to prices, as an example; nothing where it stays. */
function currencyChange() {
  if (currency.value === base.currency || !currency.value) return "";
  const [before, after] = [base.currency_decimals, decimalsOf(currencies, currency.value)];
  const price = after === 0 ? 2 : 1.8;
  const example =
    `Nothing is converted: a price of ${amountIn(price, base.locale, base.currency, before)} ` +
    `becomes ${amountIn(price, base.locale, currency.value, after)}.`;
  const fewer =
    after < before
      ? ` ${currency.value} has ${after === 0 ? "no" : after} decimals: prices that have more must be changed first.`
      : "";
  return `${example}${fewer} Possible only while nothing is sold.`;
}

async function send() {
  if (save.disabled || save.ariaBusy === "true") return;
  save.ariaBusy = "true";
  problem.error = null;
  clearErrors(form);
  try {
    base = await api.settings_service.update_settings({ version: base.version, ...changes() });
    configure(base);
    show(base);
    changed("settings");
    toast("Saved the settings");
  } catch (error) {
    if (error instanceof ApiError && error.status === 409 && error.current)
      overtaken(/** @type {Settings} */ (/** @type {unknown} */ (error.current)));
    else if (!showErrors(form, error)) problem.error = error;
  } finally {
    save.ariaBusy = null;
  }
}

/**
 * Somebody else saved: what was not touched here becomes theirs, what was stays typed.
 * @param {Settings} current
 */
function overtaken(current) {
  const mine = changes();
  const theirs = differences(base, current);
  base = current;
  show({ ...current, ...mine });
  problem.error = new ApiError({
    status: 409,
    title: "Somebody else saved this meanwhile",
    detail:
      `${theirs} Save again to put yours in its place, or undo your changes to keep theirs.`.trim(),
  });
}

/** What somebody else changed, in words. @param {Settings} before @param {Settings} now */
const differences = (before, now) =>
  changedWords(before, now, [
    ["company", "Company"],
    ["currency", "Currency"],
    ["time_zone", "Time zone"],
    ["locale", "Dates and numbers"],
  ]);

/** @param {string} name */
function combobox(name) {
  return /** @type {Combobox} */ (form.querySelector(`cvd-combobox[name="${name}"]`));
}
