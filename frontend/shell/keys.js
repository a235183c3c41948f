/**
 * The keys that work wherever somebody is, and the list of all keys.
 * @module
 */
import { openDialog } from "../components/dialog/dialog.js";
import { fill, h, isSingleKey } from "../page/dom.js";
import { lettered } from "../page/go-keys.js";
import { send } from "../page/messages.js";
import { closeDrawer } from "./drawer.js";
import { focusPage, shownWindow } from "./frames.js";
import { openPalette } from "./palette.js";
import { may } from "./session.js";

/** @typedef {import("../page/messages.js").KeyGroup} KeyGroup */

export const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
/** @type {KeyGroup} */
const EVERYWHERE = {
  heading: "Everywhere",
  keys: [
    ["Ctrl K", "Find anything, and do it"],
    ["Ctrl Enter", "Save the form that is open"],
    ["Esc", "Close what is open"],
    ["h", "Help on the page"],
    ["?", "These keys"],
  ],
};

/** Shows the keys of the page once it told them. @type {(groups: KeyGroup[]) => void} */
let take = () => {};

/** @param {KeyboardEvent} event @param {() => void} openHelp */
export function onKey(event, openHelp) {
  const isCommand = event.ctrlKey || event.metaKey;
  const hasDialog = document.querySelector("dialog[open]") !== null;
  const page = shownWindow();
  if (isCommand && event.key.toLowerCase() === "p" && page) {
    // The page alone, over as many sheets as it takes: a frame is one of a fixed height.
    event.preventDefault();
    send(page, { type: "print" });
  }
  if (isCommand && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!hasDialog) goAnywhere();
  } else if (event.key === "Escape") closeDrawer();
  else if (isSingleKey(event) && !hasDialog) {
    if (event.key === "?") openKeys();
    if (event.key === "h") openHelp();
  }
}

/** Opens the palette. */
export const goAnywhere = () => openPalette(may, go, focusPage);

/** @param {string} to */
export function go(to) {
  location.hash = to;
}

/** All keys: those of the page, where g goes, and those that work everywhere. */
export function openKeys() {
  /** @type {KeyGroup} */
  const goTo = {
    heading: "Go to",
    keys: lettered(may).map(({ letter, title }) => [`g ${letter}`, title]),
  };
  const { closed } = openDialog({ heading: "Keys", content: [keyList([goTo, EVERYWHERE])] });
  closed.then(focusPage);
}

/** The keys of the page alone. */
export const listPageKeys = () => keyList([]);

/** Those of the page are told by itself: they follow from what it shows. @param {KeyGroup[]} more */
function keyList(more) {
  const list = h("div", { class: "key-groups" }, more.map(keyGroup));
  const page = shownWindow();
  if (!page) return list;
  list.ariaBusy = "true";
  take = (groups) => {
    list.ariaBusy = null;
    fill(list, [...groups, ...more].map(keyGroup));
  };
  send(page, { type: "list-keys" });
  return list;
}

/** @param {KeyGroup[]} groups */
export const showKeys = (groups) => take(groups);

/** @param {KeyGroup} group */
const keyGroup = ({ heading, keys }) =>
  h(
    "section",
    null,
    h("h3", null, heading || "This page"),
    h("dl", { class: "keys" }, keys.map(keyLine)),
  );

/** @param {[string, string]} line */
const keyLine = ([key, label]) => [
  h(
    "dt",
    null,
    key
      .replace("Ctrl", COMMAND)
      .split(" ")
      .map((each) => h("kbd", null, each)),
  ),
  h("dd", null, label),
];
