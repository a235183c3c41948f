/**
 * The form that changes one row of a list. When somebody else saved the row meanwhile, it says what
 * they changed, and saves over it when it is sent again.
 * @module
 */
import { openForm } from "../components/dialog/dialog.js";

/**
 * @template {{version: number}} Row
 * @typedef {object} Edit
 * @property {Row} row as it is shown
 * @property {string} heading
 * @property {import("./dom.js").Child[]} fields
 * @property {(before: Row, now: Row) => string} differences what somebody else changed, in words
 * @property {(base: Row, form: FormData) => Promise<unknown>} save over the row as it was known
 *   last
 * @property {(now: Row) => void} shown when another state of the row is known
 * @property {import("./dom.js").Child} [before] above the fields
 * @property {(base: () => Row) => {label: string, icon: string, run: () => void} | undefined}
 *   [other]
 *   a second thing to do with the row
 */

/**
 * Resolves true once the row is saved.
 * @template {{version: number}} Row
 * @param {Edit<Row>} edit
 */
export function openEdit({ row, heading, fields, differences, save, shown, before, other }) {
  let base = row;
  return openForm({
    heading,
    action: "Save changes",
    before,
    fields,
    other: other?.(() => base),
    save: async (form) => {
      await save(base, form);
    },
    conflict: (/** @type {Row} */ current) => {
      const theirs = differences(base, current);
      base = current;
      shown(current);
      return theirs;
    },
  });
}
