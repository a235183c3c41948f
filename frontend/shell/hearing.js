/**
 * What pages say to the shell, and what the browser's other tabs changed.
 * @module
 */
import { showToast } from "../components/toasts/toasts.js";
import { resolve } from "../page/addresses.js";
import { tellTabs } from "../page/browser-tabs.js";
import { read } from "../page/messages.js";
import { askForAlerts } from "./alert-count.js";
import { learnSettings, titled } from "./company.js";
import { goneOffline } from "./connection.js";
import {
  addressOf,
  dim,
  focusPage,
  pageOf,
  preload,
  sendChanged,
  sendTo,
  shownKey,
  shownWindow,
} from "./frames.js";
import { openHelp } from "./help.js";
import { go, goAnywhere, openKeys, showKeys } from "./keys.js";
import { learnPins, markPins } from "./pinned-views.js";
import { redrawRail } from "./rail.js";
import { learnMe, signInAgain } from "./session.js";

/** @typedef {import("./frames.js").Kept} Kept */

/** @type {Record<string, () => void>} */
const OPENS = { palette: goAnywhere, keys: openKeys, help: openHelp };

/**
 * What becomes of each message; its shape was checked.
 * @type {Record<string, (page: Kept, message: any) => void>}
 */
const HEARD = {
  navigate: (_, { to, replace }) => (replace ? location.replace(`#${to}`) : go(to)),
  preload: (_, { to }) => preload(to),
  title: (page, { title }) => {
    page.title = title;
    page.frame.title = title;
    if (isShown(page)) titled(title);
  },
  params: (page, { params }) => {
    page.params = params;
    // The address may name another page already, whose turn comes with the next event.
    if (isShown(page) && resolve(location.hash)?.key === page.key)
      history.replaceState(null, "", addressOf(page.key));
    markPins();
  },
  toast: (page, message) => {
    const run = () => {
      sendTo(page, { type: "toast-action", id: message.id });
      focusPage();
    };
    showToast({ ...message, run });
  },
  changed: (page, { nouns }) => {
    tellOthers(page, nouns);
    tellTabs(nouns);
  },
  keys: (page, { groups }) => {
    if (isShown(page)) showKeys(groups);
  },
  open: (_, { what }) => OPENS[what]?.(),
  dialog: (page, { open }) => {
    page.asks = open;
    dim();
  },
  offline: (_, { offline }) => {
    if (offline) lostConnection();
  },
  "session-ended": async (page) => {
    await signInAgain(focusPage);
    sendTo(page, { type: "session-restored" });
  },
};

/** @param {MessageEvent} event */
export function hear(event) {
  const page = pageOf(event.source);
  const message = page && read(event);
  if (message) HEARD[message.type]?.(page, message);
}

/**
 * @param {Kept | null} teller the page that changed them; null when it is in another tab
 * @param {import("../page/messages.js").Changed[]} nouns
 */
export function tellOthers(teller, nouns) {
  if (nouns.includes("settings")) learnSettings();
  if (nouns.includes("alert")) askForAlerts();
  // Somebody may have changed their own name.
  if (nouns.includes("user")) learnMe().then(redrawRail);
  if (nouns.includes("saved_view")) learnPins().then(redrawRail);
  sendChanged(teller, nouns);
}

/** The shown page asks anew once the server is back. */
export const lostConnection = () =>
  goneOffline(() => {
    const page = pageOf(shownWindow());
    if (page) sendTo(page, { type: "changed", nouns: ["everything"] });
  });

/** @param {Kept} page */
const isShown = ({ key }) => key === shownKey();
