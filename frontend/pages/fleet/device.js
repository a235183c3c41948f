import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  fill,
  keys,
  navigate,
  onChanged,
  onParams,
  setParams,
  setTitle,
  start,
  toastProblem,
} from "../../page/page.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { Title } from "../../components/title/title.js";
import { showPhotos } from "../files/lazily.js";
import { addCabinet, editDevice, removeCabinet } from "./device-acts.js";
import { changesTab } from "./device-changes.js";
import { actions, placeWords, stateOf } from "./device-head.js";
import { historyTab } from "./device-history.js";
import { ordersTab } from "./device-orders.js";
import { overviewTab } from "./device-overview.js";
import { readsTab } from "./device-reads.js";
import { salesTab } from "./device-sales.js";
import { ticketsTab } from "./device-tickets.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../page/page.js").Page} Page */
/**
 * What a tab is: how it shows the device, anew each time it is called.
 * @typedef {(device: Device) => void | Promise<void>} Tab
 */

const HINT = "Photos show whoever comes next where it stands, how it opens and what is broken.";
const title = byId("title", Title);
const tabs = byId("tabs", Tabs);

start(async (page) => {
  const device_id = Number(page.params.device_id);
  // The tabs are there before the device is.
  tabs.addEventListener("tab", () =>
    setParams({ tab: tabs.value === "overview" ? "" : tabs.value }),
  );
  const shown = new ShownDevice(page, await api.device_service.get_device({ device_id }));
  if (!page.may("dex_read_service.list_dex_reads") && !page.may("dex_read_service.create_dex_read"))
    tabs.querySelector("[value=reads]")?.remove();
  tabs.addEventListener("tab", () => shown.showTab());
  onParams(() => shown.showAddressed());
  onChanged(
    [
      "device",
      "dex_read",
      "planogram",
      "product",
      "sale",
      "service_order",
      "stock",
      "ticket",
      "visit",
      "everything",
    ],
    shown.reload,
  );
  keys({
    ...(page.may("device_service.update_device")
      ? { e: ["Edit this device", () => editDevice(shown)] }
      : {}),
    p: ["Planogram", () => navigate(`/devices/${device_id}/planogram`)],
  });
  shown.showHead();
  shown.chooseTab();
  await shown.showTab();
});

/** The device on its page, with its tabs: each shows it as it is once somebody looks there. */
class ShownDevice {
  /** @type {Page} */ #page;
  /** @type {Device} */ #device;
  /** @type {Record<string, Tab>} */ #tabs;
  /** Tabs that show the device as it is now. @type {Set<string>} */
  #current = new Set();

  /** @param {Page} page @param {Device} device */
  constructor(page, device) {
    this.#page = page;
    this.#device = device;
    this.#tabs = {
      overview: overviewTab(page, {
        removeCabinet: (cabinet) => removeCabinet(this, cabinet),
        addCabinet: () => addCabinet(this),
      }),
      reads: readsTab(page, this.reload),
      orders: ordersTab(page),
      sales: salesTab(page),
      tickets: ticketsTab(page),
      history: historyTab(page),
      photos: ({ id, asset }) =>
        showPhotos(byId("photos"), page, { noun: "device", noun_id: id, name: asset, hint: HINT }),
      changes: changesTab(page),
    };
  }

  get device_id() {
    return this.#device.id;
  }

  now = () => this.#device;

  /** Another state of it. @param {Device} device */
  take = (device) => {
    this.#device = device;
    this.#current.clear();
    this.showHead();
    this.showTab();
  };

  /** Reads the device again and shows it, and its tabs once they are looked at. */
  reload = inTurn(async () => {
    try {
      this.take(await api.device_service.get_device({ device_id: this.device_id }));
    } catch (error) {
      toastProblem(error);
    }
  });

  showHead() {
    const { asset } = this.#device;
    title.heading = asset;
    setTitle(asset);
    title.beside = stateOf(this.#device);
    fill(byId("place"), placeWords(this.#device, this.#page));
    fill(byId("actions"), actions(this.#page, this));
  }

  /** The tab that the address names, anew. */
  showAddressed() {
    this.#current.delete(tabs.value);
    this.chooseTab();
    this.showTab();
  }

  chooseTab() {
    const wanted = this.#page.params.tab ?? "overview";
    tabs.value = tabs.querySelector(`[value="${CSS.escape(wanted)}"]`) ? wanted : "overview";
  }

  async showTab() {
    const name = tabs.value;
    if (this.#current.has(name)) return;
    this.#current.add(name);
    try {
      await this.#tabs[name]?.(this.#device);
    } catch (error) {
      this.#current.delete(name);
      toastProblem(error);
    }
  }
}
