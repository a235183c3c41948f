/**
 * How the operator is called, in the rail and in the browser's title, and how figures are worded.
 * @module
 */
import { api } from "../api.js";
import { byId } from "../page/dom.js";
import { configure } from "../words/format.js";

const UNNAMED = "CVD";
let company = UNNAMED;

export async function learnSettings() {
  const settings = await api.settings_service.get_settings();
  configure(settings);
  company = settings.company || UNNAMED;
  for (const id of ["company", "heading"]) byId(id).textContent = company;
}

/** @param {string} title */
export function titled(title) {
  document.title = `${title} · ${company}`;
}
