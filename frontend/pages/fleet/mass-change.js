/**
 * Changing many rows at once: a dialog that shows before what would change, and a way back after.
 * @module
 */
import { api, ApiError } from "../../api.js";
import { debounce, fill, h, icon } from "../../page/dom.js";
import { changed, toast, toastProblem } from "../../page/page.js";
import { inTurn } from "../../words/in-turn.js";
import { massLine, plannedLine } from "../../words/mass-words.js";
import { date } from "../../words/format.js";
import { openForm } from "../../components/dialog/dialog.js";
import { clearErrors, field, showErrors, textIn } from "../../components/field/field.js";
import { menu } from "../../components/menu/menu.js";
import { problemBox } from "../../components/problem/problem.js";
import { previewTable, previewWords } from "./mass-preview.js";

/** @typedef {import("../../api.js").Schemas["MassChange"]} MassChange */
/** @typedef {import("../../api.js").Schemas["MassChangePreview"]} Preview */
/** @typedef {import("../../api.js").Schemas["MassSelection"]} Selection */
/** @typedef {import("../../api.js").Schemas["PlannedChange"]} Planned */
/** @typedef {import("./mass-kinds.js").Kind} Kind */
/**
 * @typedef {object} Chosen
 * @property {Selection} selection
 * @property {string} rows in words: "12 devices"
 * @property {() => void} done the list is to be shown anew
 * @property {(driver_id: number) => string} [driver] how a driver is called
 */

const TYPING_MS = 300;
/** What other pages are told, by what was changed. @type {Record<MassChange["noun"], import("../../api.js").Noun[]>} */
const CHANGED = {
  device: ["device", "route", "mass_change"],
  product: ["product", "mass_change"],
  route: ["route", "mass_change"],
  slot: ["planogram", "stock", "device", "mass_change"],
};

/**
 * A button with a menu of what can be changed.
 * @param {Kind[]} kinds
 * @param {Chosen} chosen
 */
export const massMenu = (kinds, chosen) =>
  menu(
    "Change what is selected",
    kinds.map((kind) => ({
      label: kind.label,
      icon: kind.icon,
      run: () => openMassChange(kind, chosen),
    })),
    { text: "Change", icon: "pencil" },
  );

/**
 * A button of its own for what is changed most.
 * @param {Kind} kind
 * @param {Chosen} chosen
 */
export const massButton = (kind, chosen) =>
  h(
    "button",
    { class: "button", type: "button", onclick: () => openMassChange(kind, chosen) },
    icon(kind.icon),
    kind.label,
  );

/**
 * Asks what to change, shows what that means, and does it.
 * @param {Kind} kind
 * @param {Chosen} chosen
 */
function openMassChange(kind, { selection, rows, done, driver }) {
  // What it means is said aloud; the rows are there to be looked through.
  const said = h("div", { "aria-live": "polite" });
  const table = h("div");
  const box = h("section", { class: "mass-preview", "aria-label": "Preview" }, said, table);
  const tell = (
    /** @type {import("../../page/dom.js").Child} */ words,
    /** @type {import("../../page/dom.js").Child} */ parts = null,
  ) => {
    fill(said, words);
    fill(table, parts);
  };
  /** What the preview is of, and its digest: who sends before it shows agrees to what comes. */
  let seen = { of: "", digest: "" };
  const draw = (
    /** @type {import("./mass-kinds.js").Change} */ change,
    /** @type {Preview} */ preview,
  ) => {
    seen = { of: JSON.stringify(change), digest: preview.digest };
    tell(previewWords(preview), previewTable(preview, driver));
  };
  openForm({
    heading: kind.heading(rows),
    fields: [...kind.fields(), kind.mayWait && dayField()],
    after: box,
    action: kind.action,
    save: async (values) => {
      const change = kind.change(values);
      if (change === null) return false;
      const digest = seen.of === JSON.stringify(change) ? seen.digest : undefined;
      try {
        await doIt({ change, selection, digest }, textIn(values, "from_on"), done);
      } catch (error) {
        if (error instanceof ApiError && error.current)
          draw(change, /** @type {any} */ (error.current));
        throw error;
      }
      return true;
    },
  });
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const show = inTurn(async () => {
    clearErrors(form);
    try {
      const change = kind.change(new FormData(form));
      if (change === null) tell(h("p", { class: "muted" }, "What changes shows here."));
      else
        draw(
          change,
          await api.mass_change_service.create_mass_change_preview({ change, selection }),
        );
    } catch (error) {
      tell(showErrors(form, error) ? null : problemBox(error, show));
    }
  });
  form.addEventListener("input", debounce(show, TYPING_MS));
  show();
}

/**
 * Does it at once, or plans it for a day.
 * @param {Parameters<typeof api.mass_change_service.create_mass_change>[0]} asked
 * @param {string} from_on empty: at once
 * @param {() => void} done
 */
async function doIt(asked, from_on, done) {
  if (from_on === "") {
    finished(await api.mass_change_service.create_mass_change(asked), done);
    return;
  }
  const { change, selection } = asked;
  await planIt(/** @type {Planned["change"]} */ (change), selection, from_on);
  done();
}

/** From which day on, where it is not to be at once. */
const dayField = () =>
  field("From the day on", h("input", { class: "input", type: "date", name: "from_on" }), {
    wide: true,
    optional: true,
    pointer: "/from_on",
    hint: "Left empty, at once. What the preview says is reckoned anew on that day.",
  });

/**
 * @param {Planned["change"]} change
 * @param {Selection} selection
 * @param {string} from_on
 */
async function planIt(change, selection, from_on) {
  const asked = { change, selection, from_on };
  const planned = await api.planned_change_service.create_planned_change(asked);
  changed("planned_change");
  toast(`From ${date(from_on)} on: ${plannedLine(planned)}`, {
    action: "Undo",
    run: () => cancelPlanned(planned),
  });
}

/** Takes back what did not take effect yet, and says so. @param {Planned} planned */
export async function cancelPlanned(planned) {
  try {
    const { id: planned_change_id } = planned;
    await api.planned_change_service.cancel_planned_change({ planned_change_id });
    toast(`Planned no more: ${plannedLine(planned)}`);
  } catch (error) {
    toastProblem(error);
  }
  changed("planned_change");
}

/**
 * Takes a change back, and says so.
 * @param {MassChange} change
 * @param {() => void} done
 */
export async function takeBack(change, done) {
  try {
    const { id: mass_change_id } = change;
    await api.mass_change_service.undo_mass_change({ mass_change_id });
    toast(`Took back: ${massLine(change)}`);
  } catch (error) {
    toastProblem(error);
  }
  changed(...CHANGED[change.noun]);
  done();
}

/** @param {MassChange} change @param {() => void} done */
function finished(change, done) {
  changed(...CHANGED[change.noun]);
  done();
  toast(massLine(change), { action: "Undo", run: () => takeBack(change, done) });
}
