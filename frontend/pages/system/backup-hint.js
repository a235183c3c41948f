import { icon } from "../../page/page.js";

/**
 * What is said of backups, with a sign whether somebody has to see to it.
 * @param {string} sentence
 * @param {boolean} isProblem
 */
export function backupHint(sentence, isProblem) {
  return [icon(isProblem ? "triangle-alert" : "info"), sentence];
}
