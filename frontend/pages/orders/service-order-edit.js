/**
 * An open order changed in place: each change is sent at once, and can be undone.
 * @module
 */
import {
  api,
  ApiError,
  date,
  h,
  icon,
  isolated,
  number,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { isDone, stopName } from "../../words/order-words.js";
import { driverSource } from "./drivers.js";

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
  /** One change after another, each on what the one before made of the order. */
  #last = Promise.resolve();

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
   * Somebody else changed it: what, and whether to go on.
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

  /** Machines of the route, or on none, that are not in the order yet. */
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

  /** The grip of a stop: drag it, or move it with the arrow keys. @param {Stop} stop */
  grip(stop) {
    const name = stopName(stop, this.#order());
    const button = h(
      "button",
      {
        class: "grip",
        type: "button",
        "aria-label": `Move ${name}: arrow keys, or drag`,
        "data-tip": "Drag, or use the arrow keys",
        dataset: { grip: String(stop.cabinet_id) },
      },
      icon("grip-vertical"),
    );
    button.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const row = button.closest("li");
      const other =
        step === undefined
          ? null
          : step < 0
            ? row?.previousElementSibling
            : row?.nextElementSibling;
      if (step === undefined) return;
      event.preventDefault();
      if (!row || !other) return;
      if (step < 0) other.before(row);
      else other.after(row);
      button.focus();
      this.#settle();
    });
    button.addEventListener("pointerdown", (event) => {
      if (event.button === 0) drag(button, event, () => this.#settle(0));
    });
    return button;
  }

  #timer = 0;

  /** Sends the order in which the rows stand, once they rest. */
  #settle(wait = 700) {
    const rows = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-stop]"));
    // As they stand now: they may be drawn anew meanwhile.
    const ids = [...rows].map(({ dataset }) => Number(dataset.stop));
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.rearrange(ids), wait);
  }
}

/** @param {HTMLElement} grip @param {PointerEvent} begun @param {() => void} dropped */
function drag(grip, begun, dropped) {
  const row = grip.closest("li");
  const list = row?.parentElement;
  if (!row || !list) return;
  begun.preventDefault();
  grip.focus();
  grip.setPointerCapture(begun.pointerId);
  row.classList.add("is-dragged");
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    row.classList.remove("is-dragged");
    dropped();
  };
  let last = begun.clientY;
  grip.addEventListener(
    "pointermove",
    ({ clientY }) => {
      const isDown = clientY > last;
      last = clientY;
      const other = [...list.children].find(
        (each) =>
          each !== row &&
          clientY > each.getBoundingClientRect().top &&
          clientY < each.getBoundingClientRect().bottom,
      );
      if (!other) return;
      const { top, height } = other.getBoundingClientRect();
      const isBehind = Boolean(
        row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING,
      );
      // A row gives way in the direction of the pointer alone: a tall one would jump to and fro.
      if (isDown && isBehind && clientY > top + height * 0.4) other.after(row);
      else if (!isDown && !isBehind && clientY < top + height * 0.6) other.before(row);
    },
    { signal: stop.signal },
  );
  grip.addEventListener("pointerup", end, { signal: stop.signal });
  grip.addEventListener("pointercancel", end, { signal: stop.signal });
}

/**
 * The stops as wanted, with what somebody else added and without what they took out.
 * @param {ServiceOrder} before
 * @param {ServiceOrder} now
 * @param {number[]} wanted
 */
function merged(before, now, wanted) {
  const was = new Set(before.cabinets.map(({ cabinet_id }) => cabinet_id));
  const is = now.cabinets.map(({ cabinet_id }) => cabinet_id);
  const mine = wanted.filter((id) => is.includes(id) || !was.has(id));
  const kept = now.cabinets
    .filter((stop) => isDone(stop) && !mine.includes(stop.cabinet_id))
    .map(({ cabinet_id }) => cabinet_id);
  return [...mine, ...new Set([...is.filter((id) => !was.has(id) && !mine.includes(id)), ...kept])];
}

/**
 * What somebody else made of it, in sentences.
 * @param {ServiceOrder} before
 * @param {ServiceOrder} now
 * @returns {string[]}
 */
function differences(before, now) {
  const names = (/** @type {ServiceOrder} */ order) =>
    new Map(order.cabinets.map((stop) => [stop.cabinet_id, stopName(stop, order)]));
  const [was, is] = [names(before), names(now)];
  const added = [...is].filter(([id]) => !was.has(id)).map(([, name]) => name);
  const gone = [...was].filter(([id]) => !is.has(id)).map(([, name]) => name);
  const done = now.cabinets.filter(
    (stop) =>
      isDone(stop) &&
      !before.cabinets.some((old) => old.cabinet_id === stop.cabinet_id && isDone(old)),
  );
  const found = [
    before.scheduled_on !== now.scheduled_on &&
      `The date is ${date(now.scheduled_on)}, it was ${date(before.scheduled_on)}.`,
    before.driver_id !== now.driver_id &&
      `The driver is ${isolated(now.driver_name ?? "nobody")}, it was ${isolated(before.driver_name ?? "nobody")}.`,
    before.notes !== now.notes && `The notes say “${now.notes}”.`,
    added.length > 0 && `Added: ${added.join(", ")}.`,
    gone.length > 0 && `Taken out: ${gone.join(", ")}.`,
    done.length > 0 && `Visited or skipped: ${done.map((stop) => stopName(stop, now)).join(", ")}.`,
    before.units !== now.units && `It loads ${units(now.units)}, it was ${number(before.units)}.`,
  ].filter((each) => typeof each === "string");
  return found.length > 0 ? found : ["Its stops were moved or loaded anew."];
}
