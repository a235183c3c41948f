/**
 * What can be done to a device that is shown.
 * @module
 */
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { openEdit } from "../../page/edit-form.js";
import { api, changed, h, isolated, toast, toastProblem } from "../../page/page.js";
import { cabinetTypeBox, deviceDifferences, deviceFields, deviceValues } from "./device-form.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/**
 * The page of a device: which it is, as it is known now, and how it shows another state of it.
 * @typedef {object} Shown
 * @property {number} device_id
 * @property {() => Device} now
 * @property {(device: Device) => void} take
 * @property {() => Promise<void>} reload
 */

/** What is another once other selections count. */
const BOOKED_ANEW = /** @type {const} */ (["dex_read", "sale", "stock"]);

/** @param {Shown} shown */
export async function editDevice({ device_id, now, take }) {
  const device = now();
  const { items } = await api.device_type_service.list_device_types({ limit: 200 });
  const type = items.find(({ id }) => id === device.device_type_id);
  openEdit({
    row: device,
    heading: device.asset,
    fields: deviceFields(device, type?.name ?? `Type ${device.device_type_id}`),
    save: async (base, form) => {
      const values = { device_id, version: base.version, ...deviceValues(form) };
      take(await api.device_service.update_device(values));
      changed("device", ...(decided(base) === decided(now()) ? [] : BOOKED_ANEW));
      toast(`Saved ${isolated(now().asset)}`);
    },
    differences: deviceDifferences,
    shown: () => {},
  });
}

/** Which selections count, as one text. @param {Device} device */
const decided = ({ ignored_selections, linked_selections }) =>
  JSON.stringify([ignored_selections, linked_selections]);

/** @param {Shown} shown */
export function addCabinet({ device_id, now, take }) {
  const type = cabinetTypeBox({
    name: "cabinet_type_id",
    label: "Cabinet type",
    placeholder: "Choose or create a type",
    required: true,
  });
  openForm({
    heading: `Add a cabinet to ${isolated(now().asset)}`,
    action: "Add cabinet",
    fields: [field("Cabinet type", type, { wide: true, hint: "Its planogram starts empty" })],
    save: async (form) => {
      const cabinet_type_id = Number(form.get("cabinet_type_id"));
      take(await api.device_service.create_cabinet({ device_id, cabinet_type_id }));
      changed("device", "planogram");
      toast("Added a cabinet");
    },
  });
}

/** @param {Shown} shown @param {Device["cabinets"][number]} cabinet */
export function removeCabinet({ now, reload }, { id, position }) {
  openForm({
    heading: `Remove cabinet ${position} of ${isolated(now().asset)}?`,
    before: h(
      "p",
      null,
      "Its slots are emptied and it leaves the device. What it sold stays in the figures. " +
        "This cannot be undone: adding it again starts with an empty planogram.",
    ),
    fields: [],
    action: "Remove cabinet",
    danger: true,
    save: async () => {
      await api.device_service.delete_cabinet({ cabinet_id: id });
      await reload();
      changed("device", "planogram", "stock");
      toast(`Removed cabinet ${position}`);
    },
  });
}

/** @param {Shown} shown */
export async function archiveDevice(shown) {
  try {
    await keepArchived(shown, true);
    changed("device");
    const run = () => restoreDevice(shown);
    toast(`Archived ${isolated(shown.now().asset)}`, { action: "Undo", run });
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {Shown} shown @param {boolean} archived */
async function keepArchived({ device_id, now, take }, archived) {
  take(await api.device_service.update_device({ device_id, version: now().version, archived }));
}

/** @param {Shown} shown */
export async function restoreDevice(shown) {
  try {
    await keepArchived(shown, false);
    changed("device");
    toast(`Restored ${isolated(shown.now().asset)}`);
  } catch (error) {
    toastProblem(error);
  }
}
