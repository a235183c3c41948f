/**
 * Erasing a person, for an administrator: said in words what happens, then the name typed.
 * @module
 */
import { api, ApiError, changed, dateTime, h, isolated, link } from "../../page/page.js";
import { JobProgress } from "../../components/job/job.js";
import { openDialog, openForm } from "../../components/dialog/dialog.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { passwordField } from "./password-field.js";

/** @typedef {import("../../api.js").Schemas["User"]} User */

/** Asks, and erases; `done` with what is left. @param {User} user @param {(now: User) => void} done */
export async function erase(user, done) {
  const name = isolated(user.display_name);
  let jobId = 0;
  const isErased = await openForm({
    heading: `Erase ${name}`,
    action: "Erase for good",
    danger: true,
    before: whatHappens(user),
    fields: [
      field("Name", textInput("name", "", { required: true, maxlength: 120 }), {
        wide: true,
        hint: `Type ${name} to go on`,
      }),
      passwordField({ label: "Your password" }),
    ],
    save: async (form) => {
      if (textIn(form, "name") !== user.display_name) throw otherName(user);
      const erased = await api.erasure_service.erase_user({
        user_id: user.id,
        version: user.version,
        current_password: String(form.get("current_password")),
      });
      jobId = erased.job_id;
      done(erased.user);
      changed("user");
    },
    conflict: (/** @type {User} */ now) => {
      user = now;
      return "Somebody else changed this user. Look at who it is, then erase again.";
    },
  });
  if (isErased) showProgress(name, jobId);
}

/** @param {User} user */
const whatHappens = ({ id }) =>
  h(
    "div",
    { class: "stack" },
    h("p", null, h("strong", null, "This cannot be undone.")),
    h(
      "ul",
      null,
      h(
        "li",
        null,
        `Name and username become “Former user ${id}” and the email goes, in the audit log and in ` +
          "all that was done, too.",
      ),
      h("li", null, "Every way in ends: sessions, API keys, second factor, the provider."),
      h("li", null, "Visits, counts, orders and photos stay, under the number."),
      h(
        "li",
        null,
        "Backups that were made before still have the name, and so have notes in which somebody typed it.",
      ),
    ),
  );

/** @param {User} user */
const otherName = ({ display_name }) =>
  new ApiError({
    status: 422,
    title: "This is another name",
    detail: "The name that you typed is another.",
    errors: [{ pointer: "/name", message: `is not ${isolated(display_name)}` }],
  });

/** How far the names are taken out. @param {string} name @param {number} jobId */
function showProgress(name, jobId) {
  const progress = new JobProgress();
  openDialog({
    heading: `${name} is erased`,
    content: [
      h("p", null, "The name is being taken out of what was written before. It goes on by itself."),
      progress,
    ],
  });
  progress.follow(jobId);
}

/** What there is to say of somebody who was erased. @param {User} user */
export function showErased({ id, display_name, erased_at }) {
  openDialog({
    heading: display_name,
    content: [
      h("p", null, `This person was erased on ${dateTime(erased_at ?? "")}.`),
      h("p", null, link(`/audit-log?user_id=${id}`, "What they did"), " stays under the number."),
    ],
  });
}
