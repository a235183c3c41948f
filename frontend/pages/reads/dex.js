import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  changed,
  h,
  icon,
  isolated,
  keys,
  link,
  money,
  number,
  onChanged,
  setParams,
  start,
  time,
  toast,
  toastProblem,
  unknown,
} from "../../page/page.js";
import { findDevices, statusOf } from "./audits.js";
import { isHeld, nameOf } from "../../words/read-words.js";
import { Combobox } from "../../components/combobox/combobox.js";
import { confirmed } from "../../components/dialog/dialog.js";
import { Drop } from "../../components/drop/drop.js";
import { empty } from "../../components/empty/empty.js";
import { listPage, noMatch } from "../../page/list-page.js";
import { Filters } from "../../components/filters/filters.js";
import { Table } from "../../components/table/table.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { Batches, sorted } from "./dex-batch.js";
import { UploadQueue } from "./dex-uploads.js";

/** @typedef {import("../../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../../api.js").Schemas["QuarantinedFile"]} RefusedFile */

const STATUSES = [
  { value: "booked", label: "Booked" },
  { value: "baseline", label: "First audit" },
  { value: "unassigned", label: "Unassigned" },
  { value: "damaged", label: "Damaged" },
];

start((page) => {
  if (page.may("dex_read_service.create_dex_read")) takeUploads(page);
  if (page.may("dex_read_service.list_dex_reads")) listAudits(page);
  if (page.may("quarantine_service.list_quarantined_files")) listRefused();
});

/** @param {import("../../page/page.js").Page} page */
function takeUploads(page) {
  const queue = new UploadQueue(page, () => {
    changed("dex_read", "sale", "stock", "device");
    refresh();
  });
  const drop = byId("drop", Drop);
  if (page.may("dex_batch_service.create_dex_batch")) {
    const batches = new Batches(() => {
      changed("dex_read", "sale", "stock", "device");
      refresh();
    });
    drop.receive(async (files) => {
      const { single, zips } = await sorted(files);
      if (single.length > 0) queue.add(single);
      await batches.send(zips);
    });
    batches.show(Number(page.params.batch));
  } else drop.receive((files) => queue.add(files));
  keys({ u: ["Upload audits", () => drop.choose()] });
  byId("clear").onclick = () => {
    queue.clear();
    drop.focus();
  };
  onChanged(
    "dex_read",
    inTurn(() => queue.renew()),
  );
}

function refresh() {
  for (const id of ["reads", "refused"]) {
    const table = document.getElementById(id);
    if (table instanceof Table && table.isConnected) table.reload();
  }
}

/** @param {import("../../page/page.js").Page} page */
function listAudits(page) {
  const table = byId("reads", Table);
  const device = byId("device", Combobox);
  const shown = byId("filters", Filters);
  /** @type {import("../../components/filters/filters.js").Filter[]} */
  const filters = [
    { name: "status", label: "Status", options: STATUSES },
    { name: "held", label: "Held back" },
  ];
  shown.filters = filters;
  if (page.may("dex_source_service.list_dex_sources"))
    api.dex_source_service.list_dex_sources().then(
      ({ items }) => {
        if (items.length === 0) return;
        const options = items.map(({ id, name: label }) => ({ value: String(id), label }));
        shown.filters = [...filters, { name: "source_id", label: "Source", options }];
      },
      () => {},
    );
  device.source = findDevices;
  table.columns = auditColumns();
  table.empty = () => nothing(page.params, page.may("dex_read_service.create_dex_read"));
  const { narrow } = listPage({
    list: "dex",
    further: ["device_id"],
    page,
    table,
    filters: ["status", "held", "source_id"],
    nouns: ["dex_read", "everything"],
    show: (params) => showPlace(device, params),
    operation: "dex_read_service.list_dex_reads",
    narrowed: ({ status, held, device_id, source_id }) => ({
      status: status || undefined,
      held: held === "true",
      device_id: Number(device_id) || undefined,
      source_id: Number(source_id) || undefined,
    }),
    ask: (asked, _, signal) => api.dex_read_service.list_dex_reads(asked, { signal }),
  });
  byId("tabs", Tabs).addEventListener("tab", (event) => {
    const tab = /** @type {CustomEvent} */ (event).detail;
    setParams({ tab: tab === "audits" ? "" : tab });
  });
  device.addEventListener("choose", (event) =>
    narrow({ device_id: /** @type {CustomEvent} */ (event).detail?.value }),
  );
}

/**
 * The machine and the tab that the address names.
 * @param {Combobox} device
 * @param {import("../../page/page.js").Params} params
 */
function showPlace(device, { device_id, tab }) {
  byId("tabs", Tabs).value = tab === "refused" ? "refused" : "audits";
  const id = Number(device_id);
  if (!id) device.chosen = null;
  else if (Number(device.value) !== id)
    api.device_service.get_device({ device_id: id }).then(
      ({ asset }) => {
        device.chosen = { value: id, label: asset };
      },
      () => {},
    );
}

/** @returns {import("../../components/table/table.js").Column<DexRead>[]} */
const auditColumns = () => [
  {
    name: "machine",
    label: "Machine",
    phone: "title",
    cell: (read) => [
      link(`/dex/${read.id}`, nameOf(read)),
      read.device_name && read.device_name !== read.asset
        ? h("span", { class: "muted" }, `  ${read.device_name}`)
        : null,
    ],
  },
  { name: "read", label: "Read", width: "15%", cell: ({ read_at }) => time(read_at) },
  {
    name: "units",
    label: "Units",
    number: true,
    width: "88px",
    cell: (read) =>
      sold(
        read,
        number(read.units),
        h("span", { class: "phone-only" }, read.units === 1 ? "unit" : "units"),
      ),
  },
  {
    name: "sales",
    label: "Sales",
    number: true,
    width: "104px",
    phone: "hide",
    cell: (read) => sold(read, money(read.amount_cents)),
  },
  { name: "status", label: "Status", width: "132px", phone: "end", cell: statusOf },
  {
    name: "received",
    label: "Received",
    width: "14%",
    phone: "hide",
    cell: ({ received_at }) => time(received_at),
  },
  {
    name: "file",
    label: "File",
    width: "20%",
    phone: "hide",
    cell: ({ filename }) => h("span", { class: "muted" }, filename),
  },
];

/**
 * @param {DexRead} read
 * @param {string} figure
 * @param {import("../../page/page.js").Child} [noun]
 */
function sold(read, figure, noun) {
  if (read.status === "booked" && !isHeld(read)) return noun ? [figure, " ", noun] : figure;
  return unknown(
    {
      baseline: "The first audit of a device shows counters, not sales",
      damaged: "Not booked: the file is damaged",
      unassigned: "Not booked: no device yet",
      booked: "Held back until a manager accepts it",
    }[read.status],
  );
}

/** @param {import("../../page/page.js").Params} params @param {boolean} mayUpload */
function nothing({ status, held, device_id, source_id }, mayUpload) {
  if (status || held || device_id || source_id)
    return noMatch("audit", "Clear the filters to see all of them.");
  return empty({
    icon: "file-up",
    heading: "No audits yet",
    text: [
      mayUpload
        ? "Drop a machine's audit file on this page."
        : "They appear here as soon as a manager or a driver uploads one.",
      "What the machine sold, what is left and what is wrong follows from it.",
    ].join(" "),
  });
}

function listRefused() {
  const table = byId("refused", Table);
  table.columns = refusedColumns(table);
  table.empty = () =>
    empty({
      icon: "shield-check",
      heading: "Nothing was refused",
      text: "Files without a readable record end here, with the line and the reason.",
    });
  table.source = ({ cursor, limit, signal }) =>
    api.quarantine_service.list_quarantined_files({ cursor, limit }, { signal });
}

/**
 * @param {Table} table
 * @returns {import("../../components/table/table.js").Column<RefusedFile>[]}
 */
const refusedColumns = (table) => [
  { label: "File", width: "24%", phone: "title", cell: ({ filename }) => filename },
  {
    label: "Why it was refused",
    phone: "detail",
    cell: ({ line, reason }) => `Line ${number(line)}: ${reason}`,
  },
  {
    label: "Size",
    number: true,
    width: "96px",
    phone: "hide",
    cell: ({ size }) => `${number(size)} B`,
  },
  { label: "Received", width: "14%", phone: "hide", cell: ({ received_at }) => time(received_at) },
  { label: "", width: "120px", phone: "end", cell: (file) => fileActions(table, file) },
];

/** @param {Table} table @param {RefusedFile} file */
function fileActions(table, { id, filename }) {
  const name = isolated(filename);
  const download = {
    class: "button plain square",
    href: api.quarantine_service.get_quarantined_file_raw.url({ quarantined_file_id: id }),
    download: filename,
    "aria-label": `Download ${name}`,
    "data-tip": "Download",
  };
  const deletion = {
    class: "button plain square danger",
    type: "button",
    "aria-label": `Delete ${name}`,
    "data-tip": "Delete",
    onclick: () => remove(table, id, name),
  };
  return h(
    "span",
    { class: "bar" },
    h("a", download, icon("download")),
    h("button", deletion, icon("trash-2")),
  );
}

/** @param {Table} table @param {number} quarantined_file_id @param {string} name */
async function remove(table, quarantined_file_id, name) {
  const isSure = await confirmed({
    heading: "Delete this file?",
    text: `${name} was refused and is kept only here. Deleting it cannot be undone.`,
    action: "Delete file",
  });
  if (!isSure) return;
  try {
    await api.quarantine_service.delete_quarantined_file({ quarantined_file_id });
    table.drop([quarantined_file_id]);
    toast(`Deleted ${name}`);
  } catch (error) {
    toastProblem(error);
  }
}
