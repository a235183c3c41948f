/**
 * A device's figures with what they are computed from, what is wrong with it, and its slots by
 * level.
 * @module
 */
import { inTurn } from "../../words/in-turn.js";
import { api, byId, fill, h, link, money, number, units } from "../../page/page.js";
import { newButton } from "../../page/list-page.js";
import { explained, facts } from "./device-figures.js";
import { slotTable } from "./device-slots.js";
import { empty } from "../../components/empty/empty.js";
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { costWords, stateWords } from "../../words/price-words.js";

/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["DeviceMetrics"]} Metrics */
/** @typedef {import("../../api.js").Schemas["SlotMetrics"]} Slot */
/** @typedef {Device["cabinets"][number]} Cabinet */

/**
 * @param {Page} page
 * @param {{removeCabinet: (cabinet: Cabinet) => void, addCabinet: () => void}} acts
 */
export const overviewTab = (page, acts) =>
  inTurn(async (/** @type {Device} */ device) => showOverview(page, acts, device));

/**
 * @param {Page} page
 * @param {{removeCabinet: (cabinet: Cabinet) => void, addCabinet: () => void}} acts
 * @param {Device} device
 */
async function showOverview(page, acts, device) {
  const figures = await api.metrics_service.get_device_metrics({ device_id: device.id });
  fill(byId("figures"), facts(figures, device), explained(figures));
  const warnings = [faults(device, figures), priceDifferences(device, figures)].filter(Boolean);
  byId("warnings").hidden = warnings.length === 0;
  fill(byId("warnings"), warnings);
  const sections = device.cabinets.map((cabinet) => {
    const slots = figures.slots.filter(({ cabinet_id }) => cabinet_id === cabinet.id);
    return h(
      "section",
      { class: "section" },
      cabinetHead(page, device, cabinet, slots.length, acts.removeCabinet),
      slots.length > 0 ? slotTable(page, cabinet, slots) : noSlot(page, device, cabinet),
    );
  });
  fill(byId("cabinets"), sections.length > 0 ? sections : noCabinet(page, acts.addCabinet));
}

/** @param {Device} device @param {Cabinet} cabinet */
const planogramOf = ({ id }, { position }) => `/devices/${id}/planogram?cabinet=${position}`;

/**
 * @param {Page} page
 * @param {Device} device
 * @param {Cabinet} cabinet
 * @param {number} slots that hold a product
 * @param {(cabinet: Cabinet) => void} remove
 */
function cabinetHead({ may }, device, cabinet, slots, remove) {
  const removal = {
    label: "Remove cabinet",
    icon: "trash-2",
    danger: true,
    run: () => remove(cabinet),
  };
  return h(
    "header",
    null,
    h("h2", null, device.cabinets.length > 1 ? `Cabinet ${cabinet.position}` : "Slots"),
    h(
      "span",
      { class: "count" },
      `${cabinet.rows} × ${cabinet.columns}, ${units(slots, "slot")} with a product`,
    ),
    h(
      "span",
      { class: "end bar" },
      link(planogramOf(device, cabinet), "Planogram"),
      may("device_service.delete_cabinet") &&
        menu(`More about cabinet ${cabinet.position}`, [removal]),
    ),
  );
}

/** @param {Page} page @param {Device} device @param {Cabinet} cabinet */
function noSlot({ may }, device, cabinet) {
  const mayChange = may("planogram_service.update_planogram");
  const href = `/#${planogramOf(device, cabinet)}`;
  return empty({
    icon: "grid-3x3",
    heading: "No slot holds a product",
    text: mayChange
      ? "Arrange the products by hand, or take them over from an audit."
      : "A manager arranges the products.",
    action: mayChange && h("a", { class: "button", href }, "Arrange products"),
  });
}

/** @param {Page} page @param {() => void} add */
function noCabinet({ may }, add) {
  const mayAdd = may("device_service.create_cabinet");
  return empty({
    icon: "layout-grid",
    heading: "No cabinet yet",
    text: mayAdd
      ? "A cabinet has the slots that hold the products."
      : "A cabinet has the slots that hold the products. A manager adds it.",
    action: mayAdd && newButton("Add a cabinet", add, "button"),
  });
}

/** @param {Device} device @param {Metrics} figures */
const faults = ({ id }, { faults: found }) =>
  found.length > 0 &&
  h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h("h2", null, "Faults"),
      h("span", { class: "count" }, number(found.length)),
      h("span", { class: "end small" }, link(`/devices/${id}?tab=tickets`, "Their tickets")),
    ),
    h(
      "ul",
      { class: "rows" },
      found.map(({ code, meaning }) =>
        h("li", null, status("bad", meaning), h("code", { class: "muted" }, code)),
      ),
    ),
  );

/** @param {Device} device @param {Metrics} figures */
const priceDifferences = (device, { price_differences: found }) =>
  found.length > 0 &&
  h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h("h2", null, "Price differs from the machine"),
      h("span", { class: "count" }, number(found.length)),
      h(
        "span",
        { class: "end small" },
        link(`/devices/${device.id}/planogram?view=price`, "Compare in the planogram"),
      ),
    ),
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "col" }, "Slot"),
          h("th", { scope: "col", class: "number" }, "Planogram"),
          h("th", { scope: "col", class: "number" }, "Machine"),
          h("th", { scope: "col" }, "To be set"),
        ),
      ),
      h(
        "tbody",
        null,
        found.map((each) =>
          h(
            "tr",
            null,
            h("td", null, each.label),
            h("td", { class: "number" }, money(each.price_cents)),
            h("td", { class: "number warn" }, money(each.machine_price_cents)),
            h(
              "td",
              null,
              stateWords(each),
              " ",
              h("span", { class: "muted" }, costWords(each.lost_cents_per_day)),
            ),
          ),
        ),
      ),
    ),
  );
