/**
 * Who changed what: the planogram of each cabinet and, for who may read the audit log, the device
 * itself.
 * @module
 */
import { api, byId, dateTime, fill, h, setParams } from "../../page/page.js";
import { actionWords, changesLine, fieldLabel, valueWords } from "../../words/audit-words.js";
import { codeOf } from "../../words/slots.js";
import { empty } from "../../components/empty/empty.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["PlanogramChange"]} Change */
/** @typedef {import("../../api.js").Schemas["AuditEntry"]} Entry */

const DEVICE = "device";
/** Names of products, asked for once. @type {Map<number, Promise<string>>} */
const productNames = new Map();

/** @param {import("../../page/page.js").Page} page */
export function changesTab(page) {
  const [table, choice] = [byId("changes", Table), byId("of", HTMLSelectElement)];
  const mayReadLog = page.may("audit_service.list_audit_entries");
  /** @type {Device | null} */
  let shown = null;
  choice.addEventListener("change", () => {
    setParams({ of: choice.value });
    if (shown) show(shown);
  });
  table.empty = () =>
    empty({
      icon: "history",
      heading: "Nothing changed yet",
      text: "Each change of a slot's product, price, par, capacity or quantity is kept here.",
    });
  return show;

  /** @param {Device} device */
  function show(device) {
    shown = device;
    const options = device.cabinets.map(({ id, position }) => ({
      value: String(id),
      label: device.cabinets.length > 1 ? `Planogram of cabinet ${position}` : "Planogram",
    }));
    if (mayReadLog) options.push({ value: DEVICE, label: "The device itself" });
    choice.hidden = options.length < 2;
    fill(
      choice,
      options.map(({ value, label }) => h("option", { value }, label)),
    );
    const chosen = options.find(({ value }) => value === page.params.of) ?? options[0];
    choice.value = chosen?.value ?? "";
    if (chosen?.value === DEVICE) showEntries(table, device.id);
    else if (chosen) showChanges(table, Number(chosen.value));
    else table.rows = [];
  }
}

/** @param {Table} table @param {number} noun_id */
function showEntries(table, noun_id) {
  table.columns = /** @type {import("../../components/table/table.js").Column<Entry>[]} */ ([
    { label: "When", width: "180px", cell: ({ occurred_at }) => dateTime(occurred_at) },
    { label: "Who", width: "140px", phone: "end", cell: ({ username }) => username },
    { label: "What", width: "200px", phone: "title", cell: ({ action }) => actionWords(action) },
    { label: "Changes", cell: changesLine },
  ]);
  table.source = ({ cursor, counted, limit, signal }) =>
    api.audit_service.list_audit_entries(
      { noun: "device", noun_id, cursor, counted, limit },
      { signal },
    );
}

/** @param {Table} table @param {number} cabinet_id */
function showChanges(table, cabinet_id) {
  /** What is pressed for each slot today. @type {Map<number, string>} */
  const codes = new Map();
  table.columns = /** @type {import("../../components/table/table.js").Column<Change>[]} */ ([
    { label: "When", width: "180px", cell: ({ changed_at }) => dateTime(changed_at) },
    { label: "Who", width: "140px", phone: "end", cell: ({ username }) => username },
    {
      label: "Slot",
      width: "88px",
      phone: "title",
      cell: ({ slot_id, label }) => slotName(codes.get(slot_id) ?? label, label),
    },
    {
      label: "Change",
      cell: ({ changes }) =>
        changes.flatMap((each, index) => [index > 0 && ", ", ...changeWords(each)]),
    },
  ]);
  table.source = async ({ cursor, limit, signal }) => {
    const [found, planogram] = await Promise.all([
      api.planogram_service.list_planogram_changes({ cabinet_id, cursor, limit }, { signal }),
      codes.size > 0 ? null : api.planogram_service.get_planogram({ cabinet_id }, { signal }),
    ]);
    for (const slot of planogram?.slots ?? []) codes.set(slot.id, codeOf(slot));
    return found;
  };
}

/** `11 at A1`: what customers press, and its place. @param {string} code @param {string} label */
const slotName = (code, label) => [
  code,
  code !== label && h("span", { class: "muted" }, ` at ${label}`),
];

/** @param {Change["changes"][number]} change */
function changeWords({ field, from, to }) {
  const side = (/** @type {string | number | null} */ value) =>
    field === "product_id" && typeof value === "number"
      ? productName(value)
      : valueWords(field, value);
  return from === null
    ? [fieldLabel(field), " ", side(to)]
    : [fieldLabel(field), " ", side(from), " → ", side(to)];
}

/** A product's name, once it is known. @param {number} product_id */
function productName(product_id) {
  const name =
    productNames.get(product_id) ??
    api.product_service.get_product({ product_id }).then(
      (product) => product.name,
      () => `product ${product_id}`,
    );
  productNames.set(product_id, name);
  const words = h("span", null, "…");
  name.then((text) => {
    words.textContent = text;
  });
  return words;
}
