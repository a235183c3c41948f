/**
 * How long things are kept, for administrators: chosen, seen what would go, then saved.
 * @module
 */
import { inTurn } from "../../words/in-turn.js";
import { api, changed, dateTime, fill, h, link, toast, toastProblem } from "../../page/page.js";
import { confirmed } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { choices, daysWords, goingWords, KEPT } from "../../words/kept-words.js";

/** @typedef {import("../../api.js").Schemas["Retention"]} Retention */
/** @typedef {import("../../api.js").Schemas["PastCount"]} PastCount */

/** Shows the settings in `place`. @param {HTMLElement} place */
export async function showRetention(place) {
  show(place, await api.retention_service.get_retention());
}

/** @param {HTMLElement} place @param {Retention} base */
function show(place, base) {
  const going = h("p", { role: "status", class: "muted", id: "going" });
  const save = h("button", { class: "button primary", type: "submit" }, "Save what is kept");
  const undo = h("button", { class: "button plain", type: "button" }, "Undo");
  const form = h(
    "form",
    { class: "stack loose", novalidate: true },
    h("div", { class: "form" }, fields(base)),
    placeSwitch(base),
    going,
    h("div", { class: "bar" }, save, undo),
  );
  /** @type {PastCount[]} */
  let items = [];
  const look = inTurn(async () => {
    const preview = await api.removal_service.preview_removal(asked(form));
    items = preview.items;
    fill(going, whatGoes(items, preview.runs_at));
  });
  const touched = () => {
    const isTouched = Object.keys(changes(form, base)).length > 0;
    save.disabled = !isTouched;
    undo.hidden = !isTouched;
    look().catch(toastProblem);
  };
  form.addEventListener("change", touched);
  undo.onclick = () => show(place, base);
  form.onsubmit = (event) => {
    event.preventDefault();
    look()
      .then(() => send(place, form, base, items))
      .catch(toastProblem);
  };
  fill(place, form);
  touched();
}

/** @param {Retention} base */
const fields = (base) =>
  KEPT.map(({ setting, label, hint, days }) =>
    field(
      label,
      h(
        "select",
        { class: "select", name: setting },
        choices(days, base[setting]).map((value) =>
          h("option", { value, selected: value === String(base[setting] ?? "") }, daysWords(value)),
        ),
      ),
      { hint },
    ),
  );

/** @param {Retention} base */
const placeSwitch = (base) =>
  h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "scopes" },
      h(
        "label",
        null,
        h("input", {
          type: "checkbox",
          name: "keeps_photo_places",
          checked: base.keeps_photo_places,
        }),
        "Photos keep the place where they were taken",
      ),
    ),
    h(
      "p",
      { class: "muted small" },
      "Who sees a photo can then read the place out of its file. It holds for photos that are added from now on.",
    ),
  );

/** What the form says. @param {HTMLFormElement} form @returns {Omit<Retention, "version">} */
function valuesOf(form) {
  const values = new FormData(form);
  const days = Object.fromEntries(
    KEPT.map(({ setting }) => {
      const value = values.get(setting);
      return [setting, value === "" ? null : Number(value)];
    }),
  );
  return /** @type {any} */ ({ ...days, keeps_photo_places: values.has("keeps_photo_places") });
}

/** @param {HTMLFormElement} form @param {Retention} base @returns {Partial<Retention>} */
const changes = (form, base) =>
  Object.fromEntries(
    Object.entries(valuesOf(form)).filter(
      ([name, value]) => value !== base[/** @type {keyof Retention} */ (name)],
    ),
  );

/** What a preview is asked for: for ever is left out. @param {HTMLFormElement} form */
function asked(form) {
  const { keeps_photo_places: _, ...days } = valuesOf(form);
  return Object.fromEntries(Object.entries(days).filter(([, value]) => value !== null));
}

/** @param {PastCount[]} items @param {string | null} runsAt */
function whatGoes(items, runsAt) {
  const what = goingWords(items);
  const when = link("/schedules", runsAt ? dateTime(runsAt) : "no time is set");
  return what
    ? ["Goes with the next removal (", when, "): ", h("strong", null, what), "."]
    : ["Nothing is past its time. Next removal: ", when, "."];
}

/**
 * Saves; where files of audits go by it, once it was said that they do.
 * @param {HTMLElement} place @param {HTMLFormElement} form @param {Retention} base
 * @param {PastCount[]} items
 */
async function send(place, form, base, items) {
  const now = changes(form, base);
  const lost = items.filter(({ setting }) => setting in now);
  const what = goingWords(lost);
  if (what && !(await isSure(what))) return;
  try {
    const saved = await api.retention_service.update_retention({ version: base.version, ...now });
    show(place, saved);
    changed("retention");
    toast("Saved what is kept");
  } catch (error) {
    toastProblem(error);
    await showRetention(place);
  }
}

/** @param {string} what */
const isSure = (what) =>
  confirmed({
    heading: "Let these go?",
    text: `With the next removal go: ${what}. They cannot be brought back but from a backup.`,
    action: "Save what is kept",
  });
