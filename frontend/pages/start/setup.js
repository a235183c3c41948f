import "../../components/components.js";
import "../../components/new-password/new-password.js";
import "../../page/tip.js";
import { api, ApiError } from "../../api.js";
import { Combobox } from "../../components/combobox/combobox.js";
import { empty } from "../../components/empty/empty.js";
import { clearErrors, Field, showErrors } from "../../components/field/field.js";
import { NewPassword } from "../../components/new-password/new-password.js";
import { Problem, problemBox } from "../../components/problem/problem.js";
import {
  browserTimeZone,
  currencyChoice,
  decimalsOf,
  findCurrencies,
  findLocales,
  findTimeZones,
  localeChoice,
  sample,
  timeZoneChoice,
} from "../../words/conventions.js";
import { byId, fill, fromTemplate, h } from "../../page/dom.js";

/** @typedef {NonNullable<import("../../api.js").Schemas["SetupState"]["defaults"]>} Defaults */

const content = byId("content");

try {
  const [{ defaults }, currencies] = await Promise.all([
    api.setup_service.get_setup(),
    api.settings_service.list_currencies(),
  ]);
  if (defaults) show(defaults, currencies);
  else over();
} catch (error) {
  fill(
    content,
    problemBox(error, () => location.reload()),
  );
}
content.ariaBusy = null;

/** The setup is behind us: the way on is to sign in. */
function over() {
  fill(
    content,
    empty({
      icon: "circle-check",
      heading: "CVD is set up already",
      text: "There is an administrator, so this page has nothing left to do. Who needs an account asks them.",
      action: h("a", { class: "button primary", href: "/pages/login.html" }, "Sign in"),
    }),
  );
}

/**
 * @param {Defaults} defaults
 * @param {import("../../words/conventions.js").Currencies} currencies
 */
function show(defaults, currencies) {
  const form = /** @type {HTMLFormElement} */ (fromTemplate("form"));
  fill(content, form);
  let token = tokenIn(location.hash);

  const currency = combobox(
    form,
    "currency",
    findCurrencies(currencies),
    currencyChoice(defaults.currency),
  );
  const timeZone = combobox(
    form,
    "time_zone",
    findTimeZones(defaults.time_zones),
    timeZoneChoice(timeZoneOf(defaults)),
  );
  const locale = combobox(form, "locale", findLocales, localeChoice(localeOf(defaults)));
  const drawSample = () => {
    byId("sample").textContent =
      sample({
        currency: currency.value,
        currency_decimals: decimalsOf(currencies, currency.value),
        time_zone: timeZone.value,
        locale: locale.value,
      }) ?? "–";
  };
  for (const each of [currency, timeZone, locale]) each.addEventListener("choose", drawSample);
  drawSample();

  input(form, "company").value = defaults.company;
  password(form).avoid = () => [input(form, "username").value, input(form, "company").value];
  byId("link").hidden = token !== "";
  if (!defaults.example_available) {
    for (const each of form.querySelectorAll("[name=load_example]")) {
      const way = /** @type {HTMLInputElement} */ (each);
      way.disabled = way.value !== "";
    }
    byId("example-words").textContent =
      "Not in this installation: the file cvd.db.example is missing.";
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, token);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  // Pasted into the tab that shows this page already, the link changes nothing but the hash.
  addEventListener("hashchange", () => {
    const newer = tokenIn(location.hash);
    if (newer === "") return;
    token = newer;
    dropAskingForLink(form);
  });
  input(form, token === "" ? "token" : "display_name").focus();
}

/** @param {HTMLFormElement} form @param {string} token */
async function send(form, token) {
  const submit = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  if (submit.ariaBusy === "true") return;
  const problem = /** @type {Problem} */ (form.querySelector("cvd-problem"));
  problem.error = null;
  clearErrors(form);
  const values = valuesOf(form, token);
  const missing = missingIn(values);
  if (missing.length > 0) {
    showErrors(
      form,
      new ApiError({ status: 422, title: "Something is missing", detail: "", errors: missing }),
    );
    return;
  }
  submit.ariaBusy = "true";
  byId("progress").textContent = values.load_example
    ? "Creating the administrator and loading the example fleet: a few seconds."
    : "";
  try {
    await api.setup_service.create_setup(values);
    location.replace("/");
    return;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) over();
    else if (error instanceof ApiError && error.status === 403) askForLink(form);
    else if (!showErrors(form, error)) {
      problem.error = error;
      problem.scrollIntoView({ block: "center" });
    }
  }
  submit.ariaBusy = null;
  byId("progress").textContent = "";
}

/** The link that was opened has been followed by a newer one. @param {HTMLFormElement} form */
function askForLink(form) {
  byId("link").hidden = false;
  input(form, "token").value = "";
  fieldOf(form, "/token").error = "This link no longer works. Paste the one that CVD printed last.";
  input(form, "token").focus();
}

/** @param {HTMLFormElement} form */
function dropAskingForLink(form) {
  if (byId("link").hidden) return;
  input(form, "token").value = "";
  fieldOf(form, "/token").error = "";
  byId("link").hidden = true;
  input(form, "display_name").focus();
}

/** @param {HTMLFormElement} form @param {string} token */
function valuesOf(form, token) {
  const values = new FormData(form);
  const text = (/** @type {string} */ name) => String(values.get(name) ?? "").trim();
  const pasted = text("token");
  return {
    token: pasted ? tokenIn(pasted) || pasted : token,
    username: text("username"),
    password: password(form).value,
    ...(text("display_name") ? { display_name: text("display_name") } : {}),
    company: text("company"),
    currency: text("currency"),
    time_zone: text("time_zone"),
    locale: text("locale"),
    load_example: text("load_example") === "true",
  };
}

/** @param {ReturnType<typeof valuesOf>} values */
function missingIn(values) {
  const asked = /** @type {[keyof typeof values, string][]} */ ([
    ["token", "Paste the link that CVD printed"],
    ["username", "Choose a name to sign in with"],
    ["password", "Choose a password"],
    ["company", "Say what the company is called"],
    ["currency", "Choose a currency"],
    ["time_zone", "Choose a time zone"],
    ["locale", "Choose how dates and numbers are written"],
  ]);
  const missing = asked
    .filter(([name]) => values[name] === "")
    .map(([name, message]) => ({ pointer: `/${name}`, message }));
  if (values.password && values.password.length < 8)
    missing.push({ pointer: "/password", message: "At least 8 characters, please" });
  return missing;
}

/** The code in a link such as `http://…/pages/setup.html#token=…`. @param {string} text */
function tokenIn(text) {
  return /[#&]token=([\w-]+)/.exec(text)?.[1] ?? "";
}

/**
 * The browser's zone, unless whoever installed CVD has said one or the server does not know it.
 * @param {Defaults} defaults
 */
function timeZoneOf({ time_zone, time_zones, stated }) {
  const zone = browserTimeZone();
  return !stated.includes("time_zone") && time_zones.includes(zone) ? zone : time_zone;
}

/**
 * The browser's language, unless one is stated or the contract does not take it.
 * @param {Defaults} defaults
 */
function localeOf({ locale, stated }) {
  const tag = navigator.language;
  return !stated.includes("locale") && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag)
    ? tag
    : locale;
}

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement} */
function input(form, name) {
  return /** @type {HTMLInputElement} */ (form.querySelector(`input[name="${name}"]`));
}

/** @param {HTMLFormElement} form @param {string} pointer @returns {Field} */
function fieldOf(form, pointer) {
  return /** @type {Field} */ (form.querySelector(`cvd-field[pointer="${pointer}"]`));
}

/** @param {HTMLFormElement} form */
function password(form) {
  return /** @type {NewPassword} */ (form.querySelector("cvd-new-password"));
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {(words: string) => Promise<import("../../components/combobox/combobox.js").Choice[]>}
 *   source
 * @param {import("../../components/combobox/combobox.js").Choice} chosen
 */
function combobox(form, name, source, chosen) {
  const element = /** @type {Combobox} */ (form.querySelector(`cvd-combobox[name="${name}"]`));
  element.source = source;
  element.chosen = chosen;
  return element;
}
