import { keys } from "../../page/page.js";

/**
 * Hears the keys of whoever edits, and lists those that the page hears itself.
 *
 * @param {{
 *   focus: (field: string) => void,
 *   swap: () => void,
 *   propose: (() => void) | null,
 * }} verbs `propose` is null for who may not
 */
export function editKeys({ focus, swap, propose }) {
  keys({
    p: ["Set par of the selected slots", () => focus("par_level")],
    c: ["Set their capacity", () => focus("capacity")],
    m: ["Set their price", () => focus("price_cents")],
    q: ["Enter what was counted in them", () => focus("quantity")],
    s: ["Swap the slot with another", swap],
    ...(propose ? { a: ["Propose from an audit", propose] } : {}),
    "Ctrl S": ["Save"],
    "Ctrl Z": ["Undo"],
    "Ctrl Shift Z": ["Redo"],
  });
}

/**
 * Lists the keys that the cabinet hears itself.
 *
 * @param {boolean} mayEdit
 */
export function gridKeys(mayEdit) {
  keys(
    {
      "← ↑ ↓ →": ["From slot to slot"],
      "Shift ← ↑ ↓ →": ["Select on the way"],
      Space: ["Select the slot"],
      "Ctrl A": ["Select all slots"],
      Esc: ["Clear the selection"],
      Enter: [mayEdit ? "Choose a product by typing" : "Show what is known of the slot"],
      ...(mayEdit ? { Delete: ["Empty the slots"], "0–9": ["Set par by typing it"] } : {}),
    },
    "In the cabinet",
  );
}
