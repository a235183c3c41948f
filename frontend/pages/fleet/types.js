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
import { openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field } from "../../components/field/field.js";
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

start((page) => {
  const mayCreateDeviceType = page.may("device_type_service.create_device_type");
  const mayCreateCabinetType = page.may("cabinet_type_service.create_cabinet_type");
  const mayRenameCabinets = page.may("cabinet_type_service.update_cabinet_type");
  const mayChangeDevices = page.may("device_type_service.update_device_type");

  /** @type {import("../../components/table/table.js").Column<CabinetType>[]} */
  const ofCabinets = [
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
    ...(mayRenameCabinets
      ? [
          {
            label: "Edit",
            width: "116px",
            phone: /** @type {const} */ ("hide"),
            cell: (/** @type {CabinetType} */ type) =>
              editButton(type, () => editCabinetType(type)),
          },
        ]
      : []),
  ];
  /** @type {import("../../components/table/table.js").Column<DeviceType>[]} */
  const ofDevices = [
    { label: "Device type", phone: "title", cell: ({ name }) => name },
    {
      label: "Cabinets",
      number: true,
      width: "112px",
      phone: "end",
      cell: ({ max_cabinets }) => (max_cabinets === 1 ? "1" : `up to ${max_cabinets}`),
    },
    ...(mayChangeDevices
      ? [
          {
            label: "Edit",
            width: "116px",
            phone: /** @type {const} */ ("hide"),
            cell: (/** @type {DeviceType} */ type) => editButton(type, () => editDeviceType(type)),
          },
        ]
      : []),
  ];
  cabinetTypes.columns = ofCabinets;
  deviceTypes.columns = ofDevices;
  if (mayRenameCabinets) cabinetTypes.open = editCabinetType;
  if (mayChangeDevices) deviceTypes.open = editDeviceType;
  cabinetTypes.empty = () =>
    empty({
      icon: "grid-3x3",
      heading: "No cabinet types yet",
      text:
        `${mayCreateCabinetType ? "Say" : "A manager says"} once how a kind of cabinet is arranged, ` +
        "and every new machine of it gets its slots labelled A1, A2, B1.",
      action:
        mayCreateCabinetType &&
        h(
          "button",
          { class: "button primary", type: "button", onclick: createCabinetType },
          icon("plus"),
          "New cabinet type",
        ),
    });
  deviceTypes.empty = () =>
    empty({
      icon: "boxes",
      heading: "No device types yet",
      text:
        `${mayCreateDeviceType ? "Such" : "A manager makes them, such"} as “Snack machine” or ` +
        "“Combo with a satellite”.",
      action:
        mayCreateDeviceType &&
        h(
          "button",
          { class: "button primary", type: "button", onclick: createDeviceType },
          icon("plus"),
          "New device type",
        ),
    });
  if (mayCreateCabinetType) byId("new-cabinet-type").onclick = createCabinetType;
  if (mayCreateDeviceType) byId("new-device-type").onclick = createDeviceType;
  onChanged(["device_type", "everything"], () => deviceTypes.refresh());
  onChanged(["cabinet_type", "everything"], () => cabinetTypes.refresh());
  deviceTypes.source = ({ cursor, limit, signal }) =>
    api.device_type_service.list_device_types({ cursor, limit }, { signal });
  cabinetTypes.source = ({ cursor, limit, signal }) =>
    api.cabinet_type_service.list_cabinet_types({ cursor, limit }, { signal });
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
const nameField = (hint, name = "") =>
  field(
    "Name",
    h("input", {
      class: "input",
      name: "name",
      required: true,
      maxlength: 120,
      autocomplete: "off",
      value: name,
    }),
    { wide: true, hint },
  );

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
  name: String(form.get("name")).trim(),
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
  let base = type;
  openForm({
    heading: type.name,
    action: "Save changes",
    fields: deviceTypeFields(type),
    save: async (form) =>
      saved(
        deviceTypes,
        "device_type",
        await api.device_type_service.update_device_type({
          device_type_id: base.id,
          version: base.version,
          ...deviceTypeValues(form),
        }),
      ),
    conflict: (/** @type {DeviceType} */ current) => {
      const theirs = [
        renamed(base, current),
        base.max_cabinets !== current.max_cabinets &&
          `Cabinets: now ${ROOM[current.max_cabinets - 1]?.toLowerCase()}.`,
      ];
      base = current;
      deviceTypes.put(current);
      return theirs.filter(Boolean).join(" ");
    },
  });
}

/** @param {CabinetType} type */
function editCabinetType(type) {
  let base = type;
  openForm({
    heading: type.name,
    action: "Save changes",
    fields: [
      nameField(
        `Its ${units(type.rows, "row")} of ${number(type.columns)} stay: cabinets were made by them`,
        type.name,
      ),
    ],
    save: async (form) =>
      saved(
        cabinetTypes,
        "cabinet_type",
        await api.cabinet_type_service.update_cabinet_type({
          cabinet_type_id: base.id,
          version: base.version,
          name: String(form.get("name")).trim(),
        }),
      ),
    conflict: (/** @type {CabinetType} */ current) => {
      const theirs = renamed(base, current);
      base = current;
      cabinetTypes.put(current);
      return theirs;
    },
  });
}

/** @param {{name: string}} before @param {{name: string}} now */
const renamed = (before, now) => (before.name !== now.name ? `Name is now ${now.name}.` : "");

/**
 * @param {Table} table
 * @param {import("../../api.js").Noun} noun
 * @param {DeviceType | CabinetType} type
 */
function saved(table, noun, type) {
  table.put(type);
  changed(noun);
  toast(`Saved ${type.name}`);
}

function createCabinetType() {
  const rows = h("input", {
    class: "input number",
    name: "rows",
    type: "number",
    min: 1,
    max: MOST_ROWS,
    required: true,
    value: 6,
  });
  const columns = h("input", {
    class: "input number",
    name: "columns",
    type: "number",
    min: 1,
    max: MOST_COLUMNS,
    required: true,
    value: 8,
  });
  const preview = h("div", { class: "grid-preview wide" });
  const draw = () => {
    const [down, across] = [rows.valueAsNumber, columns.valueAsNumber];
    const fits = rows.validity.valid && columns.validity.valid;
    fill(
      preview,
      fits && gridPicture(down, across),
      h(
        "p",
        { class: "muted" },
        fits
          ? `${units(down * across, "slot")}, labelled A1 to ${String.fromCharCode(64 + down)}${across}`
          : `Up to ${MOST_ROWS} rows and ${MOST_COLUMNS} columns`,
      ),
    );
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
        name: String(form.get("name")).trim(),
        rows: rows.valueAsNumber,
        columns: columns.valueAsNumber,
      });
      cabinetTypes.reload();
      changed("cabinet_type");
      toast(`Created ${isolated(created.name)}`);
    },
  });
}

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
