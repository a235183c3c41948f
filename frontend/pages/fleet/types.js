import {
  api,
  byId,
  changed,
  fill,
  h,
  icon,
  isolated,
  number,
  onChanged,
  start,
  toast,
  units,
} from "../../page/page.js";
import { openEdit } from "../../page/edit-form.js";
import { newButton } from "../../page/list-page.js";
import { changedWords } from "../../words/conflict-words.js";
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field, textIn, textInput } from "../../components/field/field.js";
import { Table } from "../../components/table/table.js";

/** @typedef {import("../../api.js").Schemas["DeviceType"]} DeviceType */
/** @typedef {import("../../api.js").Schemas["CabinetType"]} CabinetType */

const SVG = "http://www.w3.org/2000/svg";
const MOST_ROWS = 26;
const MOST_COLUMNS = 40;
/** How many cabinets a machine can have, by number. */
const ROOM = ["One", "Up to two", "Up to three"];
const deviceTypes = byId("device-types", Table);
const cabinetTypes = byId("cabinet-types", Table);

/** @type {import("../../components/table/table.js").Column<CabinetType>[]} */
const CABINET_COLUMNS = [
  { label: "Cabinet type", phone: "title", cell: ({ name }) => name },
  {
    label: "Grid",
    width: "104px",
    phone: "end",
    cell: ({ rows, columns }) => gridPicture(rows, columns),
  },
  { label: "Rows", number: true, width: "72px", phone: "hide", cell: ({ rows }) => number(rows) },
  {
    label: "Columns",
    number: true,
    width: "88px",
    phone: "hide",
    cell: ({ columns }) => number(columns),
  },
  {
    label: "Slots",
    number: true,
    width: "88px",
    cell: ({ rows, columns }) => units(rows * columns, "slot"),
  },
];
/** @type {import("../../components/table/table.js").Column<DeviceType>[]} */
const DEVICE_COLUMNS = [
  { label: "Device type", phone: "title", cell: ({ name }) => name },
  {
    label: "Cabinets",
    number: true,
    width: "112px",
    phone: "end",
    cell: ({ max_cabinets }) => (max_cabinets === 1 ? "1" : `up to ${max_cabinets}`),
  },
];

start((page) => {
  listCabinetTypes(page);
  listDeviceTypes(page);
});

/** @param {import("../../page/page.js").Page} page */
function listCabinetTypes({ may }) {
  const mayCreate = may("cabinet_type_service.create_cabinet_type");
  const mayChange = may("cabinet_type_service.update_cabinet_type");
  cabinetTypes.columns = mayChange
    ? [...CABINET_COLUMNS, editColumn(editCabinetType)]
    : CABINET_COLUMNS;
  if (mayChange) cabinetTypes.open = editCabinetType;
  cabinetTypes.empty = () =>
    empty({
      icon: "grid-3x3",
      heading: "No cabinet types yet",
      text:
        `${mayCreate ? "Say" : "A manager says"} once how a kind of cabinet is arranged, and every ` +
        "new machine of it gets its slots labelled A1, A2, B1.",
      action: mayCreate && newButton("New cabinet type", createCabinetType),
    });
  if (mayCreate) byId("new-cabinet-type").onclick = createCabinetType;
  onChanged(["cabinet_type", "everything"], () => cabinetTypes.refresh());
  cabinetTypes.source = ({ cursor, limit, signal }) =>
    api.cabinet_type_service.list_cabinet_types({ cursor, limit }, { signal });
}

/** @param {import("../../page/page.js").Page} page */
function listDeviceTypes({ may }) {
  const mayCreate = may("device_type_service.create_device_type");
  const mayChange = may("device_type_service.update_device_type");
  deviceTypes.columns = mayChange
    ? [...DEVICE_COLUMNS, editColumn(editDeviceType)]
    : DEVICE_COLUMNS;
  if (mayChange) deviceTypes.open = editDeviceType;
  deviceTypes.empty = () =>
    empty({
      icon: "boxes",
      heading: "No device types yet",
      text:
        `${mayCreate ? "Such" : "A manager makes them, such"} as “Snack machine” or ` +
        "“Combo with a satellite”.",
      action: mayCreate && newButton("New device type", createDeviceType),
    });
  if (mayCreate) byId("new-device-type").onclick = createDeviceType;
  onChanged(["device_type", "everything"], () => deviceTypes.refresh());
  deviceTypes.source = ({ cursor, limit, signal }) =>
    api.device_type_service.list_device_types({ cursor, limit }, { signal });
}

/**
 * @template {{name: string}} T
 * @param {(type: T) => void} edit
 * @returns {import("../../components/table/table.js").Column<T>}
 */
const editColumn = (edit) => ({
  label: "Edit",
  width: "116px",
  phone: "hide",
  cell: (type) => editButton(type, () => edit(type)),
});

/** @param {{name: string}} type @param {() => void} edit */
const editButton = ({ name }, edit) =>
  h(
    "button",
    { class: "button plain", type: "button", "aria-label": `Edit ${name}`, onclick: edit },
    icon("pencil"),
    "Edit",
  );

/** @param {string} hint @param {string} [name] */
const nameField = (hint, name) =>
  field("Name", textInput("name", name, { required: true, maxlength: 120 }), { wide: true, hint });

/** @param {DeviceType} [type] */
const deviceTypeFields = (type) => [
  nameField("Such as “Snack machine”", type?.name),
  field(
    "Cabinets",
    h(
      "select",
      { class: "select", name: "max_cabinets" },
      ROOM.map((words, index) =>
        h("option", { value: index + 1, selected: index + 1 === type?.max_cabinets }, words),
      ),
    ),
  ),
];

/** @param {FormData} form */
const deviceTypeValues = (form) => ({
  name: textIn(form, "name"),
  max_cabinets: Number(form.get("max_cabinets")),
});

function createDeviceType() {
  openForm({
    heading: "New device type",
    action: "Create device type",
    fields: deviceTypeFields(),
    save: async (form) => {
      const created = await api.device_type_service.create_device_type(deviceTypeValues(form));
      deviceTypes.reload();
      changed("device_type");
      toast(`Created ${isolated(created.name)}`);
    },
  });
}

/** @param {DeviceType} type */
function editDeviceType(type) {
  openEdit({
    row: type,
    heading: type.name,
    fields: deviceTypeFields(type),
    save: async ({ id, version }, form) => {
      const now = { device_type_id: id, version, ...deviceTypeValues(form) };
      const saved = await api.device_type_service.update_device_type(now);
      told(deviceTypes, "device_type", saved);
    },
    differences: (before, now) =>
      [
        changedWords(before, now, [["name", "Name"]]),
        before.max_cabinets !== now.max_cabinets &&
          `Cabinets: now ${ROOM[now.max_cabinets - 1]?.toLowerCase()}.`,
      ]
        .filter(Boolean)
        .join(" "),
    shown: (current) => deviceTypes.put(current),
  });
}

/** @param {CabinetType} type */
function editCabinetType(type) {
  const hint = `Its ${units(type.rows, "row")} of ${number(type.columns)} stay: cabinets were made by them`;
  openEdit({
    row: type,
    heading: type.name,
    fields: [nameField(hint, type.name)],
    save: async ({ id, version }, form) => {
      const now = { cabinet_type_id: id, version, name: textIn(form, "name") };
      const saved = await api.cabinet_type_service.update_cabinet_type(now);
      told(cabinetTypes, "cabinet_type", saved);
    },
    differences: (before, now) => changedWords(before, now, [["name", "Name"]]),
    shown: (current) => cabinetTypes.put(current),
  });
}

/**
 * @param {Table} table
 * @param {import("../../api.js").Noun} noun
 * @param {DeviceType | CabinetType} type
 */
function told(table, noun, type) {
  table.put(type);
  changed(noun);
  toast(`Saved ${type.name}`);
}

function createCabinetType() {
  const rows = countInput("rows", MOST_ROWS, 6);
  const columns = countInput("columns", MOST_COLUMNS, 8);
  const preview = h("div", { class: "grid-preview wide" });
  const draw = () => {
    const fits = rows.validity.valid && columns.validity.valid;
    const [down, across] = [rows.valueAsNumber, columns.valueAsNumber];
    const last = `${String.fromCharCode(64 + down)}${across}`;
    const words = fits
      ? `${units(down * across, "slot")}, labelled A1 to ${last}`
      : `Up to ${MOST_ROWS} rows and ${MOST_COLUMNS} columns`;
    fill(preview, fits && gridPicture(down, across), h("p", { class: "muted" }, words));
  };
  rows.addEventListener("input", draw);
  columns.addEventListener("input", draw);
  draw();
  openForm({
    heading: "New cabinet type",
    action: "Create cabinet type",
    fields: [
      nameField("Such as “Snack 6 × 8”"),
      field("Rows", rows, { hint: "Shelves, from the top" }),
      field("Columns", columns, { hint: "Slots on a shelf" }),
      preview,
    ],
    save: async (form) => {
      const created = await api.cabinet_type_service.create_cabinet_type({
        name: textIn(form, "name"),
        rows: rows.valueAsNumber,
        columns: columns.valueAsNumber,
      });
      cabinetTypes.reload();
      changed("cabinet_type");
      toast(`Created ${isolated(created.name)}`);
    },
  });
}

/** @param {string} name @param {number} max @param {number} value */
const countInput = (name, max, value) =>
  h("input", {
    class: "input number",
    name,
    type: "number",
    min: 1,
    max,
    required: true,
    value,
  });

/** A cabinet from the front: one rectangle a slot. @param {number} rows @param {number} columns */
function gridPicture(rows, columns) {
  const picture = document.createElementNS(SVG, "svg");
  // A slot is taller than wide, and beside the slots is the panel where people pay.
  const [width, height] = [columns + 1.8, rows * 1.3 + 1];
  for (const [name, value] of Object.entries({
    class: "grid-picture",
    viewBox: `-0.1 -0.1 ${width + 0.2} ${height + 0.2}`,
    role: "img",
    "aria-label": `${rows} rows of ${columns}`,
  }))
    picture.setAttribute(name, value);
  picture.append(rectangle(0, 0, width, height, "door"));
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1)
      picture.append(rectangle(0.4 + column, 0.4 + row * 1.3, 0.8, 1.05, ""));
  }
  return picture;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} style
 */
function rectangle(x, y, width, height, style) {
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width, height, rx: 0.12, class: style }))
    rect.setAttribute(name, String(value));
  return rect;
}
