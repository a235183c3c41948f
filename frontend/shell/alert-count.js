/**
 * How many alerts are open, beside their page in the rail.
 * @module
 */
import { api } from "../api.js";
import { fill, h } from "../page/dom.js";
import { number } from "../words/format.js";
import { isHeld, may } from "./session.js";

const LOOK_EVERY_MS = 60_000;
let words = "";

/** Shows what is known, and asks now and then. */
export function followAlerts() {
  if (!may("alert_service.get_alert_summary")) return;
  askForAlerts();
  setInterval(() => {
    if (!document.hidden) askForAlerts();
  }, LOOK_EVERY_MS);
}

/** Asks how many there are; without a connection the rail shows none. */
export async function askForAlerts() {
  if (isHeld() || !may("alert_service.get_alert_summary")) return;
  try {
    const { open, more } = await api.alert_service.get_alert_summary();
    words = open === 0 ? "" : number(open) + (more ? "+" : "");
  } catch {
    words = "";
  }
  showAlertCount();
}

/** Puts it into the rail, which may have been drawn anew. */
export function showAlertCount() {
  const link = document.querySelector('#nav [data-path="/alerts"]');
  if (!link) return;
  const count = link.querySelector(".count") ?? link.appendChild(h("span", { class: "count" }));
  const place = /** @type {HTMLElement} */ (count);
  place.hidden = words === "";
  fill(place, words, h("span", { class: "visually-hidden" }, " open"));
}
