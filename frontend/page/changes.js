/**
 * What one page changed, the others show: those of this tab of the browser and those of others.
 * @module
 */
import { api } from "../api.js";
import { configure } from "../words/format.js";
import { hearTabs, tellTabs } from "./browser-tabs.js";
import { onTold, shell, tell } from "./shell-line.js";

/** @typedef {import("./messages.js").Changed} Changed */

/** @type {{nouns: Changed[], refresh: () => void}[]} */
const listeners = [];

/**
 * Tells other open pages, in this tab of the browser and in others, what this one changed, by noun:
 * `changed("product")`.
 * @param {...Changed} nouns
 */
export function changed(...nouns) {
  if (shell) tell({ type: "changed", nouns });
  else tellTabs(nouns);
}

/**
 * Refreshes when another page changed one of these nouns.
 * @param {Changed | Changed[]} nouns
 * @param {() => void} refresh
 */
export function onChanged(nouns, refresh) {
  listeners.push({ nouns: [nouns].flat(), refresh });
}

// Inside the shell it is the shell that hears the browser's other tabs.
if (!shell) hearTabs(hear);
onTold("changed", ({ nouns }) => hear(nouns));

/** @param {Changed[]} nouns */
async function hear(nouns) {
  const isWording = nouns.includes("settings");
  // Another currency, zone or language words every figure anew.
  if (isWording) configure(await api.settings_service.get_settings());
  for (const listener of listeners) {
    if (isWording || listener.nouns.some((noun) => nouns.includes(noun))) listener.refresh();
  }
}
