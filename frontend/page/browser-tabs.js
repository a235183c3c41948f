/**
 * What one tab of the browser changed, the others hear: pages of two tabs show the same.
 * @module
 */
import { isTexts } from "./messages.js";

const channel = new BroadcastChannel("cvd");

/**
 * Tells the other tabs which nouns this one changed.
 * @param {import("./messages.js").Changed[]} nouns
 */
export function tellTabs(nouns) {
  channel.postMessage({ cvd: 1, nouns });
}

/**
 * Hears what another tab changed.
 * @param {(nouns: import("./messages.js").Changed[]) => void} listener
 */
export function hearTabs(listener) {
  channel.addEventListener("message", ({ data }) => {
    if (data?.cvd === 1 && isTexts(data.nouns)) listener(data.nouns);
  });
}
