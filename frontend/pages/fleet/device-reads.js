/**
 * A device's audits, and taking in more of them.
 * @module
 */
import {
  api,
  ApiError,
  byId,
  changed,
  dateTime,
  fill,
  h,
  icon,
  isolated,
  link,
  money,
  number,
  time,
  units,
  unknown,
} from "../../page/page.js";
import { statesAnother, statusOf } from "../reads/audits.js";
import { firstCounters, isHeld } from "../../words/read-words.js";
import { stockQuestion } from "../reads/stock-question.js";
import { Drop } from "../../components/drop/drop.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["DexRead"]} Read */
/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} ReadDetail */
/** @typedef {{row: HTMLLIElement, read: Read}} Taken */

/**
 * @param {import("../../page/page.js").Page} page
 * @param {() => Promise<void>} uploaded shows the device anew
 */
export function readsTab(page, uploaded) {
  const mayList = page.may("dex_read_service.list_dex_reads");
  const mayUpload = page.may("dex_read_service.create_dex_read");
  const [drop, table] = [byId("drop", Drop), byId("reads", Table)];
  /** @type {Device | null} */
  let shown = null;
  if (!mayUpload) drop.remove();
  if (!mayList) table.remove();
  table.columns = columns(mayList);
  table.empty = () =>
    empty({
      icon: "file-up",
      heading: "No audit yet",
      text: mayUpload
        ? "Drop one above. The first one sets the counters; sales follow from the second on."
        : "They appear here as soon as one is uploaded.",
    });

  /**
   * Only once all files are in is it known which audit is the first.
   * @param {Taken | null} taken
   */
  async function explainFirst(taken) {
    if (taken === null || taken.read.status !== "baseline" || isKnown(taken.read)) return;
    const detail = await api.dex_read_service.get_dex_read({ dex_read_id: taken.read.id });
    fill(
      taken.row,
      statusOf(detail),
      h("span", null, sentence(detail)),
      await stockQuestion(page, detail, uploaded),
    );
  }

  return (/** @type {Device} */ device) => {
    const isSame = shown?.id === device.id;
    shown = device;
    const renew = async () => {
      changed("dex_read", "sale", "stock", "device");
      await uploaded();
    };
    drop.receive(async (files) => {
      const taken = [];
      for (const file of files) taken.push(await upload(file, device, renew));
      await renew();
      if (page.may("dex_read_service.get_dex_read"))
        for (const each of taken) await explainFirst(each);
    });
    if (!mayList) return;
    if (isSame) table.refresh();
    else
      table.source = ({ cursor, counted, limit, signal }) =>
        api.dex_read_service.list_dex_reads(
          { device_id: device.id, cursor, counted, limit },
          { signal },
        );
  };
}

/** @param {boolean} mayOpen @returns {import("../../components/table/table.js").Column<Read>[]} */
const columns = (mayOpen) => [
  {
    label: "Audit of",
    width: "200px",
    phone: "title",
    cell: ({ id, read_at }) =>
      mayOpen ? link(`/dex/${id}`, dateTime(read_at)) : dateTime(read_at),
  },
  { label: "Status", width: "132px", phone: "end", cell: statusOf },
  {
    label: "Units",
    number: true,
    width: "96px",
    cell: (read) => (isBooked(read) ? units(read.units) : unknown("Not booked")),
  },
  {
    label: "Sales",
    number: true,
    width: "112px",
    cell: (read) => (isBooked(read) ? money(read.amount_cents) : unknown("Not booked")),
  },
  {
    label: "Received",
    width: "120px",
    phone: "hide",
    cell: ({ received_at }) => time(received_at),
  },
  {
    label: "Last seen",
    width: "120px",
    cell: ({ last_seen_at }) => [h("span", { class: "phone-only" }, "seen "), time(last_seen_at)],
  },
  { label: "File", phone: "hide", cell: ({ filename }) => filename },
];

/** @param {Read} read */
const isBooked = (read) => read.status === "booked" && !isHeld(read);

/**
 * @param {File} file
 * @param {Device} device
 * @param {() => Promise<void>} renew after what is booked later
 * @returns {Promise<Taken | null>}
 */
async function upload(file, device, renew) {
  const row = h("li");
  byId("uploads").prepend(row);
  return send(row, file, device, renew, false);
}

/**
 * @param {HTMLLIElement} row
 * @param {File} file
 * @param {Device} device
 * @param {() => Promise<void>} renew
 * @param {boolean} despite_serial
 * @returns {Promise<Taken | null>}
 */
async function send(row, file, device, renew, despite_serial) {
  fill(row, icon("upload"), h("span", null, `Reading ${isolated(file.name)}`));
  try {
    const read = await api.dex_read_service.create_dex_read({
      file,
      device_id: device.id,
      ...(despite_serial ? { despite_serial } : {}),
    });
    fill(row, statusOf(read), h("span", null, sentence(read)));
    return { row, read };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const detail = error.errors.map(({ message }) => message).join(" ") || error.detail;
    const insist = async () => {
      await send(row, file, device, renew, true);
      await renew();
    };
    fill(
      row,
      icon("circle-alert"),
      statesAnother(error)
        ? [
            h("span", { class: "bad" }, `${isolated(file.name)}: ${detail}`),
            h(
              "button",
              { class: "button", type: "button", onclick: insist },
              "Book it all the same",
            ),
          ]
        : h("span", { class: "bad" }, `${isolated(file.name)}: ${error.title}. ${detail}`),
    );
    return null;
  }
}

/** @param {Read | ReadDetail} read */
const isKnown = ({ last_seen_at, received_at }) => last_seen_at !== received_at;

/** What became of an audit, in plain words. @param {Read | ReadDetail} read */
function sentence(read) {
  const when = `Read of ${dateTime(read.read_at)}`;
  if (isKnown(read)) return `${when}: known already, seen again now. Nothing was counted twice.`;
  if (isHeld(read)) return `${when}: held back. ${read.held_reason}`;
  if (read.status === "damaged")
    return (
      `${when}: damaged on its way. Nothing of it is booked until a manager accepts it; ` +
      "reading the machine again is better."
    );
  if (read.status === "baseline")
    return (
      `${when}: the first one. ` +
      `${"selections" in read ? firstCounters(read) : "Sales are known from the next one on."}`
    );
  return (
    `${when}: ${units(read.units)}, ` +
    `${money(read.amount_cents)}${read.warnings.length > 0 ? `, ${number(read.warnings.length)} remarks` : ""}.`
  );
}
