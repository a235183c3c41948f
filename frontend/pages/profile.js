import "../components/new-password/new-password.js";
import { api, ApiError, byId, fill, h, start, toast } from "../modules/page.js";
import { clearErrors, showErrors } from "../components/field/field.js";
import { NewPassword } from "../components/new-password/new-password.js";
import { Problem } from "../components/problem/problem.js";
import { roleLabel, roleWords } from "../modules/roles.js";

const form = byId("password", HTMLFormElement);
const problem = byId("problem", Problem);
const button = byId("change", HTMLButtonElement);
const themes = byId("themes");
const present = /** @type {HTMLInputElement} */ (form.elements.namedItem("current_password"));
const wanted = /** @type {NewPassword} */ (form.querySelector("cvd-new-password"));

const theme = localStorage.getItem("cvd-theme") ?? "auto";
for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (themes.querySelectorAll("input"))) choice.checked = choice.value === theme;
themes.addEventListener("change", (event) => {
  localStorage.setItem("cvd-theme", /** @type {HTMLInputElement} */ (event.target).value);
  dispatchEvent(new Event("theme-chosen"));
});

start(({ me }) => {
  fill(byId("facts"),
    fact("Name", me.display_name),
    fact("User name", me.username),
    me.email && fact("Email", me.email),
    fact("Role", [roleLabel(me.role), h("p", { class: "muted small" }, roleWords(me.role))]));
  byId("username", HTMLInputElement).value = me.username;
  byId("due").hidden = !me.password_change_due;
  byId("theme-section").hidden = me.password_change_due;
  wanted.avoid = () => [me.username, ...me.display_name.split(" ")];
  form.addEventListener("submit", (event) => { event.preventDefault(); change(me.password_change_due); });
  byId("sign-out").onclick = signOut;
  if (me.password_change_due) present.focus();
});

/** @param {string} label @param {import("../modules/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** @param {boolean} wasDue */
async function change(wasDue) {
  if (button.ariaBusy === "true") return;
  problem.error = null;
  clearErrors(form);
  const missing = [
    ...(present.value === "" ? [{ pointer: "/current_password", message: "Type the password you have now" }] : []),
    ...(wanted.value.length < 8 ? [{ pointer: "/new_password", message: "At least 8 characters, please" }] : []),
  ];
  if (missing.length > 0) {
    showErrors(form, new ApiError({ status: 422, title: "Something is missing", detail: "", errors: missing }));
    return;
  }
  button.ariaBusy = "true";
  try {
    await api.session_service.change_password({ current_password: present.value, new_password: wanted.value });
    if (wasDue) {
      // The shell has to learn what this user may do from now on.
      (window.parent === window ? window : window.parent).location.assign("/");
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

async function signOut() {
  await api.session_service.delete_session();
  (window.parent === window ? window : window.parent).location.assign("/pages/login.html");
}
