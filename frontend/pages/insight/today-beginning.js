/**
 * What to do in an installation that has nothing yet.
 * @module
 */
import { api, changed, h, icon, link, toast, toastProblem, units } from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";

/** @typedef {import("../../page/page.js").Page} Page */

/** What to do in an installation that has nothing yet. @param {Page} page */
export function beginning({ may }) {
  if (!may("device_service.create_device"))
    return empty({
      icon: "house",
      heading: "Nothing to show yet",
      text: "Figures appear here once a manager has uploaded the first machine's audit.",
    });
  return h(
    "div",
    { class: "begin stack loose" },
    h(
      "p",
      { class: "muted" },
      "From a machine's audit to a filled machine takes four steps. Everything else builds on them.",
    ),
    firstSteps(),
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
    h(
      "p",
      { class: "muted" },
      "No audit at hand? ",
      link("/products", "Add products"),
      " and ",
      link("/devices", "add a device"),
      " by hand: a counted machine works as well as one that reports.",
    ),
  );
}

const firstSteps = () =>
  h(
    "ol",
    { class: "steps" },
    step(
      "Upload an audit",
      "Drop the DEX file of a machine. CVD reads what it sold, at which prices, and what is wrong " +
        "with it.",
      h("a", { class: "button primary", href: "/#/dex" }, icon("upload"), "Upload an audit"),
    ),
    step(
      "Say what the machine is",
      "From its audit, CVD proposes cabinets, slots, prices and products. You check them, and say " +
        "what is in it now.",
    ),
    step(
      "Send somebody",
      "The route board shows what each machine needs. Choose the ones worth a stop: the order and " +
        "its pick list are made for you.",
    ),
    step(
      "Fill and confirm",
      "The driver confirms at each cabinet, on a phone. Stock, sales and the audit log follow.",
    ),
  );

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

/**
 * @param {string} heading
 * @param {string} text
 * @param {import("../../page/page.js").Child} [action]
 */
const step = (heading, text, action) =>
  h(
    "li",
    null,
    h(
      "div",
      { class: "stack" },
      h("h2", null, heading),
      h("p", null, text),
      action && h("div", null, action),
    ),
  );
