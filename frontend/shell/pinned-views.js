/**
 * The saved views that somebody has in the rail.
 * @module
 */
import { api } from "../api.js";
import { resolve } from "../page/addresses.js";
import { h, icon } from "../page/dom.js";
import { closeDrawer } from "./drawer.js";
import { addressOf, shownKey } from "./frames.js";
import { isHeld } from "./session.js";

/** @typedef {import("../api.js").Schemas["SavedView"]} SavedView */

/** @type {SavedView[]} */
let pinned = [];

/** Asks which there are; those that were known stay where there is no connection. */
export async function learnPins() {
  if (isHeld()) return;
  try {
    pinned = (await api.saved_view_service.list_pinned_views()).items;
  } catch {
    // The rail is of use without them.
  }
}

export const pinLinks = () =>
  pinned.map(({ id, name, list_name }) => {
    const href = `#/${list_name}?view=${id}`;
    return h(
      "a",
      {
        class: "rail-link",
        href,
        title: name,
        dataset: { view: String(id) },
        onclick: closeDrawer,
      },
      icon(resolve(`#/${list_name}`)?.route.icon ?? "list"),
      h("span", { class: "word truncate" }, name),
    );
  });

/** Marks the view that is open. */
export function markPins() {
  const open = resolve(addressOf(shownKey()) ?? "")?.params.view;
  for (const link of document.querySelectorAll("#nav [data-view]")) {
    if (/** @type {HTMLElement} */ (link).dataset.view === open)
      link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
