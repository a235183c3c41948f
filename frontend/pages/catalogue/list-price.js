/**
 * A list price that changed: which slots it should reach, machine by machine. With undo.
 * @module
 */
import { openForm } from "../../components/dialog/dialog.js";
import { h } from "../../page/dom.js";
import { isolated, money, units } from "../../words/format.js";
import { changed, toast, toastProblem } from "../../page/page.js";
import { changeSlots, slotsOf, undoChanges, machineProgress } from "./slot-changes.js";
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
  const { id, name, price_cents } = product;
  const progress = machineProgress();
  const { all, list, chosen } = slotChoice(slots, usual, price_cents);
  const before = usual === null ? "" : `, ${money(usual)} before`;
  openForm({
    heading: `Also change ${extent(slots)}?`,
    action: "Change the slots",
    before: [
      h(
        "p",
        null,
        `${isolated(name)} is listed at ${money(price_cents)} now${before}. These slots still ` +
          `cost something else${usual === null ? "." : "; those at the old price are chosen."} ` +
          "What a machine charges is set at the machine.",
      ),
      all,
      list,
      progress.bar,
    ],
    fields: [],
    save: async () => {
      const picked = chosen();
      progress.bar.hidden = picked.length === 0;
      const changes = await changeSlots(id, picked, { kind: "price", price_cents }, progress.told);
      finished(changes, `Changed the price of ${extent(picked)}`, done);
    },
  });
}

/**
 * Slots to choose among, those of a machine that cost the same together; with a box for all of
 * them that says how many are chosen.
 * @param {ProductSlot[]} slots
 * @param {number | null} usual
 * @param {number} price
 */
function slotChoice(slots, usual, price) {
  const groups = grouped(slots).map((of) => ({
    of,
    box: h("input", {
      type: "checkbox",
      checked: usual === null || of[0]?.price_cents === usual,
    }),
  }));
  const boxes = groups.map(({ box }) => box);
  const every = h("input", { type: "checkbox", "aria-label": "All of these slots" });
  const count = h("span", { "aria-live": "polite" });
  const chosen = () => groups.filter(({ box }) => box.checked).flatMap(({ of }) => of);
  const tell = () => {
    const picked = chosen();
    count.textContent =
      picked.length > 0 ? `${extent(picked)} will cost ${money(price)}` : "No slot is chosen";
    every.checked = boxes.every((each) => each.checked);
    every.indeterminate = !every.checked && boxes.some((each) => each.checked);
  };
  every.onchange = () => {
    for (const each of boxes) each.checked = every.checked;
    tell();
  };
  const list = h(
    "ul",
    { class: "rows price-slots" },
    groups.map((each) => slotLine(each, price)),
  );
  list.addEventListener("change", tell);
  tell();
  return { all: h("label", { class: "check" }, every, count), list, chosen };
}

/** @param {{of: ProductSlot[], box: HTMLElement}} group @param {number} price */
const slotLine = ({ of, box }, price) =>
  h(
    "li",
    null,
    h(
      "label",
      { class: "check" },
      box,
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
      `${money(of[0]?.price_cents)} → ${money(price)}`,
      machineWords(of, price),
    ),
  );

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
