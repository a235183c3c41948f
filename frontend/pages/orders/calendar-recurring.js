/**
 * A day of a recurring visit in the calendar: looked at, moved, left out, and back again.
 * @module
 */
import { api, changed, date, h, isolated, link, toast } from "../../page/page.js";
import { openDialog, openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { dayStateWords } from "../../words/recurring-words.js";

/** @typedef {import("../../words/calendar-days.js").RecurringDay} RecurringDay */
/** What is wanted of a day. @typedef {{moved_to: string | null, left_out: boolean}} Wanted */
/**
 * @typedef {object} Around
 * @property {boolean} mayChange
 * @property {() => Promise<void>} changed shows what holds now
 * @property {(error: unknown) => void} refused
 */

/**
 * Moves a day or leaves it out, and offers to take that back. Rejects with what refuses it.
 * @param {RecurringDay} day
 * @param {Wanted} wanted
 * @param {() => Promise<void>} shown shows what holds now
 */
export async function changeDay(day, wanted, shown) {
  if (!wanted.left_out && wanted.moved_to === day.on && day.state !== "left_out") return;
  const now = await write(day, wanted);
  await shown();
  const words = wanted.left_out
    ? `Left out ${isolated(day.name)} on ${date(day.on)}`
    : `${isolated(day.name)} is on ${date(now.on)}`;
  const before = { moved_to: placeOf(day), left_out: day.state === "left_out" };
  toast(words, {
    action: "Undo",
    run: async () => {
      try {
        await write(day, before.left_out ? { ...before, moved_to: null } : before);
      } finally {
        // Where it is refused, it is an order by now, and that shows.
        await shown();
      }
    },
  });
}

/** Where it was moved to; null where the rhythm has it. @param {RecurringDay} day */
const placeOf = ({ day, on }) => (on === day ? null : on);

/** @param {RecurringDay} day @param {Wanted} wanted */
async function write({ recurring_visit_id, day }, { moved_to, left_out }) {
  const written = await api.recurring_day_service.update_recurring_day({
    recurring_visit_id,
    day,
    moved_to: moved_to === day ? null : moved_to,
    left_out,
  });
  changed("service_order");
  return written;
}

/**
 * The same by typing; resolves when the form is gone.
 * @param {RecurringDay} day
 * @param {() => Promise<void>} shown
 */
export function askDay(day, shown) {
  const input = h("input", {
    class: "input",
    type: "date",
    name: "moved_to",
    value: day.on,
    required: true,
  });
  return openForm({
    heading: `Move ${isolated(day.name)} of ${date(day.on)}`,
    action: "Move this day",
    fields: [field("Date", input, { hint: "The other days stay as they are" })],
    save: (form) =>
      changeDay(day, { moved_to: String(form.get("moved_to")), left_out: false }, shown),
  });
}

/** What it is, and what can be done with it. @param {RecurringDay} day @param {Around} around */
export function openDay(day, around) {
  const { dialog } = openDialog({
    heading: isolated(day.name),
    content: [
      h("p", null, `${date(day.on)}: ${dayStateWords(day)[1].toLowerCase()}.`),
      day.problem && h("p", { class: "warn" }, day.problem),
      day.on !== day.day && h("p", { class: "muted" }, `Moved from ${date(day.day)}.`),
      around.mayChange &&
        h(
          "div",
          { class: "bar" },
          ways(day, around).map(({ label, run }) =>
            h(
              "button",
              {
                class: "button",
                type: "button",
                onclick: () => {
                  dialog.close();
                  run().catch(around.refused);
                },
              },
              label,
            ),
          ),
          link("/recurring-visits", "All recurring visits"),
        ),
    ],
  });
}

/** @param {RecurringDay} day @param {Around} around */
function ways(day, { changed: shown }) {
  const back = {
    label: "Take it in again",
    run: () => changeDay(day, { moved_to: null, left_out: false }, shown),
  };
  const move = { label: "Move this day", run: () => Promise.resolve(askDay(day, shown)) };
  const leave = {
    label: "Leave this day out",
    run: () => changeDay(day, { moved_to: null, left_out: true }, shown),
  };
  return day.state === "left_out" ? [back] : [move, leave];
}
