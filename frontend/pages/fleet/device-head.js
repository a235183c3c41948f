/**
 * The head of a device's page: how it stands, where, and what can be done to it.
 * @module
 */
import { menu } from "../../components/menu/menu.js";
import { status } from "../../components/status/status.js";
import { h, icon, link, navigate, units } from "../../page/page.js";
import { comparisonOf } from "./compare-button.js";
import { addCabinet, archiveDevice, editDevice, restoreDevice } from "./device-acts.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("./device-acts.js").Shown} Shown */

/** What may be done, the planogram last. @param {Page} page @param {Shown} shown */
export function actions(page, shown) {
  const { id, archived_at } = shown.now();
  const planogram = { class: "button primary", href: `/#/devices/${id}/planogram` };
  return [
    page.may("comparison_service.get_comparison") && compareLink(id),
    archived_at ? ofArchived(page, shown) : ofUsed(page, shown),
    h("a", planogram, icon("grid-3x3"), "Planogram"),
  ];
}

/** @param {Page} page @param {Shown} shown */
const ofArchived = ({ me }, shown) =>
  me.role === "admin" &&
  h(
    "button",
    { class: "button", type: "button", onclick: () => restoreDevice(shown) },
    icon("archive-restore"),
    "Restore",
  );

/** @param {Page} page @param {Shown} shown */
function ofUsed({ may, me }, shown) {
  const archive = {
    label: "Archive",
    icon: "archive",
    danger: true,
    run: () => archiveDevice(shown),
  };
  const more = [
    { label: "Add a cabinet", icon: "plus", run: () => addCabinet(shown) },
    ...(may("label_service.list_labels") ? [labelOf(shown)] : []),
    ...(me.role === "admin" ? [archive] : []),
  ];
  const edit = { class: "button", type: "button", onclick: () => editDevice(shown) };
  const mayChange = may("device_service.update_device");
  return [
    mayChange && menu("More about this device", more),
    may("visit_service.create_unplanned_visit") && visitLink(shown.now()),
    mayChange && h("button", edit, icon("pencil"), "Edit"),
  ];
}

/** @param {Shown} shown */
const labelOf = ({ device_id }) => ({
  label: "Label with its code",
  icon: "qr-code",
  run: () => navigate(`/labels?ids=${device_id}`),
});

/** Beside others of its kind. @param {number} id */
const compareLink = (id) =>
  h("a", { class: "button", href: `/#${comparisonOf([id])}` }, icon("git-compare"), "Compare");

/** A visit that no order asks for. @param {Device} device */
function visitLink({ cabinets }) {
  const address = (/** @type {Device["cabinets"][number]} */ { id }) => `/cabinets/${id}/visit`;
  const [only, ...others] = cabinets;
  if (!only) return null;
  if (others.length === 0)
    return h("a", { class: "button", href: `/#${address(only)}` }, icon("truck"), "Visit now");
  const visits = cabinets.map((cabinet) => ({
    label: `Visit cabinet ${cabinet.position}`,
    icon: "truck",
    run: () => navigate(address(cabinet)),
  }));
  return menu("Visit now", visits, { icon: "truck", text: "Visit now" });
}

/** How the device stands. @param {Device} device */
export function stateOf({ archived_at, sold_out_slots, product_level_percent }) {
  if (archived_at) return [status("idle", "Archived")];
  if (product_level_percent === null) return [status("idle", "Stock unknown")];
  return [
    sold_out_slots
      ? status("bad", `${units(sold_out_slots, "slot")} sold out`)
      : status("ok", "Nothing sold out"),
  ];
}

/** Where the device stands and who serves it. @param {Device} device @param {Page} page */
export function placeWords(
  { asset, name, location_name, location_id, route_id, route_name, serial },
  page,
) {
  const parts = [
    name !== asset && name,
    location_id === null
      ? "No location"
      : link(`/devices?location_id=${location_id}`, location_name),
    route_id === null
      ? "on no route"
      : page.may("board_service.list_route_devices")
        ? link(`/route-board/${route_id}`, route_name)
        : route_name,
    serial && `serial ${serial}`,
  ].filter(Boolean);
  return parts.flatMap((part, index) => (index === 0 ? [part] : [" · ", part]));
}
