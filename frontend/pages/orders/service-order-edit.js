/**
 * An open order changed in place: each change is sent at once, and can be undone.
 * @module
 */
import { api, ApiError, date, h, isolated, toast, toastProblem, units } from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { differences, merged } from "../../words/order-changes.js";
import { stopName } from "../../words/order-words.js";
import { driverSource } from "./drivers.js";
import { Grips } from "./order-grips.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** Made when it is wanted, of the order as it is then. @typedef {Changes | (() => Changes)} Undo */
/**
 * @typedef {{scheduled_on?: string | null, driver_id?: number | null, notes?: string, cabinet_ids?:
 *   number[], items?: {slot_id: number, quantity: number}[]}} Changes
 */

const FOUND = 12;

export class OrderEdit {
  /** @type {() => ServiceOrder} */ #order;
  /** @type {(order: ServiceOrder) => void} */ #show;
  /** @type {ReturnType<typeof driverSource> | null} */ #drivers = null;
  /** The last change. Each starts when the one before is done, from the order it left. */
  #last = Promise.resolve();
  #grips = new Grips((ids) => this.rearrange(ids));

  /**
   * @param {() => ServiceOrder} order as the page knows it
   * @param {(order: ServiceOrder) => void} show takes what holds now
   */
  constructor(order, show) {
    this.#order = order;
    this.#show = show;
  }

  /**
   * @param {Changes} changes
   * @param {string} words what was done
   * @param {Undo} [undo] what brings it back
   */
  change(changes, words, undo) {
    this.#last = this.#last.then(() => this.#send(changes, words, undo));
    return this.#last;
  }

  /** @param {Changes} changes @param {string} words @param {Undo} [undo] */
  async #send(changes, words, undo) {
    const before = this.#order();
    try {
      this.#show(await this.#patch(before, changes));
      toast(
        words,
        undo
          ? {
              action: "Undo",
              run: () => void this.change(typeof undo === "function" ? undo() : undo, "Undone"),
            }
          : {},
      );
    } catch (error) {
      if (error instanceof ApiError && error.status === 409 && error.current?.cabinets)
        await this.#ask(before, /** @type {any} */ (error.current), changes, words);
      else {
        this.#show(before);
        toastProblem(error);
      }
    }
  }

  /** @param {ServiceOrder} order @param {Changes} changes */
  #patch({ id, version }, changes) {
    return api.service_order_service.update_service_order({
      service_order_id: id,
      version,
      ...changes,
    });
  }

  /**
   * Somebody else changed the order: says what, and asks whether to go on.
   * @param {ServiceOrder} before
   * @param {ServiceOrder} now
   * @param {Changes} changes
   * @param {string} words
   */
  async #ask(before, now, changes, words) {
    this.#show(now);
    await openForm({
      heading: `Order ${now.id} was changed meanwhile`,
      action: "Change it all the same",
      before: h(
        "div",
        { class: "stack" },
        h(
          "ul",
          null,
          differences(before, now).map((each) => h("li", null, each)),
        ),
        h(
          "p",
          { class: "muted" },
          "Your change was not made. Cancel leaves the order as it is now.",
        ),
      ),
      fields: [],
      save: async () => {
        this.#show(
          await this.#patch(
            now,
            changes.cabinet_ids
              ? { ...changes, cabinet_ids: merged(before, now, changes.cabinet_ids) }
              : changes,
          ),
        );
        toast(words);
      },
    });
  }

  /** @param {string | null} day */
  day(day) {
    const before = this.#order().scheduled_on;
    if (day !== before)
      this.change(
        { scheduled_on: day },
        day === null ? "The order has no day now" : `The order is of ${date(day)} now`,
        { scheduled_on: before },
      );
  }

  driver() {
    const order = this.#order();
    this.#drivers ??= driverSource();
    const box = combobox({
      label: "Driver",
      placeholder: "No driver yet",
      source: this.#drivers,
      chosen:
        order.driver_id === null
          ? null
          : { value: order.driver_id, label: order.driver_name ?? "" },
    });
    box.addEventListener("choose", (event) => {
      const chosen = /** @type {CustomEvent<{value: number, label: string} | null>} */ (event)
        .detail;
      const driver_id = chosen ? Number(chosen.value) : null;
      if (driver_id !== this.#order().driver_id)
        this.change(
          { driver_id },
          chosen
            ? `Order ${order.id} is now ${isolated(chosen.label)}'s`
            : `Order ${order.id} has no driver now`,
          { driver_id: order.driver_id },
        );
    });
    return box;
  }

  notes() {
    const order = this.#order();
    const text = h("textarea", {
      class: "textarea notes",
      rows: 2,
      maxlength: 2000,
      value: order.notes,
      placeholder: "Notes for the driver",
      "aria-label": "Notes for the driver",
      onchange: () => {
        if (text.value.trim() !== order.notes)
          this.change({ notes: text.value.trim() }, "Saved the notes", { notes: order.notes });
      },
    });
    return text;
  }

  /**
   * A quantity of a stop that is to do.
   * @param {Stop["items"][number]} item
   * @param {string} code
   */
  quantity(item, code) {
    const input = h("input", {
      class: "input quantity",
      type: "number",
      inputmode: "numeric",
      min: 0,
      max: 10_000,
      value: String(item.quantity),
      "aria-label": `Units of ${isolated(item.product_name)} for ${code}`,
      onchange: () => {
        const quantity = Number(input.value);
        if (!input.checkValidity() || input.value === "") input.value = String(item.quantity);
        else if (quantity !== item.quantity)
          this.change(
            { items: [{ slot_id: item.slot_id, quantity }] },
            `${code}: ${units(quantity)} to load`,
            { items: [{ slot_id: item.slot_id, quantity: item.quantity }] },
          );
      },
    });
    return input;
  }

  /** Takes a stop out; what it loaded comes back with it. @param {Stop} stop */
  async remove(stop) {
    const order = this.#order();
    const ids = this.#ids;
    const items = stop.items.map(({ slot_id, quantity }) => ({ slot_id, quantity }));
    await this.change(
      { cabinet_ids: ids.filter((id) => id !== stop.cabinet_id) },
      `Took ${stopName(stop, order)} out of the order`,
      () => {
        const now = this.#ids;
        const before = ids
          .slice(0, ids.indexOf(stop.cabinet_id))
          .filter((id) => now.includes(id)).length;
        return {
          cabinet_ids: now.toSpliced(before, 0, stop.cabinet_id),
          ...(items.length > 0 ? { items } : {}),
        };
      },
    );
  }

  get #ids() {
    return this.#order().cabinets.map(({ cabinet_id }) => cabinet_id);
  }

  /** @param {number[]} cabinet_ids in their new order */
  rearrange(cabinet_ids) {
    const before = this.#ids;
    if (String(before) === String(cabinet_ids)) return;
    this.change({ cabinet_ids }, "Changed the order of the stops", () => {
      const now = this.#ids;
      return {
        cabinet_ids: [
          ...before.filter((id) => now.includes(id)),
          ...now.filter((id) => !before.includes(id)),
        ],
      };
    });
  }

  /** Adds a machine of the route, or of no route, that is not in the order yet. */
  adder() {
    const order = this.#order();
    const box = combobox({
      label: "Add a machine",
      placeholder: "Add a machine…",
      source: async (q, signal) => {
        const { items } = await api.device_service.list_devices(
          { route_id: order.route_id ?? undefined, q: q || undefined, limit: FOUND * 4 },
          { signal },
        );
        const present = new Set(this.#order().cabinets.map(({ cabinet_id }) => cabinet_id));
        return items
          .filter(({ route_id }) => route_id === order.route_id)
          .flatMap((device) =>
            device.cabinets
              .filter(({ id }) => !present.has(id))
              .map(({ id, position }) => ({
                value: id,
                label:
                  device.cabinets.length > 1
                    ? `${device.asset}, cabinet ${position}`
                    : device.asset,
                detail: device.location_name ?? device.name,
              })),
          )
          .slice(0, FOUND);
      },
    });
    box.addEventListener("choose", (event) => {
      const chosen = /** @type {CustomEvent<{value: number, label: string} | null>} */ (event)
        .detail;
      if (!chosen) return;
      const added = Number(chosen.value);
      this.change(
        { cabinet_ids: [...this.#ids, added] },
        `Added ${isolated(chosen.label)}`,
        () => ({ cabinet_ids: this.#ids.filter((id) => id !== added) }),
      );
    });
    return box;
  }

  /** The grip of a stop. @param {Stop} stop */
  grip(stop) {
    return this.#grips.of(stop.cabinet_id, stopName(stop, this.#order()));
  }
}
