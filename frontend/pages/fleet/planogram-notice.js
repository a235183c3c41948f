/**
 * The line above the cabinet. It says what to do next, or what is wrong.
 * @module
 */
import { byId, fill } from "../../page/page.js";

/** @param {string} words none hides it @param {"" | "bad"} [kind] @param {Node} [action] */
export function say(words, kind = "", action) {
  const notice = byId("notice");
  notice.hidden = words === "";
  fill(notice, words, action);
  notice.className = `notice ${kind}`;
}
