/**
 * What the DEX pages share: how an audit is called, how it stands, and the two decisions about it.
 * @module
 */
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { status } from "../../components/status/status.js";
import { h } from "../../page/dom.js";
import { isolated, number } from "../../words/format.js";
import { nameOf, standing } from "../../words/read-words.js";
import { api, ApiError, changed, toast } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} DexReadDetail */

/** So many go with one, and are counted. */
const MOST_OTHERS = 200;

/** How it stands, and what that means for the books. @param {DexRead | DexReadDetail} read */
export const statusOf = (read) => status(...standing(read));

/** Devices by words, for a combobox. @param {string} q @param {AbortSignal} signal */
export async function findDevices(q, signal) {
  const { items } = await api.device_service.list_devices({ q, limit: 20 }, { signal });
  return items.map(({ id, asset, name, location_name }) => ({
    value: id,
    label: asset,
    detail: [name === asset ? "" : name, location_name].filter(Boolean).join(", "),
  }));
}

/**
 * The other audits of an unknown machine, which go with this one unless somebody says no; nothing
 * where there are none.
 * @param {DexReadDetail} read
 */
export function withOthers({ others, serial }) {
  if (others === 0) return null;
  const which =
    others === MOST_OTHERS
      ? `the newest ${number(others)} other audits`
      : others === 1
        ? "the other audit"
        : `the other ${number(others)} audits`;
  return h(
    "label",
    { class: "check wide" },
    h("input", { type: "checkbox", name: "with_others", checked: true }),
    `Also book ${which} of serial ${isolated(serial ?? "")}`,
  );
}

/**
 * Whether something was refused because the audit states another machine.
 * @param {unknown} error
 */
export const statesAnother = (error) =>
  error instanceof ApiError && error.status === 409 && "stated_serial" in (error.current ?? {});

/** The tick with which somebody insists on that machine; hidden until it is asked for. */
export const despiteSerial = () =>
  h(
    "label",
    { class: "check wide", hidden: true },
    h("input", { type: "checkbox", name: "despite_serial" }),
    "Book it all the same: it is this machine",
  );

/** What the machine says that it is. @param {DexRead | DexReadDetail} read */
function selfOf({ serial, reported_asset }) {
  const names = [
    serial && `serial ${isolated(serial)}`,
    reported_asset && `asset ${isolated(reported_asset)}`,
  ];
  return names.filter(Boolean).join(", ") || "nothing";
}

/**
 * Asks which device an audit belongs to, and books it there.
 * @param {DexRead | DexReadDetail} read @param {(detail: DexReadDetail) => void} done
 */
export async function assign(read, done) {
  const insisting = despiteSerial();
  const known =
    "others" in read ? read : await api.dex_read_service.get_dex_read({ dex_read_id: read.id });
  openForm({
    heading: "Whose audit is this?",
    action: "Assign and book",
    before: h(
      "p",
      null,
      `The machine calls itself ${selfOf(read)}. ` +
        "The device learns the serial, if it has none, and its next audits find it by themselves.",
    ),
    fields: [
      field(
        "Device",
        combobox({
          name: "device_id",
          placeholder: "Type an asset, a name or a place",
          required: true,
          source: findDevices,
        }),
        { wide: true },
      ),
      withOthers(known),
      insisting,
    ],
    save: async (form) => {
      const asked = {
        dex_read_id: read.id,
        device_id: Number(form.get("device_id")),
        with_others: form.has("with_others"),
        despite_serial: form.has("despite_serial"),
      };
      const detail = await api.dex_read_service.assign_dex_read(asked).catch((error) => {
        if (statesAnother(error)) insisting.hidden = false;
        throw error;
      });
      changed("dex_read", "sale", "stock", "device");
      toast(`Assigned to ${isolated(nameOf(detail))}`);
      done(detail);
    },
  });
}

/** Books a damaged or held audit. @param {DexRead | DexReadDetail} read */
export async function accept(read) {
  const detail = await api.dex_read_service.accept_dex_read({ dex_read_id: read.id });
  changed("dex_read", "sale", "stock", "device");
  toast(`Booked the audit of ${isolated(nameOf(detail))}`);
  return detail;
}
