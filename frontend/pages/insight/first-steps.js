/**
 * What an installation does once, on Today until it is done or put away.
 * @module
 */
import {
  api,
  byId,
  changed,
  fill,
  h,
  icon,
  link,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { isUnderWay, progressWords, stepWords } from "../../words/first-steps.js";

/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("../../words/first-steps.js").Step} Step */

/**
 * Shows the steps that are left, to whoever may take them.
 * @param {Page} page
 * @param {boolean} isEmpty nothing is here yet that figures could be of
 */
export async function showFirstSteps(page, isEmpty) {
  const place = byId("first-steps");
  place.classList.toggle("begin", isEmpty);
  if (!page.may("first_steps_service.get_first_steps")) {
    place.hidden = !isEmpty;
    fill(place, isEmpty && nothingYet("A manager begins with the first machine.", null));
    return;
  }
  const { hidden, steps } = await api.first_steps_service.get_first_steps();
  const isShown = !hidden && isUnderWay(steps);
  place.hidden = !isShown && !isEmpty;
  if (isShown) fill(place, heading(steps), list(steps, isEmpty), isEmpty && otherWays(page));
  else fill(place, isEmpty && nothingYet("", hidden ? again() : null));
}

/** @param {string} text @param {HTMLElement | null} action */
const nothingYet = (text, action) =>
  empty({
    icon: "house",
    heading: "Nothing to show yet",
    text: `Figures appear here once there is a machine. ${text}`.trim(),
    action,
  });

const again = () =>
  h(
    "button",
    { class: "button", type: "button", onclick: () => putAway(false) },
    "Show the first steps",
  );

/** @param {Step[]} steps */
const heading = (steps) =>
  h(
    "header",
    null,
    h("h2", null, "First steps"),
    h("span", { class: "count" }, progressWords(steps)),
    h(
      "button",
      {
        class: "button plain end",
        type: "button",
        "data-tip": "Puts them away for everybody here",
        onclick: () => putAway(true),
      },
      "Hide",
    ),
  );

/**
 * Those that are done in one line each, then what is left.
 * @param {Step[]} steps
 * @param {boolean} isAlone nothing else on the page is more important
 */
function list(steps, isAlone) {
  const left = steps.filter(({ done }) => !done);
  return h(
    "ol",
    { class: "steps" },
    steps.filter(({ done }) => done).map(doneStep),
    left.map((step, index) => openStep(step, isAlone && index === 0)),
  );
}

/** @param {Step} step */
const doneStep = (step) =>
  h(
    "li",
    { class: "is-done" },
    icon("circle-check"),
    h("span", null, stepWords(step).heading, h("span", { class: "visually-hidden" }, ", done")),
  );

/** @param {Step} step @param {boolean} isNext */
function openStep(step, isNext) {
  const { heading: words, why, action, to } = stepWords(step);
  return h(
    "li",
    null,
    h("span", { class: "ring", "aria-hidden": "true" }),
    h("div", { class: "what" }, h("h3", null, words), h("p", { class: "muted" }, why)),
    h("a", { class: isNext ? "button primary" : "button", href: `/#${to}` }, action),
  );
}

/** Other beginnings than an audit. @param {Page} page */
const otherWays = ({ may }) => [
  h(
    "p",
    { class: "muted" },
    "Machines that do not report are counted by hand and work as well. Many of them, or products, ",
    "come in at once by ",
    link("/import", "Import"),
    ".",
  ),
  may("example_service.create_example_fleet") &&
    h(
      "p",
      { class: "muted" },
      "Only looking around? ",
      h(
        "button",
        { class: "button", type: "button", onclick: loadExample },
        "Load the example fleet",
      ),
      " 24 machines in 3 routes with 60 days of audits.",
    ),
];

/** For everybody of the company. @param {boolean} hidden */
async function putAway(hidden) {
  try {
    await api.first_steps_service.update_first_steps({ hidden });
    changed("settings");
    document.dispatchEvent(new CustomEvent("shown"));
    if (hidden)
      toast("The first steps are put away.", { action: "Undo", run: () => putAway(false) });
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Event} event */
async function loadExample({ currentTarget }) {
  const button = /** @type {HTMLButtonElement} */ (currentTarget);
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    const { devices } = await api.example_service.create_example_fleet();
    toast(`Loaded ${units(devices, "machine")}.`);
    changed("everything");
    location.reload();
  } catch (error) {
    toastProblem(error);
    button.ariaBusy = null;
  }
}
