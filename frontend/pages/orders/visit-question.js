/**
 * The question before a visit is recorded: what is about to be sent, and a note for the office.
 * @module
 */
import { ApiError, h } from "../../page/page.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { isAtSlots } from "./visit-sending.js";
import { review } from "./visit-words.js";

/**
 * Asks, and sends on yes. A lost connection or a refusal at slots closes the question: the page says
 * it instead.
 * @param {{name: string, cards: import("./slot-fill.js").SlotFill[], notes: string, noted: (notes:
 *   string) => void, send: () => Promise<void>}} visit `noted` hears each change of the note
 */
export async function askToRecord({ name, cards, notes, noted, send }) {
  const note = h("textarea", {
    class: "textarea",
    name: "notes",
    maxlength: 2000,
    value: notes,
    oninput: () => noted(note.value),
  });
  /** @type {{error: ApiError | null}} */
  const refusal = { error: null };
  const isRecorded = await openForm({
    heading: `Record ${name}`,
    action: "Record visit",
    before: h("div", { class: "stack" }, review(cards)),
    fields: [field("Note for the office", note, { optional: true, wide: true })],
    save: async () => {
      try {
        await send();
      } catch (error) {
        if (!(error instanceof ApiError) || !(error.status === 0 || isAtSlots(error))) throw error;
        refusal.error = error;
      }
    },
  });
  return { isRecorded, refusal: refusal.error };
}
