/**
 * Archiving and taking back, alike for every noun of the catalogue: one row or many, with undo.
 * @module
 */
import { h, icon } from "./dom.js";
import { isolated } from "../words/format.js";
import { changed, toast, toastProblem } from "./page.js";

/**
 * @template {{ id: number, version: number, name: string, archived_at: string | null }} T
 * @param {object} how
 * @param {import("../components/table/table.js").Table} how.table the list that shows the rows
 * @param {import("../api.js").Noun} how.noun what other pages are told has changed
 * @param {string} how.nouns how several are called
 * @param {(row: T, archived: boolean) => Promise<T>} how.update
 */
export function archiving({ table, noun, nouns, update }) {
  /** @param {T[]} rows @param {boolean} archived */
  async function set(rows, archived) {
    /** @type {T[]} */
    const done = [];
    try {
      for (const row of rows) done.push(await update(row, archived));
    } catch (error) {
      toastProblem(error);
    }
    if (done.length === 0) return;
    table.drop(done.map(({ id }) => id));
    table.clearPicked();
    changed(noun);
    const what = done.length === 1 ? isolated(done[0]?.name ?? "") : `${done.length} ${nouns}`;
    toast(`${archived ? "Archived" : "Restored"} ${what}`, {
      action: "Undo",
      run: async () => {
        await set(done, !archived);
        table.refresh();
      },
    });
  }

  /** The bulk action of the chosen rows. @param {T[]} rows */
  function button(rows) {
    const restore = rows.every(({ archived_at }) => archived_at !== null);
    return h(
      "button",
      { class: "button", type: "button", onclick: () => set(rows, !restore) },
      icon(restore ? "archive-restore" : "archive"),
      restore ? "Restore" : "Archive",
    );
  }

  /**
   * The other action of an edit form, on the row as it is then.
   * @param {T} row
   * @param {() => T} now
   */
  const other = (row, now) =>
    row.archived_at
      ? { label: "Restore", icon: "archive-restore", run: () => set([now()], false) }
      : { label: "Archive", icon: "archive", run: () => set([now()], true) };

  return { button, other };
}
