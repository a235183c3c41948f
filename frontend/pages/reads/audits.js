/**
 * What the DEX pages share: how an audit is called, how it stands, and the two decisions about it.
 * @module
 */
import { combobox } from "../../components/combobox/combobox.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { status } from "../../components/status/status.js";
import { h } from "../../page/dom.js";
import { dateTime, isolated, money, number, units } from "../../words/format.js";
import { api, ApiError, changed, toast } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} DexReadDetail */

/** So many go with one, and are counted. */
const MOST_OTHERS = 200;

/**
 * The device's asset, else what the machine says about itself.
 * @param {DexRead | DexReadDetail} read
 */
export const nameOf = ({ asset, reported_asset, serial, filename }) =>
  asset ?? reported_asset ?? (serial ? `Serial ${serial}` : filename);

/** `T-1000, read 3 Nov 2026, 09:00`. @param {DexRead | DexReadDetail} read */
export const headingOf = (read) => `${isolated(nameOf(read))}, read ${dateTime(read.read_at)}`;

/** Do its sales wait for a manager? @param {DexRead | DexReadDetail} read */
export const isHeld = ({ held_reason, accepted_at }) =>
  held_reason !== null && accepted_at === null;

/** How it stands, and what that means for the books. @param {DexRead | DexReadDetail} read */
export function statusOf(read) {
  if (isHeld(read))
    return status(
      "warn",
      "Held back",
      `Not in the books until somebody accepts it. ${read.held_reason ?? ""}`,
    );
  if (read.status === "damaged")
    return status(
      "bad",
      "Damaged",
      "It was changed on its way: not in the books until somebody accepts it",
    );
  if (read.status === "unassigned")
    return status("warn", "Unassigned", "Not in the books: nobody said yet whose audit it is");
  if (read.status === "baseline")
    return status(
      "info",
      "First audit",
      "It sets the counters of the machine: sales are counted from here",
    );
  return status("ok", "Booked", "What was sold since the audit before is in sales and stock");
}

/**
 * Odometers, and what was counted since the last reset; what cannot be is not told as a fact.
 * @param {DexReadDetail} read
 */
export function counters({ selections, status: state, checks }) {
  if (selections.length === 0)
    return "It counts nothing by selection, so it is kept but books no sales.";
  const impossible = checks.find(({ name, passed }) => name === "since_reset" && passed === false);
  if (impossible) return `Its counters contradict each other. ${impossible.meaning}`;
  const sum = (
    /** @type {"count_init" | "value_init_cents" | "count_rst" | "value_rst_cents"} */ key,
  ) => selections.reduce((total, each) => total + (each[key] ?? 0), 0);
  const since = selections.some(({ count_rst }) => count_rst)
    ? `, ${units(sum("count_rst"))} for ${money(sum("value_rst_cents"))} of it since its last reset`
    : "";
  return (
    `${state === "damaged" ? "As it arrived, its" : "Its"} counters stand at ` +
    `${units(sum("count_init"))}, ${money(sum("value_init_cents"))} in all${since}.`
  );
}

/** What a first audit tells of sales. @param {DexReadDetail} read */
export const firstCounters = (read) =>
  `${counters(read)}${read.selections.length > 0 ? " Sales are counted from here." : ""}`;

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
