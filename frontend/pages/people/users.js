import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  number,
  start,
  toast,
  toastProblem,
  units,
  unknown,
} from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { listPage, noMatch } from "../../page/list-page.js";
import { changedWords } from "../../words/conflict-words.js";
import { copyButton } from "../../components/copy/copy.js";
import { openDialog, openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { Filters } from "../../components/filters/filters.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { roleLabel, ROLES } from "../../words/roles.js";
import { openAccess } from "./user-access.js";
import { erase, showErased } from "./user-erasing.js";

/** @typedef {import("../../api.js").Schemas["User"]} User */

const table = byId("users", Table);
/** Who is looking. */
let myId = 0;

/** @type {import("../../components/table/table.js").Column<User>[]} */
const COLUMNS = [
  {
    name: "name",
    label: "Name",
    phone: "title",
    cell: ({ display_name, id }) => [
      display_name,
      id === myId && h("span", { class: "muted" }, " (you)"),
    ],
  },
  { name: "username", label: "Username", width: "12%", cell: ({ username }) => username },
  { name: "role", label: "Role", width: "10%", cell: ({ role }) => roleLabel(role) },
  {
    name: "email",
    label: "Email",
    width: "17%",
    phone: "hide",
    cell: ({ email }) => email ?? unknown("No address given"),
  },
  { name: "state", label: "State", width: "170px", cell: stateOf },
  { name: "ways_in", label: "Besides a password", width: "14%", phone: "hide", cell: waysOf },
  { name: "keys", label: "Keys", width: "72px", phone: "hide", cell: keysOf },
  { name: "actions", label: "Actions", width: "88px", phone: "end", cell: actionsOf },
];
const FILTERS = [
  {
    name: "role",
    label: "Role",
    options: ROLES.map(({ role, label }) => ({ value: role, label })),
  },
  {
    name: "disabled",
    label: "State",
    options: [
      { value: "false", label: "May sign in" },
      { value: "true", label: "Disabled" },
    ],
  },
];

start((page) => {
  myId = page.me.id;
  table.columns = COLUMNS;
  table.rowClass = ({ disabled_at }) => (disabled_at ? "muted" : "");
  table.empty = () => noMatch("user");
  table.open = (/** @type {User} */ user) => (user.erased_at ? showErased(user) : edit(user));
  byId("filters", Filters).filters = FILTERS;
  listPage({
    list: "users",
    page,
    table,
    filters: ["role", "disabled"],
    nouns: ["user", "everything"],
    begin: { label: "New user", run: create },
    operation: "user_service.list_users",
    narrowed: ({ role, disabled }) => ({
      role,
      disabled: disabled ? disabled === "true" : undefined,
    }),
    ask: (asked, _, signal) => api.user_service.list_users(asked, { signal }),
  });
});

/** @param {User} user */
function stateOf({ disabled_at, erased_at, password_change_due }) {
  if (erased_at) return status("idle", "Erased");
  if (disabled_at) return status("idle", "Disabled");
  return password_change_due ? status("warn", "One-time password") : status("ok", "May sign in");
}

/** What is asked besides the password, or in its place. @param {User} user */
function waysOf({ authenticator_app: hasApp, passkeys, linked_at }) {
  const ways = [
    ...(hasApp ? ["App"] : []),
    ...(passkeys > 0 ? [units(passkeys, "passkey")] : []),
    ...(linked_at ? ["Provider"] : []),
  ];
  if (ways.length === 0) return unknown("The password alone signs them in");
  return ways.join(", ").replace(/^p/, "P");
}

/** @param {User} user */
function keysOf({ api_keys }) {
  return api_keys === 0 ? unknown("No API keys") : number(api_keys);
}

/** @param {User} user */
function actionsOf(user) {
  if (user.erased_at) return "";
  const holder = menu(`Actions for ${isolated(user.display_name)}`, [
    { label: "Edit", icon: "pencil", run: () => edit(user) },
    { label: "How they get in", icon: "shield-check", run: () => openAccess(user) },
    ...(user.id === myId
      ? []
      : [{ label: "Reset password", icon: "key-round", run: () => reset(user) }]),
    null,
    user.disabled_at
      ? { label: "Enable", icon: "check", run: () => setDisabled(user, false) }
      : { label: "Disable", icon: "ban", danger: true, run: () => setDisabled(user, true) },
    ...(user.id === myId
      ? []
      : [
          {
            label: "Erase…",
            icon: "trash-2",
            danger: true,
            run: () => erase(user, (now) => table.put(now)),
          },
        ]),
  ]);
  holder.dataset.own = "";
  return holder;
}

/** @param {User} [user] */
function userFields(user) {
  return [
    field(
      "Name",
      h("input", {
        class: "input",
        name: "display_name",
        required: true,
        maxlength: 120,
        autocomplete: "off",
        value: user?.display_name ?? "",
      }),
      { hint: "As others see it" },
    ),
    field(
      "Username",
      h("input", {
        class: "input",
        name: "username",
        required: true,
        maxlength: 60,
        pattern: "[A-Za-z0-9][A-Za-z0-9._@+\\-]*",
        title: "Letters, digits and . _ @ + -",
        autocomplete: "off",
        autocapitalize: "none",
        spellcheck: "false",
        value: user?.username ?? "",
      }),
      { hint: "To sign in with" },
    ),
    ...(user?.id === myId
      ? []
      : [
          field(
            "Email",
            h("input", {
              class: "input",
              name: "email",
              type: "email",
              maxlength: 120,
              autocomplete: "off",
              value: user?.email ?? "",
            }),
            { optional: true, wide: true },
          ),
        ]),
    roleChoice(user?.role ?? "driver"),
  ];
}

/** @param {string} chosen */
function roleChoice(chosen) {
  return h(
    "fieldset",
    { class: "wide choice-cards" },
    h("legend", null, "Role"),
    ROLES.map(({ role, label, words }) =>
      h(
        "label",
        { class: "choice-card" },
        h("input", { type: "radio", name: "role", value: role, checked: role === chosen }),
        h("span", null, h("strong", null, label), h("span", { class: "muted" }, words)),
      ),
    ),
  );
}

/** @param {FormData} form */
function valuesOf(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
  // One's own email is on one's profile, where the password is asked.
  return {
    display_name: text("display_name"),
    username: text("username"),
    ...(form.has("email") ? { email: text("email") || null } : {}),
    role: /** @type {User["role"]} */ (text("role")),
  };
}

async function create() {
  let handOver = () => {};
  const isCreated = await openForm({
    heading: "New user",
    action: "Create user",
    before: h(
      "p",
      { class: "muted" },
      "You get a one-time password to hand over. At the first sign-in it is replaced by one that only the user knows.",
    ),
    fields: userFields(),
    save: async (form) => {
      // Nobody ever learns this first password: the one-time one takes its place at once.
      const user = await api.user_service.create_user({
        ...valuesOf(form),
        password: crypto.randomUUID(),
      });
      const { password } = await api.user_service.create_password_reset({ user_id: user.id });
      table.put({ ...user, password_change_due: true });
      changed("user");
      handOver = () => showPassword(user, password, `${isolated(user.display_name)} can sign in`);
    },
  });
  if (isCreated) handOver();
}

/** @param {User} user */
async function edit(user) {
  const only = await isOnlyAdmin(user);
  openEdit({
    row: user,
    heading: user.display_name,
    before: warningOf(user, only),
    fields: userFields(user),
    other: (base) => (only ? undefined : switchOf(user, base)),
    save: async ({ id, version }, form) => {
      const now = { user_id: id, version, ...valuesOf(form) };
      const saved = await api.user_service.update_user(now);
      table.put(saved);
      changed("user");
      toast(`Saved ${isolated(saved.display_name)}`);
    },
    differences,
    shown: (current) => table.put(current),
  });
}

/** Enables or disables a user. @param {User} user @param {() => User} now */
const switchOf = (user, now) => ({
  label: user.disabled_at ? "Enable" : "Disable",
  icon: user.disabled_at ? "check" : "ban",
  run: () => setDisabled(now(), !now().disabled_at),
});

/** What to know before changing this user. @param {User} user @param {boolean} only */
function warningOf(user, only) {
  if (only)
    return h(
      "p",
      { class: "hint-line" },
      icon("info"),
      "The only administrator can be neither disabled nor given another role. Make somebody " +
        "else an administrator first.",
    );
  if (user.id === myId)
    return h(
      "p",
      { class: "hint-line" },
      icon("info"),
      "This is you. With another role you are signed out and can no longer open this page. " +
        "Your email and your password are on your profile.",
    );
  return h(
    "p",
    { class: "muted" },
    "Another role ends the user's sessions; it holds from the next sign-in.",
  );
}

/** @param {User} user */
async function isOnlyAdmin(user) {
  if (user.role !== "admin" || user.disabled_at) return false;
  const { items } = await api.user_service.list_users({ role: "admin", disabled: false, limit: 2 });
  return items.length === 1;
}

/** What somebody else changed, in words. @param {User} before @param {User} now */
const differences = (before, now) =>
  changedWords(before, now, [
    ["display_name", "Name"],
    ["username", "Username"],
    ["email", "Email"],
    ["role", "Role", roleLabel],
    ["disabled_at", "The user", (time) => (time ? "disabled" : "enabled")],
  ]);

/** @param {User} user */
async function reset(user) {
  let handOver = () => {};
  const isReset = await openForm({
    heading: `Reset the password of ${isolated(user.display_name)}`,
    action: "Reset password",
    danger: true,
    before: h(
      "p",
      null,
      "The present password stops working and every session ends. You get a one-time password to hand over.",
    ),
    fields: [],
    save: async () => {
      const { password } = await api.user_service.create_password_reset({ user_id: user.id });
      table.put({ ...user, password_change_due: true });
      changed("user");
      handOver = () =>
        showPassword(user, password, `New password for ${isolated(user.display_name)}`);
    },
  });
  if (isReset) handOver();
}

/** @param {User} user @param {string} password @param {string} heading */
function showPassword(user, password, heading) {
  openDialog({
    heading,
    content: [
      h(
        "p",
        null,
        "Hand this over now: it is shown once, is stored nowhere, and signs in once within a day.",
      ),
      h(
        "dl",
        { class: "facts" },
        h("div", null, h("dt", null, "Username"), h("dd", { class: "mono" }, user.username)),
        h(
          "div",
          null,
          h("dt", null, "One-time password"),
          h("dd", { class: "mono", id: "one-time-password" }, password),
        ),
      ),
      h(
        "div",
        { class: "bar" },
        copyButton("Copy password", password),
        copyButton("Copy both", `${user.username}\n${password}`),
      ),
    ],
  });
}

/** @param {User} user @param {boolean} disabled */
async function setDisabled(user, disabled) {
  try {
    const done = await api.user_service.update_user({
      user_id: user.id,
      version: user.version,
      disabled,
    });
    table.put(done);
    changed("user");
    toast(
      disabled
        ? `Disabled ${isolated(done.display_name)}: signed out everywhere`
        : `Enabled ${isolated(done.display_name)}`,
      { action: "Undo", run: () => setDisabled(done, !disabled) },
    );
  } catch (error) {
    toastProblem(error);
    table.refresh();
  }
}
