/**
 * What happened to a slot: its stock ledger, and who changed it. Each loads when it is opened.
 * @module
 */
import { api, dateTime, fill, h, link, number, time, toastProblem } from "../../page/page.js";
import { changeWords, MOVE_REASONS } from "../../words/slot-change-words.js";

/** @param {number} slot_id */
export function ledgerOf(slot_id) {
  const list = h("ul", { class: "ledger" });
  return history("Stock ledger", list, async () => {
    const { items } = await api.stock_service.list_stock_moves({ slot_id, limit: 30 });
    fill(
      list,
      items.map((move) =>
        h(
          "li",
          null,
          h(
            "span",
            null,
            move.source.kind === "dex_read"
              ? link(`/dex/${move.source.id}`, MOVE_REASONS[move.reason])
              : MOVE_REASONS[move.reason],
          ),
          h("span", { class: "muted small" }, time(move.occurred_at)),
          h(
            "b",
            { class: "number" },
            move.quantity > 0 ? `+${number(move.quantity)}` : `−${number(-move.quantity)}`,
          ),
          h(
            "span",
            { class: "number muted", "data-tip": "Left in the slot" },
            number(move.balance),
          ),
        ),
      ),
      items.length === 0 && h("li", { class: "muted" }, "Nothing moved here yet."),
    );
  });
}

/** @param {number} cabinet_id @param {number} slot_id */
export function changesOf(cabinet_id, slot_id) {
  const list = h("ul", { class: "ledger changes" });
  return history("Planogram changes", list, async () => {
    const { items } = await api.planogram_service.list_planogram_changes({
      cabinet_id,
      slot_id,
      limit: 20,
    });
    fill(
      list,
      items.map(({ username, changed_at, changes }) =>
        h(
          "li",
          null,
          h("span", null, changes.map((each) => changeWords(each)).join(", ")),
          h(
            "span",
            { class: "muted small", "data-tip": dateTime(changed_at) },
            username,
            " ",
            time(changed_at),
          ),
        ),
      ),
      items.length === 0 && h("li", { class: "muted" }, "Never changed."),
    );
  });
}

/**
 * A part of the page that loads when somebody opens it.
 * @param {string} words
 * @param {HTMLElement} list
 * @param {() => Promise<void>} load
 */
function history(words, list, load) {
  const part = h("details", { class: "history" }, h("summary", null, words), list);
  part.addEventListener("toggle", () => {
    if (part.open && list.childElementCount === 0) load().catch(toastProblem);
  });
  return part;
}
