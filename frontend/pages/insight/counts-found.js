/**
 * Counts that differ from the books: a visit's in its table, and the acknowledgement that somebody
 * looked.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import { change, number } from "../../words/format.js";
import { unknown } from "../../components/unknown/unknown.js";
import { changed, toast, toastProblem } from "../../page/page.js";

const EXPLAINED =
  "What the books say the slot held then, as they are known now: an audit that comes late may explain a part";

/**
 * Two cells: what the books said, and what was found, with the signed difference.
 * @param {{counted: number | null, expected: number | null, difference: number} | undefined} fill
 */
export function found(fill) {
  const counted = fill?.counted ?? null;
  const difference = fill?.difference ?? 0;
  const off =
    difference !== 0 &&
    h("strong", { class: difference < 0 ? "bad" : "warn" }, ` ${change(difference)}`);
  if (counted === null)
    return [
      h("td", { class: "number" }, difference === 0 ? unknown("Not counted") : off),
      h(
        "td",
        { class: "number" },
        unknown(
          difference === 0
            ? "Not counted"
            : "Not counted: what was loaded or removed shows that the books were wrong",
        ),
      ),
    ];
  return [
    h(
      "td",
      { class: "number", "data-tip": EXPLAINED },
      fill?.expected === null || fill?.expected === undefined
        ? unknown("Not known then: it was counted for the first time")
        : number(fill.expected),
    ),
    h("td", { class: "number" }, number(counted), off),
  ];
}

/** Says that somebody looked, with undo. @param {number} visit_id @param {() => void} done */
export async function seen(visit_id, done) {
  const tell = () => {
    changed("visit");
    done();
  };
  try {
    await api.count_difference_service.create_count_acknowledgement({ visit_id });
    tell();
    toast(`Seen: visit ${visit_id}`, {
      action: "Undo",
      run: () => {
        api.count_difference_service
          .delete_count_acknowledgement({ visit_id })
          .then(tell)
          .catch(toastProblem);
      },
    });
  } catch (error) {
    toastProblem(error);
  }
}
