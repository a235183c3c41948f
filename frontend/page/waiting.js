/**
 * A sentence at the foot of the page while an answer takes longer than a second, and how long it
 * has taken.
 * @module
 */
import { whenSlow } from "../api.js";
import { fill, h } from "./dom.js";

/** @typedef {import("../api.js").Wait} Wait */

const LONG_S = 10;
// In the top layer, so that it shows above a dialog.
const line = h("p", { class: "waiting", role: "status", popover: "manual" });
let timer = 0;

whenSlow((wait) => {
  clearInterval(timer);
  if (!wait) {
    line.remove();
    return;
  }
  const say = () => fill(line, sentence(wait, Math.floor((Date.now() - wait.since) / 1000)));
  if (!line.isConnected) document.body.append(line);
  if (!line.matches(":popover-open")) line.showPopover();
  say();
  timer = window.setInterval(say, 1000);
});

/** @param {Wait} wait @param {number} seconds */
function sentence({ saving }, seconds) {
  const what = saving ? "The server has not confirmed your change yet." : "Waiting for the server.";
  if (seconds < LONG_S) return what;
  return (
    `${what} It has taken ${seconds} s so far. ` +
    `${saving ? "Leave this page open: nothing has to be done again." : "It may be busy, or the network slow."}`
  );
}
