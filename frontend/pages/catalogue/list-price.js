/**
 * A list price that changed: which slots it should reach, machine by machine. With undo.
 * @module
 */
import { openForm } from "../../components/dialog/dialog.js";
import { h } from "../../page/dom.js";
import { isolated, money, units } from "../../words/format.js";
import { changed, toast, toastProblem } from "../../page/page.js";
import { changeSlots, slotsOf, undoChanges } from "./slot-changes.js";
import { codeOf, extent } from "../../words/slots.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */
/** @typedef {import("./slot-changes.js").ProductSlot} ProductSlot */

/**
 * Offers the new price to the slots that have another one; those at the old list price are chosen.
 * @param {Product} before @param {Product} now @param {() => void} done
 */
export async function offerListPrice(before, now, done) {
  if (before.price_cents === now.price_cents) return;
  const slots = (await slotsOf(now.id)).filter(
    ({ price_cents }) => price_cents !== now.price_cents,
  );
  if (slots.length > 0) offerPrice(now, slots, before.price_cents, done);
}

/**
 * @param {Product} product
 * @param {ProductSlot[]} slots of another price
 * @param {number | null} usual those that cost this are chosen
 * @param {() => void} done
 */
export function offerPrice(product, slots, usual, done) {
  const groups = grouped(slots);
  const box = (/** @type {ProductSlot[]} */ of) =>
    h("input", {
      type: "checkbox",
      checked: usual === null || of[0]?.price_cents === usual,
      "data-slots": of.map(({ slot_id }) => slot_id).join(),
    });
  const boxes = groups.map(box);
  const all = h("input", { type: "checkbox", "aria-label": "All of these slots" });
  const chosen = () =>
    slots.filter(({ slot_id }) =>
      boxes.some(
        (each) => each.checked && each.dataset.slots?.split(",").includes(String(slot_id)),
      ),
    );
  const count = h("span", { "aria-live": "polite" });
  const tell = () => {
    const picked = chosen();
    count.textContent =
      picked.length > 0
        ? `${extent(picked)} will cost ${money(product.price_cents)}`
        : "No slot is chosen";
    all.checked = boxes.every((each) => each.checked);
    all.indeterminate = !all.checked && boxes.some((each) => each.checked);
  };
  all.onchange = () => {
    for (const each of boxes) each.checked = all.checked;
    tell();
  };
  const progress = h("cvd-progress", { label: "Machines", hidden: true });
  const list = h(
    "ul",
    { class: "rows price-slots" },
    groups.map((of, index) =>
      h(
        "li",
        null,
        h(
          "label",
          { class: "check" },
          boxes[index],
          h(
            "span",
            null,
            h("strong", null, isolated(of[0]?.asset ?? "")),
            " ",
            h("span", { class: "muted" }, of.map(codeOf).join(", ")),
          ),
        ),
        h(
          "span",
          { class: "end" },
          `${money(of[0]?.price_cents)} → ${money(product.price_cents)}`,
          machineWords(of, product.price_cents),
        ),
      ),
    ),
  );
  list.addEventListener("change", tell);
  tell();
  openForm({
    heading: `Also change ${extent(slots)}?`,
    action: "Change the slots",
    before: [
      h(
        "p",
        null,
        `${isolated(product.name)} is listed at ${money(product.price_cents)} ` +
          `now${usual === null ? "" : `, ${money(usual)} before`}. These slots still cost ` +
          `something else${usual === null ? "." : "; those at the old price are chosen."} ` +
          "What a machine charges is set at the machine.",
      ),
      h("label", { class: "check" }, all, count),
      list,
      progress,
    ],
    fields: [],
    save: async () => {
      const picked = chosen();
      progress.hidden = picked.length === 0;
      const changes = await changeSlots(
        product.id,
        picked,
        { kind: "price", price_cents: product.price_cents },
        (machines, of) => {
          progress.setAttribute("max", String(of));
          progress.setAttribute("value", String(machines));
        },
      );
      finished(changes, `Changed the price of ${extent(picked)}`, done);
    },
  });
}

/**
 * Says what was done to slots, and takes it back when asked.
 * @param {import("./slot-changes.js").Done[]} changes
 * @param {string} words
 * @param {() => void} done
 */
export function finished(changes, words, done) {
  if (changes.length === 0) return;
  changed("planogram", "stock", "device", "product");
  done();
  toast(words, {
    action: "Undo",
    run: async () => {
      try {
        const skipped = await undoChanges(changes);
        changed("planogram", "stock", "device", "product");
        done();
        toast(
          skipped
            ? `Taken back, but for ${units(skipped, "slot")} that somebody changed meanwhile`
            : "Taken back",
          { kind: skipped ? "warn" : "ok" },
        );
      } catch (error) {
        toastProblem(error);
      }
    },
  });
}

/**
 * The slots of a machine that cost the same.
 * @param {ProductSlot[]} slots
 * @returns {ProductSlot[][]}
 */
function grouped(slots) {
  /** @type {Map<string, ProductSlot[]>} */
  const groups = new Map();
  for (const slot of slots) {
    const key = `${slot.device_id} ${slot.price_cents}`;
    groups.set(key, [...(groups.get(key) ?? []), slot]);
  }
  return [...groups.values()];
}

/**
 * What the machine charges, where that is another price again.
 * @param {ProductSlot[]} of
 * @param {number} price
 */
function machineWords(of, price) {
  const [charged] = of
    .map(({ machine_price_cents }) => machine_price_cents)
    .filter((cents) => cents !== null);
  return (
    charged !== undefined &&
    charged !== price &&
    h("span", { class: "muted small" }, ` machine charges ${money(charged)}`)
  );
}
