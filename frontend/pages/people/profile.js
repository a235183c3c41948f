import { inTurn } from "../../words/in-turn.js";
import "../../components/new-password/new-password.js";
import {
  api,
  ApiError,
  byId,
  changed,
  fill,
  h,
  isolated,
  keys,
  onChanged,
  start,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { changedWords } from "../../words/conflict-words.js";
import { clearErrors, field, showErrors, textIn, textInput } from "../../components/field/field.js";
import { NewPassword } from "../../components/new-password/new-password.js";
import { Problem } from "../../components/problem/problem.js";
import { roleLabel, roleWords } from "../../words/roles.js";
import { keysList, makeKey, mayRevoke } from "./api-keys.js";
import { canMake, makePasskey, ownPasskeys } from "./passkey-list.js";
import { factorShown } from "./second-factor.js";
import { placesList, placeWords } from "./signed-in-places.js";
import { familiesList } from "./token-families.js";

const form = byId("password", HTMLFormElement);
const problem = byId("problem", Problem);
const button = byId("change", HTMLButtonElement);
const themes = byId("themes");
const present = /** @type {HTMLInputElement} */ (form.elements.namedItem("current_password"));
const wanted = /** @type {NewPassword} */ (form.querySelector("cvd-new-password"));

const theme = localStorage.getItem("cvd-theme") ?? "auto";
for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (themes.querySelectorAll("input")))
  choice.checked = choice.value === theme;
themes.addEventListener("change", (event) => {
  localStorage.setItem("cvd-theme", /** @type {HTMLInputElement} */ (event.target).value);
  dispatchEvent(new Event("theme-chosen"));
});

/** @typedef {import("../../api.js").Schemas["Me"]} Me */

/** Who is signed in. @type {Me} */
let me;

start((page) => {
  showMe(page.me);
  byId("username", HTMLInputElement).value = me.username;
  byId("due").hidden = !me.password_change_due;
  byId("factor-due").hidden = !me.second_factor_due;
  byId("password-section").hidden = !me.password_change_due && me.second_factor_due;
  byId("present").hidden = me.password_change_due;
  byId("theme-section").hidden = isHeld(me);
  byId("factor-section").hidden = me.password_change_due;
  byId("passkeys-section").hidden = me.password_change_due;
  byId("places-section").hidden = isHeld(me);
  byId("keys-section").hidden = isHeld(me);
  wanted.avoid = () => [me.username, ...me.display_name.split(" ")];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change(me.password_change_due);
  });
  if (page.may("session_service.update_me")) {
    byId("edit").hidden = isHeld(me);
    byId("edit").onclick = edit;
  }
  byId("new-passkey").onclick = () => makePasskey(showWaysIn).catch(toastProblem);
  byId("sign-out").onclick = signOut;
  if (me.password_change_due) {
    wanted.focus();
    return;
  }
  if (me.second_factor_due) {
    showFactor().catch(toastProblem);
    return;
  }
  keys({ e: ["Edit your name and email", edit] });
  showWaysIn();
  byId("end-others").onclick = endOthers;
  byId("new-key").onclick = newKey;
  const renew = inTurn(async () => showMe(await api.session_service.get_me()));
  onChanged(["user", "everything"], () => {
    renew().catch(toastProblem);
    showWaysIn();
  });
});

/** Something is to be done before anything else works. @param {Me} user */
const isHeld = (user) => user.password_change_due || user.second_factor_due;

/** The shell has to learn what this user may do from now on. */
const beginAnew = () => (window.parent === window ? window : window.parent).location.assign("/");

/** @param {Me} now */
function showMe(now) {
  me = now;
  fill(
    byId("facts"),
    fact("Name", me.display_name),
    fact("Username", me.username),
    me.email && fact("Email", me.email),
    fact("Role", [roleLabel(me.role), h("p", { class: "muted small" }, roleWords(me.role))]),
  );
}

/** @param {string} label @param {import("../../page/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

function edit() {
  const email = textInput("email", me.email, {
    type: "email",
    maxlength: 120,
    autocomplete: "email",
  });
  const password = passwordField();
  email.addEventListener("input", () => {
    password.hidden = email.value.trim() === (me.email ?? "");
  });
  const name = { required: true, maxlength: 120, autocomplete: "name" };
  openEdit({
    row: me,
    heading: "Your name and email",
    fields: [
      field("Name", textInput("display_name", me.display_name, name), {
        wide: true,
        hint: "As others see it",
      }),
      field("Email", email, { optional: true, wide: true }),
      password,
    ],
    save: async ({ version }, values) => {
      const typed = String(values.get("current_password"));
      showMe(
        await api.session_service.update_me({
          version,
          display_name: textIn(values, "display_name"),
          email: email.value.trim() || null,
          ...(password.hidden || typed === "" ? {} : { current_password: typed }),
        }),
      );
      changed("user");
      toast("Saved your profile");
    },
    differences: (before, now) =>
      changedWords(before, now, [
        ["display_name", "Name"],
        ["email", "Email"],
      ]),
    shown: () => {},
  });
}

/** Hidden until another email is typed. */
function passwordField() {
  const input = textInput("current_password", "", {
    type: "password",
    maxlength: 1000,
    autocomplete: "current-password",
  });
  const password = field("Present password", input, {
    wide: true,
    hint: "Asked for another email, because it leads to your account",
  });
  password.hidden = true;
  return password;
}

/** @param {boolean} wasDue */
async function change(wasDue) {
  if (button.ariaBusy === "true") return;
  problem.error = null;
  clearErrors(form);
  const missing = [
    ...(present.value === "" && !wasDue
      ? [{ pointer: "/current_password", message: "Type the password you have now" }]
      : []),
    ...(wanted.value.length < 8
      ? [{ pointer: "/new_password", message: "At least 8 characters, please" }]
      : []),
  ];
  if (missing.length > 0) {
    showErrors(
      form,
      new ApiError({ status: 422, title: "Something is missing", detail: "", errors: missing }),
    );
    return;
  }
  button.ariaBusy = "true";
  try {
    // Who signed in with a one-time password has used it up: only the new one is asked for.
    await api.session_service.change_password({
      new_password: wanted.value,
      ...(wasDue ? {} : { current_password: present.value }),
    });
    if (wasDue) {
      beginAnew();
      return;
    }
    present.value = "";
    wanted.value = "";
    toast("Password changed");
  } catch (error) {
    if (!showErrors(form, error)) problem.error = error;
  } finally {
    button.ariaBusy = null;
  }
}

function showWaysIn() {
  if (me.second_factor_due) {
    // It was the last thing to be done before the rest.
    beginAnew();
    return;
  }
  showFactor().catch(toastProblem);
  showPlaces().catch(toastProblem);
  showKeys().catch(toastProblem);
  showFamilies().catch(toastProblem);
}

/** What is asked besides the password, or in its place. */
async function showFactor() {
  const [factor, { items }, offer] = await Promise.all([
    api.second_factor_service.get_second_factor(),
    api.passkey_service.list_passkeys(),
    api.passkey_sign_in_service.get_offer(),
  ]);
  const renew = () => showWaysIn();
  fill(byId("factor"), factorShown(factor, items.length > 0, renew));
  fill(byId("passkeys"), ownPasskeys(items, offer, renew));
  byId("new-passkey").hidden = !canMake(offer);
}

async function showPlaces() {
  const { items } = await api.open_session_service.list_sessions();
  byId("end-others").hidden = items.length < 2;
  fill(byId("places"), placesList(items, endPlace));
}

/** @param {import("./signed-in-places.js").Session} place */
async function endPlace({ id, device }) {
  try {
    await api.open_session_service.delete_own_session({ session_id: id });
    toast(`Signed out on ${isolated(placeWords(device))}`);
  } catch (error) {
    toastProblem(error);
  }
  await showPlaces();
}

async function endOthers() {
  try {
    const { ended } = await api.open_session_service.delete_other_sessions();
    toast(`Signed out in ${units(ended, "other place")}`);
  } catch (error) {
    toastProblem(error);
  }
  await showPlaces();
}

async function showKeys() {
  const { items } = await api.api_key_service.list_api_keys();
  fill(byId("keys"), keysList(items, revokeKey, "None: programs that work in your name need one."));
}

async function newKey() {
  try {
    if (await makeKey()) await showKeys();
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {import("./api-keys.js").ApiKey} key */
async function revokeKey(key) {
  if (!(await mayRevoke(key))) return;
  try {
    await api.api_key_service.delete_api_key({ api_key_id: key.id });
    toast(`Revoked ${isolated(key.name)}`);
    changed("user");
  } catch (error) {
    toastProblem(error);
  }
  await Promise.all([showKeys(), showFamilies()]);
}

async function showFamilies() {
  const { items } = await api.token_family_service.list_token_families();
  byId("families-section").hidden = items.length === 0;
  fill(byId("families"), items.length > 0 && familiesList(items, endFamily));
}

/** @param {import("./token-families.js").TokenFamily} family */
async function endFamily({ id, name }) {
  try {
    await api.token_family_service.delete_token_family({ token_family_id: id });
    toast(`Ended the tokens of ${isolated(name)}`);
  } catch (error) {
    toastProblem(error);
  }
  await showFamilies();
}

async function signOut() {
  await api.session_service.delete_session();
  (window.parent === window ? window : window.parent).location.assign("/pages/login.html");
}
