/**
 * What a new machine is called, and where it is.
 * @module
 */
import { api, changed, h } from "../../page/page.js";
import { headingOf } from "../../words/read-words.js";
import { combobox } from "../../components/combobox/combobox.js";
import { field } from "../../components/field/field.js";
import { withOthers } from "./audits.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */

/**
 * @param {Read} read
 * @param {HTMLElement} insisting asks for a machine that states another serial
 */
export function machinePart(read, insisting) {
  const asset = read.reported_asset ?? read.serial ?? "";
  return h(
    "section",
    { class: "section about" },
    h("header", null, h("h2", null, "The machine"), h("span", { class: "count" }, headingOf(read))),
    h(
      "div",
      { class: "form" },
      field(
        "Asset number",
        h("input", {
          class: "input",
          name: "asset",
          required: true,
          maxlength: 40,
          autocomplete: "off",
          value: asset,
        }),
        {
          hint: read.reported_asset
            ? "As the machine says"
            : "The machine does not say: what is on its sticker?",
        },
      ),
      field(
        "Name",
        h("input", { class: "input", name: "name", maxlength: 120, autocomplete: "off" }),
        { optional: true, hint: "Such as Town hall, lobby" },
      ),
      field(
        "Location",
        combobox({
          name: "location_id",
          placeholder: "Not yet",
          source: findLocations,
          create: createLocation,
        }),
        { optional: true },
      ),
      field("Route", combobox({ name: "route_id", placeholder: "Not yet", source: findRoutes }), {
        optional: true,
      }),
      withOthers(read),
      insisting,
    ),
  );
}

/** @param {string} q @param {AbortSignal} signal */
async function findLocations(q, signal) {
  const { items } = await api.location_service.list_locations({ q, limit: 20 }, { signal });
  return items.map(({ id, name, address }) => ({ value: id, label: name, detail: address }));
}

/** @param {string} name */
async function createLocation(name) {
  const made = await api.location_service.create_location({ name });
  changed("location");
  return { value: made.id, label: made.name };
}

/** @param {string} q @param {AbortSignal} signal */
async function findRoutes(q, signal) {
  const { items } = await api.route_service.list_routes({ q, limit: 20 }, { signal });
  return items.map(({ id, name }) => ({ value: id, label: name }));
}
