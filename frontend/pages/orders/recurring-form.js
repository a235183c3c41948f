/**
 * The form of a recurring visit: which machines of which route, when again and again, and who.
 * @module
 */
import { api, ApiError, h, localDate } from "../../page/page.js";
import { combobox } from "../../components/combobox/combobox.js";
import { field, selectInput, textIn, textInput } from "../../components/field/field.js";
import { PURPOSES } from "../../words/order-words.js";
import { weekdays } from "../../words/recurring-words.js";
import { choice, findRoutes } from "../fleet/device-form.js";
import { driverSource } from "./drivers.js";

/** @typedef {import("../../api.js").Schemas["RecurringVisit"]} RecurringVisit */
/** @typedef {{value: number, label: string}} Machine */

const FOUND = 20;
// Many are asked for, for those that are on a route or chosen already are not offered.
const LOOKED_AT = 200;
const NO_DAY = new ApiError({
  status: 422,
  title: "Something is missing",
  detail: "Choose at least one day of the week.",
});

export class RecurringForm {
  /** @type {RecurringVisit | null} */ #visit;
  /** @type {Map<number, string>} */ #machines = new Map();
  #chosen = h("ul", { class: "chosen wide", "aria-label": "Chosen machines" });
  #route;

  /** @param {RecurringVisit | null} visit null for a new one */
  constructor(visit) {
    this.#visit = visit;
    for (const { id, asset } of visit?.devices ?? []) this.#machines.set(id, asset);
    this.#route = combobox({
      name: "route_id",
      placeholder: "No route",
      source: findRoutes,
      chosen: choice(visit?.route_id, visit?.route_name),
    });
    this.#route.addEventListener("choose", () => {
      this.#machines.clear();
      this.#drawMachines();
    });
    this.#drawMachines();
  }

  get fields() {
    const visit = this.#visit;
    return [
      field("Name", textInput("name", visit?.name, { required: true, maxlength: 120 }), {
        wide: true,
      }),
      field("Route", this.#route, { optional: true, pointer: "/route_id" }),
      field("Driver", this.#driver(), {
        optional: true,
        hint: "Left empty, who drives the route on the day",
      }),
      field("Machines", this.#search(), {
        wide: true,
        optional: true,
        pointer: "/device_ids",
        hint: "None chosen: all that are on the route on the day",
      }),
      this.#chosen,
      this.#days(),
      field("Every", weeks(visit?.every_weeks ?? 1)),
      field("What for", selectInput("purpose", Object.entries(PURPOSES), visit?.purpose ?? "fill")),
      field("First day", day("starts_on", visit?.starts_on ?? localDate(), true)),
      field("Last day", day("ends_on", visit?.ends_on ?? ""), { optional: true }),
      field("Order is made", ahead(visit?.days_ahead ?? 1), {
        wide: true,
        hint: "It loads what the machines lack at that time",
      }),
      field("Notes", textInput("notes", visit?.notes, { maxlength: 2000 }), {
        wide: true,
        optional: true,
        hint: "They go into each order",
      }),
    ];
  }

  /** What the form says. @param {FormData} form */
  values(form) {
    const digits = form.getAll("weekday").join("");
    if (!digits) throw NO_DAY;
    return {
      name: textIn(form, "name"),
      route_id: Number(form.get("route_id")) || null,
      device_ids: [...this.#machines.keys()],
      driver_id: Number(form.get("driver_id")) || null,
      purpose: /** @type {RecurringVisit["purpose"]} */ (form.get("purpose")),
      notes: textIn(form, "notes"),
      starts_on: String(form.get("starts_on")),
      ends_on: String(form.get("ends_on")) || null,
      every_weeks: Number(form.get("every_weeks")),
      weekdays: digits,
      days_ahead: Number(form.get("days_ahead")),
    };
  }

  #driver() {
    return combobox({
      name: "driver_id",
      placeholder: "Who drives the route",
      source: driverSource(),
      chosen: choice(this.#visit?.driver_id, this.#visit?.driver_name),
    });
  }

  #search() {
    const box = combobox({
      placeholder: "Add a machine",
      label: "Add a machine",
      source: async (words, signal) => {
        const route_id = Number(this.#route.value) || undefined;
        const asked = { q: words || undefined, route_id, limit: LOOKED_AT };
        const { items } = await api.device_service.list_devices(asked, { signal });
        return items
          .filter((device) => route_id !== undefined || device.route_id === null)
          .filter(({ id }) => !this.#machines.has(id))
          .slice(0, FOUND)
          .map(({ id, asset, name }) => ({
            value: id,
            label: asset,
            detail: name === asset ? undefined : name,
          }));
      },
    });
    box.addEventListener("choose", () => {
      const { chosen } = box;
      if (!chosen) return;
      this.#machines.set(Number(chosen.value), chosen.label);
      box.chosen = null;
      this.#drawMachines();
    });
    return box;
  }

  #drawMachines() {
    this.#chosen.hidden = this.#machines.size === 0;
    this.#chosen.replaceChildren(
      ...[...this.#machines].map(([id, asset]) =>
        h(
          "li",
          null,
          h(
            "button",
            {
              class: "chip",
              type: "button",
              "aria-label": `Take out ${asset}`,
              onclick: () => {
                this.#machines.delete(id);
                this.#drawMachines();
              },
            },
            h("bdi", null, asset),
            " ×",
          ),
        ),
      ),
    );
  }

  #days() {
    const digits = this.#visit?.weekdays ?? "";
    return h(
      "fieldset",
      { class: "weekdays wide" },
      h("legend", null, "On"),
      weekdays().map(({ value, label }) =>
        h(
          "label",
          null,
          h("input", {
            type: "checkbox",
            name: "weekday",
            value,
            checked: digits.includes(value),
          }),
          label,
        ),
      ),
    );
  }
}

const MOST_WEEKS = 12;
const MOST_DAYS_AHEAD = 14;

/** @param {number} chosen */
const weeks = (chosen) =>
  selectInput(
    "every_weeks",
    Array.from({ length: MOST_WEEKS }, (_, index) => [
      String(index + 1),
      index === 0 ? "week" : `${index + 1} weeks`,
    ]),
    String(chosen),
  );

/** @param {number} chosen */
const ahead = (chosen) =>
  selectInput(
    "days_ahead",
    Array.from({ length: MOST_DAYS_AHEAD + 1 }, (_, days) => [
      String(days),
      days === 0 ? "on its day" : days === 1 ? "the day before" : `${days} days before`,
    ]),
    String(chosen),
  );

/** @param {string} name @param {string} value @param {boolean} [required] */
const day = (name, value, required = false) =>
  h("input", { class: "input", type: "date", name, value, required });
