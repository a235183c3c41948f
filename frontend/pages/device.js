import { api, byId, changed, fill, h, icon, isolated, keys, link, navigate, onChanged, onParams, setParams, setTitle, start, toast, toastProblem, units } from "../modules/page.js";
import { inTurn } from "../modules/in-turn.js";
import { cabinetTypeBox, deviceDifferences, deviceFields, deviceValues } from "../components/device-form/device-form.js";
import { openForm } from "../components/dialog/dialog.js";
import { field } from "../components/field/field.js";
import { menu } from "../components/menu/menu.js";
import { status } from "../components/status/status.js";
import { Tabs } from "../components/tabs/tabs.js";
import { Title } from "../components/title/title.js";
import { changesTab } from "./device-changes.js";
import { ordersTab } from "./device-orders.js";
import { overviewTab } from "./device-overview.js";
import { readsTab } from "./device-reads.js";
import { salesTab } from "./device-sales.js";

/** @typedef {import("../api.js").Schemas["Device"]} Device */
/** @typedef {import("../modules/page.js").Page} Page */
/** What a tab is: how it shows the device, anew each time it is called. @typedef {(device: Device) => void | Promise<void>} Tab */

const title = byId("title", Title);
const tabs = byId("tabs", Tabs);

start(async (page) => {
  const device_id = Number(page.params.device_id);
  // The tabs are there before the device is.
  tabs.addEventListener("tab", () => setParams({ tab: tabs.value === "overview" ? "" : tabs.value }));
  let device = await api.device_service.get_device({ device_id });
  if (!page.may("dex_read_service.list_dex_reads") && !page.may("dex_read_service.create_dex_read")) tabs.querySelector("[value=reads]")?.remove();

  /** Reads the device again and shows it, and its tabs once they are looked at. */
  const reload = inTurn(async () => {
    try {
      take(await api.device_service.get_device({ device_id }));
    } catch (error) {
      toastProblem(error);
    }
  });
  /** @type {Record<string, Tab>} */
  const shown = {
    overview: overviewTab(page, { removeCabinet, addCabinet }),
    reads: readsTab(page, reload),
    orders: ordersTab(page),
    sales: salesTab(page),
    changes: changesTab(page),
  };
  /** Tabs that show the device as it is now. @type {Set<string>} */
  const current = new Set();

  tabs.addEventListener("tab", showTab);
  onParams(() => { current.delete(tabs.value); chooseTab(); showTab(); });
  onChanged(["device", "dex-read", "planogram", "product", "sale", "service-order", "stock", "visit", "everything"], reload);
  keys({
    ...(page.may("device_service.update_device") ? { e: ["Edit this device", edit] } : {}),
    p: ["Planogram", () => navigate(`/devices/${device_id}/planogram`)],
  });
  showHead();
  chooseTab();
  await showTab();

  function chooseTab() {
    const wanted = page.params.tab ?? "overview";
    tabs.value = tabs.querySelector(`[value="${CSS.escape(wanted)}"]`) ? wanted : "overview";
  }

  async function showTab() {
    const name = tabs.value;
    if (current.has(name)) return;
    current.add(name);
    try {
      await shown[name]?.(device);
    } catch (error) {
      current.delete(name);
      toastProblem(error);
    }
  }

  /** @param {Device} now */
  function take(now) {
    device = now;
    current.clear();
    showHead();
    showTab();
  }

  function showHead() {
    title.heading = device.asset;
    setTitle(device.asset);
    title.beside = stateOf(device);
    fill(byId("place"), placeWords(device, page));
    const mayChange = page.may("device_service.update_device");
    const mayArchive = page.may("device_service.delete_device");
    fill(byId("actions"),
      device.archived_at
        ? mayArchive && h("button", { class: "button", type: "button", onclick: restore }, icon("archive-restore"), "Restore")
        : [
          mayChange && menu("More about this device", [
            { label: "Add a cabinet", icon: "plus", run: addCabinet },
            ...(mayArchive ? [{ label: "Archive", icon: "archive", danger: true, run: archive }] : []),
          ]),
          page.may("visit_service.create_unplanned_visit") && visitLink(),
          mayChange && h("button", { class: "button", type: "button", onclick: edit }, icon("pencil"), "Edit"),
        ],
      h("a", { class: "button primary", href: `/#/devices/${device.id}/planogram` }, icon("grid-3x3"), "Planogram"));
  }

  /** A visit that no order asks for. */
  function visitLink() {
    const address = (/** @type {Device["cabinets"][number]} */ { id }) => `/cabinets/${id}/visit`;
    const [only, ...others] = device.cabinets;
    if (!only) return null;
    if (others.length === 0) return h("a", { class: "button", href: `/#${address(only)}` }, icon("truck"), "Visit now");
    return menu("Visit now", device.cabinets.map((cabinet) => ({ label: `Visit cabinet ${cabinet.position}`, icon: "truck", run: () => navigate(address(cabinet)) })), { icon: "truck", text: "Visit now" });
  }

  async function edit() {
    const { items } = await api.device_type_service.list_device_types({ limit: 200 });
    let base = device;
    openForm({
      heading: device.asset,
      action: "Save changes",
      fields: deviceFields(device, items.find(({ id }) => id === device.device_type_id)?.name ?? `Type ${device.device_type_id}`),
      save: async (form) => {
        const decided = JSON.stringify([base.ignored_selections, base.linked_selections]);
        take(await api.device_service.update_device({ device_id, version: base.version, ...deviceValues(form) }));
        changed("device", ...(JSON.stringify([device.ignored_selections, device.linked_selections]) === decided ? [] : ["dex-read", "sale", "stock"]));
        toast(`Saved ${isolated(device.asset)}`);
      },
      conflict: (/** @type {Device} */ now) => {
        const theirs = deviceDifferences(base, now);
        base = now;
        return theirs;
      },
    });
  }

  function addCabinet() {
    openForm({
      heading: `Add a cabinet to ${isolated(device.asset)}`,
      action: "Add cabinet",
      fields: [field("Cabinet type", cabinetTypeBox({ name: "cabinet_type_id", label: "Cabinet type", placeholder: "Choose or create a type", required: true }), { wide: true, hint: "Its planogram starts empty" })],
      save: async (form) => {
        take(await api.device_service.create_cabinet({ device_id, cabinet_type_id: Number(form.get("cabinet_type_id")) }));
        changed("device", "planogram");
        toast("Added a cabinet");
      },
    });
  }

  /** @param {Device["cabinets"][number]} cabinet */
  function removeCabinet(cabinet) {
    openForm({
      heading: `Remove cabinet ${cabinet.position} of ${isolated(device.asset)}?`,
      before: h("p", null, "Its slots are emptied and it leaves the device. What it sold stays in the figures. This cannot be undone: adding it again starts with an empty planogram."),
      fields: [],
      action: "Remove cabinet",
      danger: true,
      save: async () => {
        await api.device_service.delete_cabinet({ cabinet_id: cabinet.id });
        await reload();
        changed("device", "planogram", "stock");
        toast(`Removed cabinet ${cabinet.position}`);
      },
    });
  }

  async function archive() {
    try {
      await api.device_service.delete_device({ device_id });
      await reload();
      changed("device");
      toast(`Archived ${isolated(device.asset)}`, { action: "Undo", run: restore });
    } catch (error) {
      toastProblem(error);
    }
  }

  async function restore() {
    try {
      take(await api.device_service.restore_device({ device_id }));
      changed("device");
      toast(`Restored ${isolated(device.asset)}`);
    } catch (error) {
      toastProblem(error);
    }
  }
});

/** How the device stands. @param {Device} device */
function stateOf({ archived_at, sold_out_slots, product_level_percent }) {
  if (archived_at) return [status("idle", "Archived")];
  if (product_level_percent === null) return [status("idle", "Stock unknown")];
  return [sold_out_slots ? status("bad", `${units(sold_out_slots, "slot")} sold out`) : status("ok", "Nothing sold out")];
}

/** Where the device stands and who serves it. @param {Device} device @param {Page} page */
function placeWords({ asset, name, location_name, location_id, route_id, route_name, serial }, page) {
  const parts = [
    name !== asset && name,
    location_id === null ? "No location" : link(`/devices?location_id=${location_id}`, location_name),
    route_id === null ? "on no route" : page.may("board_service.list_route_devices") ? link(`/route-board/${route_id}`, route_name) : route_name,
    serial && `serial ${serial}`,
  ].filter(Boolean);
  return parts.flatMap((part, index) => (index === 0 ? [part] : [" · ", part]));
}
