/**
 * The keys that work wherever somebody is, and the list of all keys.
 * @module
 */
import { openDialog } from "../components/dialog/dialog.js";
import { fill, h, isTyping } from "../page/dom.js";
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
    ["?", "These keys"],
  ],
};

/** The list of keys while it is open. @type {HTMLElement | null} */
let keyList = null;

/** @param {KeyboardEvent} event */
export function onKey(event) {
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
  else if (event.key === "?" && !isTyping(event.target) && !hasDialog) openKeys();
}

/** Opens the palette. */
export const goAnywhere = () => openPalette(may, go, focusPage);

/** @param {string} to */
export function go(to) {
  location.hash = to;
}

/** Those of the page are told by itself: they follow from what it shows. */
export function openKeys() {
  keyList = h("div", { class: "key-groups" });
  showKeys([]);
  const { closed } = openDialog({ heading: "Keys", content: [keyList] });
  closed.then(() => {
    keyList = null;
    focusPage();
  });
  const page = shownWindow();
  if (!page) return;
  keyList.ariaBusy = "true";
  send(page, { type: "list-keys" });
}

/** @param {KeyGroup[]} groups */
export function showKeys(groups) {
  if (!keyList) return;
  keyList.ariaBusy = null;
  /** @type {KeyGroup} */
  const goTo = {
    heading: "Go to",
    keys: lettered(may).map(({ letter, title }) => [`g ${letter}`, title]),
  };
  fill(keyList, [...groups, goTo, EVERYWHERE].map(keyGroup));
}

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
