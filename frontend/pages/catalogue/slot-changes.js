/**
 * What is done to many slots of one product: device by device, each a transaction of its own, with
 * true progress; and taking it back.
 * @module
 */
import { api } from "../../api.js";
import { h } from "../../page/dom.js";
import { isolated, money, number, units } from "../../words/format.js";
import { byMachine, codeOf } from "../../words/slots.js";

/** @typedef {import("../../api.js").Schemas["ProductSlot"]} ProductSlot */
/** @typedef {import("../../api.js").Schemas["ProductSlotChange"]} Done */
/**
 * @typedef {{kind: "replace" | "sell_out" | "refill" | "price", replacement_id?: number | null,
 *   price_cents?: number | null}} What
 */
/** @typedef {Pick<ProductSlot, "slot_id" | "device_id">} Place */

const PAGE = 200;
/** A preview shows so many machines. */
const SHOWN = 12;

/**
 * All slots of a product, machines in their natural order.
 * @param {number} product_id
 * @returns {Promise<ProductSlot[]>}
 */
export async function slotsOf(product_id) {
  /** @type {ProductSlot[]} */
  const slots = [];
  /** @type {string | undefined} */
  let cursor;
  do {
    const page = await api.product_overview_service.list_product_slots({
      product_id,
      limit: PAGE,
      cursor,
    });
    slots.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return slots.sort(byMachine);
}

/** How many machines are done, while slots are changed. */
export function machineProgress() {
  const bar = h("cvd-progress", { label: "Machines", hidden: true });
  const told = (/** @type {number} */ machines, /** @type {number} */ of) => {
    bar.setAttribute("max", String(of));
    bar.setAttribute("value", String(machines));
  };
  return { bar, told };
}

/**
 * Changes them; what one machine refuses stops it, and what was done before stays done.
 * @param {number} product_id
 * @param {Place[]} slots
 * @param {What} what
 * @param {(machines: number, of: number) => void} [told]
 * @returns {Promise<Done[]>}
 */
export async function changeSlots(product_id, slots, what, told = () => {}) {
  /** @type {Map<number, number[]>} */
  const machines = new Map();
  for (const { device_id, slot_id } of slots)
    machines.set(device_id, [...(machines.get(device_id) ?? []), slot_id]);
  /** @type {Done[]} */
  const done = [];
  for (const [device_id, slot_ids] of machines) {
    told(done.length, machines.size);
    done.push(
      await api.slot_change_service.create_slot_change({
        product_id,
        device_id,
        slot_ids,
        ...what,
      }),
    );
  }
  told(done.length, machines.size);
  return done;
}

/**
 * Takes changes back. Resolves with how many slots somebody changed meanwhile, which stay as they
 * are.
 * @param {Done[]} changes
 */
export async function undoChanges(changes) {
  let skipped = 0;
  for (const { id } of changes)
    skipped += (await api.slot_change_service.undo_slot_change({ slot_change_id: id })).skipped
      .length;
  return skipped;
}

/**
 * What would be done, from the server, machine by machine.
 * @param {number} product_id
 * @param {Place[]} slots
 * @param {What} what
 */
export async function previewOf(product_id, slots, what) {
  if (slots.length === 0) return null;
  const found = await api.slot_change_service.create_slot_change_preview({
    product_id,
    slot_ids: slots.map(({ slot_id }) => slot_id),
    ...what,
  });
  /** @type {Map<string, typeof found.items>} */
  const machines = new Map();
  for (const item of found.items)
    machines.set(item.asset, [...(machines.get(item.asset) ?? []), item]);
  const line = (/** @type {typeof found.items[number]} */ item) => {
    if (item.refused) return `${codeOf(item)} (${item.refused})`;
    if (item.new_price_cents === item.price_cents) return codeOf(item);
    return `${codeOf(item)} ${money(item.price_cents)} → ${money(item.new_price_cents)}`;
  };
  const inside =
    what.kind === "replace" &&
    found.units_inside > 0 &&
    `${units(found.units_inside)} are in them by the books: somebody must take them out.`;
  const unknown =
    what.kind === "replace" && "Their stock is unknown until the new product is counted or filled.";
  const orders =
    found.open_orders > 0 &&
    what.kind !== "price" &&
    `${units(found.open_orders, "open order")} still ` +
      `load${found.open_orders === 1 ? "s" : ""} them as they were planned.`;
  return h(
    "div",
    { class: "stack" },
    h(
      "p",
      null,
      h("strong", null, `${units(found.slots, "slot")} in ${units(found.machines, "machine")}.`),
      " ",
      [inside, unknown, orders].filter(Boolean).join(" "),
    ),
    h(
      "ul",
      { class: "rows preview" },
      [...machines]
        .slice(0, SHOWN)
        .map(([asset, items]) =>
          h(
            "li",
            null,
            h("strong", null, isolated(asset)),
            h("span", { class: "muted" }, items.map(line).join(", ")),
          ),
        ),
    ),
    machines.size > SHOWN &&
      h("p", { class: "muted small" }, `and ${number(machines.size - SHOWN)} more machines`),
  );
}
