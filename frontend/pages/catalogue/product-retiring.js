/**
 * Archiving products that are in use: says where they are, and asks what becomes of those slots.
 * With undo.
 * @module
 */
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { problemBox } from "../../components/problem/problem.js";
import { api } from "../../api.js";
import { fill, h } from "../../page/dom.js";
import { isolated, money, units } from "../../words/format.js";
import { changed, toast, toastProblem } from "../../page/page.js";
import { changeSlots, previewOf, slotsOf, undoChanges } from "./slot-changes.js";
import { extent } from "../../words/slots.js";

/** @typedef {import("../../api.js").Schemas["Product"]} Product */
/** @typedef {import("./slot-changes.js").ProductSlot} ProductSlot */
/** @typedef {import("./slot-changes.js").Done} Done */
/** @typedef {{product: Product, slots: ProductSlot[]}} Used */

/** Products in use by words, for a combobox. @param {number[]} without */
export const findProducts =
  (without) => async (/** @type {string} */ q, /** @type {AbortSignal} */ signal) => {
    const { items } = await api.product_service.list_products(
      { q: q || undefined, sort: q ? "match" : "name", limit: 20 },
      { signal },
    );
    return items
      .filter(({ id }) => !without.includes(id))
      .map(({ id, name, price_cents }) => ({ value: id, label: name, detail: money(price_cents) }));
  };

/**
 * Archives products, after asking where they are in use.
 * @param {Product[]} products
 * @param {(now: Product[]) => void} done with what holds now, also after Undo
 */
export async function archiveProducts(products, done) {
  const used = await Promise.all(
    products.map(async (product) => ({
      product,
      slots: (await slotsOf(product.id)).filter(({ sells_out_at }) => sells_out_at === null),
    })),
  );
  if (used.every(({ slots }) => slots.length === 0))
    await archive(used, [], done).catch(toastProblem);
  else ask(used, done);
}

/**
 * Takes them out of the archive.
 * @param {Product[]} products
 * @param {(now: Product[]) => void} done
 */
export async function restoreProducts(products, done) {
  try {
    const now = await setArchived(products, false);
    done(now);
    toast(`Restored ${named(now)}`, {
      action: "Undo",
      run: async () => done(await setArchived(now, true)),
    });
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Used[]} used @param {(now: Product[]) => void} done */
function ask(used, done) {
  const [only] = used;
  const isOne = used.length === 1 && only !== undefined;
  const slots = used.flatMap((each) => each.slots);
  const known = slots.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0);
  const preview = h("div", { class: "preview-box", "aria-live": "polite" });
  const progress = h("cvd-progress", { label: "Machines", hidden: true });
  const instead = combobox({
    name: "replacement_id",
    placeholder: "Type a product",
    source: findProducts(used.map(({ product }) => product.id)),
  });
  const replacement = h(
    "div",
    { class: "form", hidden: true },
    field("Replace it by", instead, {
      wide: true,
      pointer: "/replacement_id",
      hint: "The slots take its list price",
    }),
  );
  const choice = (
    /** @type {string} */ value,
    /** @type {string} */ heading,
    /** @type {string} */ text,
    checked = false,
  ) =>
    h(
      "label",
      { class: "choice-card" },
      h("input", { type: "radio", name: "becomes", value, checked }),
      h("span", null, h("strong", null, heading), h("span", { class: "muted" }, text)),
    );
  const choices = h(
    "fieldset",
    { class: "choice-cards three" },
    h("legend", null, "What becomes of these slots?"),
    isOne && choice("replace", "Replace it", "Another product in these slots, from now on"),
    choice("sell_out", "Sell it out", "Keep what is inside, do not refill", true),
    choice("keep", "Keep as it is", "Goes on being refilled, marked as archived"),
  );
  /** @type {Done[]} what was done already, should a machine refuse */
  const changes = [];
  const show = async () => {
    const what = chosen();
    replacement.hidden = becomes() !== "replace";
    if (!isOne || !what)
      return fill(
        preview,
        becomes() === "replace"
          ? h("p", { class: "muted" }, "Choose a product to see what would change.")
          : null,
      );
    try {
      const found = await previewOf(only.product.id, only.slots, what);
      fill(preview, found);
    } catch (error) {
      fill(preview, problemBox(error, show));
    }
  };
  const becomes = () =>
    /** @type {HTMLInputElement | null} */ (choices.querySelector(":checked"))?.value ?? "keep";
  /** @returns {import("./slot-changes.js").What | null} */
  const chosen = () => {
    if (becomes() === "sell_out") return { kind: "sell_out" };
    const id = Number(instead.value);
    return becomes() === "replace" && id
      ? { kind: "replace", replacement_id: id, price_cents: prices.get(id) ?? null }
      : null;
  };
  /** @type {Map<number, number>} */
  const prices = new Map();
  choices.addEventListener("change", show);
  instead.addEventListener("choose", async () => {
    const product_id = Number(instead.value);
    if (product_id)
      prices.set(product_id, (await api.product_service.get_product({ product_id })).price_cents);
    await show();
  });
  openForm({
    heading: isOne
      ? `Archive ${isolated(only.product.name)}?`
      : `Archive ${units(used.length, "product")}?`,
    action: "Archive",
    before: [
      h(
        "p",
        null,
        isOne ? `It is in ${extent(slots)}, ` : `They are in ${extent(slots)}, `,
        `with ${units(known)} known to be inside. What is archived is offered no more for other slots; its sales stay.`,
      ),
      choices,
      replacement,
      preview,
      progress,
    ],
    fields: [],
    save: async () => {
      const what = chosen();
      if (becomes() === "replace" && !what) {
        /** @type {import("../../components/field/field.js").Field} */ (
          replacement.firstElementChild
        ).error = "Choose the product that comes instead.";
        instead.querySelector("input")?.focus();
        return false;
      }
      progress.hidden = !what;
      for (const each of what ? used : []) {
        const left = each.slots.filter(
          ({ slot_id }) => !changes.some((change) => change.slots.includes(slot_id)),
        );
        const told = (/** @type {number} */ machines, /** @type {number} */ of) => {
          progress.setAttribute("max", String(of));
          progress.setAttribute("value", String(machines));
        };
        if (what) changes.push(...(await changeSlots(each.product.id, left, what, told)));
      }
      await archive(used, changes, done);
      return true;
    },
  });
  show();
}

/** @param {Used[]} used @param {Done[]} changes @param {(now: Product[]) => void} done */
async function archive(used, changes, done) {
  const now = await setArchived(
    used.map(({ product }) => product),
    true,
  );
  if (changes.length > 0) changed("planogram", "stock", "device");
  done(now);
  toast(
    `Archived ${named(now)}${
      changes.length > 0
        ? `, changed ${units(
            changes.reduce((sum, { slots }) => sum + slots.length, 0),
            "slot",
          )}`
        : ""
    }`,
    {
      action: "Undo",
      run: async () => {
        try {
          done(await setArchived(now, false));
          const skipped = await undoChanges(changes);
          if (changes.length > 0) changed("planogram", "stock", "device");
          toast(
            skipped
              ? `Restored, but for ${units(skipped, "slot")} that somebody changed meanwhile`
              : `Restored ${named(now)}`,
            { kind: skipped ? "warn" : "ok" },
          );
        } catch (error) {
          toastProblem(error);
        }
      },
    },
  );
}

/** @param {Product[]} products @param {boolean} archived */
async function setArchived(products, archived) {
  const now = [];
  for (const { id } of products) {
    const { version } = await api.product_service.get_product({ product_id: id });
    now.push(await api.product_service.update_product({ product_id: id, version, archived }));
  }
  changed("product");
  return now;
}

/** @param {Product[]} products */
const named = (products) =>
  products.length === 1 ? isolated(products[0]?.name ?? "") : units(products.length, "product");
