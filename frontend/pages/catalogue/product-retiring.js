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
import { changeSlots, previewOf, slotsOf, undoChanges, machineProgress } from "./slot-changes.js";
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
  const names =
    used.length === 1 && only ? isolated(only.product.name) : units(used.length, "product");
  const slots = used.flatMap((each) => each.slots);
  const known = slots.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0);
  const fate = new SlotsFate(used);
  const progress = machineProgress();
  /** What was done already, should a machine refuse. @type {Done[]} */
  const changes = [];
  openForm({
    heading: `Archive ${names}?`,
    action: "Archive",
    before: [
      h(
        "p",
        null,
        `${used.length === 1 ? "It is" : "They are"} in ${extent(slots)}, with ${units(known)} ` +
          "known to be inside. What is archived is offered no more for other slots; its sales stay.",
      ),
      fate.parts,
      progress.bar,
    ],
    fields: [],
    save: async () => {
      const { what } = fate;
      if (!fate.isSaid()) return false;
      progress.bar.hidden = !what;
      for (const { product, slots: of } of what ? used : []) {
        const left = of.filter(
          ({ slot_id }) => !changes.some((change) => change.slots.includes(slot_id)),
        );
        if (what) changes.push(...(await changeSlots(product.id, left, what, progress.told)));
      }
      await archive(used, changes, done);
      return true;
    },
  });
}

/** What becomes of the slots of products that are archived: asked, and shown beforehand. */
class SlotsFate {
  /** The one product there is, which alone can be replaced. @type {Used | null} */ #only;
  /** What products cost that may come instead. @type {Map<number, number>} */ #prices = new Map();
  #choices;
  #instead;
  #field;
  #replacement;
  #preview = h("div", { class: "preview-box", "aria-live": "polite" });

  /** @param {Used[]} used */
  constructor(used) {
    this.#only = used.length === 1 ? (used[0] ?? null) : null;
    this.#choices = fateChoices(this.#only !== null);
    this.#instead = combobox({
      name: "replacement_id",
      placeholder: "Type a product",
      source: findProducts(used.map(({ product }) => product.id)),
    });
    this.#field = /** @type {import("../../components/field/field.js").Field} */ (
      field("Replace it by", this.#instead, {
        wide: true,
        pointer: "/replacement_id",
        hint: "The slots take its list price",
      })
    );
    this.#replacement = h("div", { class: "form", hidden: true }, this.#field);
    this.#choices.addEventListener("change", () => this.#show());
    this.#instead.addEventListener("choose", () => this.#learnPrice());
    this.#show();
  }

  get parts() {
    return [this.#choices, this.#replacement, this.#preview];
  }

  /**
   * What to do with the slots; null for nothing.
   * @returns {import("./slot-changes.js").What | null}
   */
  get what() {
    if (this.#becomes === "sell_out") return { kind: "sell_out" };
    const id = Number(this.#instead.value);
    if (this.#becomes !== "replace" || !id) return null;
    return { kind: "replace", replacement_id: id, price_cents: this.#prices.get(id) ?? null };
  }

  /** Is all said that has to be? If not, it is asked for at its place. */
  isSaid() {
    if (this.#becomes !== "replace" || this.what) return true;
    this.#field.error = "Choose the product that comes instead.";
    this.#instead.querySelector("input")?.focus();
    return false;
  }

  get #becomes() {
    const chosen = /** @type {HTMLInputElement | null} */ (this.#choices.querySelector(":checked"));
    return chosen?.value ?? "keep";
  }

  async #learnPrice() {
    const product_id = Number(this.#instead.value);
    if (product_id) {
      const { price_cents } = await api.product_service.get_product({ product_id });
      this.#prices.set(product_id, price_cents);
    }
    await this.#show();
  }

  /** @returns {Promise<void>} */
  async #show() {
    const { what } = this;
    const isReplaced = this.#becomes === "replace";
    this.#replacement.hidden = !isReplaced;
    if (!this.#only || !what) {
      const words = "Choose a product to see what would change.";
      fill(this.#preview, isReplaced && h("p", { class: "muted" }, words));
      return;
    }
    try {
      fill(this.#preview, await previewOf(this.#only.product.id, this.#only.slots, what));
    } catch (error) {
      fill(
        this.#preview,
        problemBox(error, () => this.#show()),
      );
    }
  }
}

/** @param {boolean} mayReplace */
function fateChoices(mayReplace) {
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
  return h(
    "fieldset",
    { class: "choice-cards three" },
    h("legend", null, "What becomes of these slots?"),
    mayReplace && choice("replace", "Replace it", "Another product in these slots, from now on"),
    choice("sell_out", "Sell it out", "Keep what is inside, do not refill", true),
    choice("keep", "Keep as it is", "Goes on being refilled, marked as archived"),
  );
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
