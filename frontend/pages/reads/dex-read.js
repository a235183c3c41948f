import { inTurn } from "../../words/in-turn.js";
import {
  api,
  ApiError,
  byId,
  dateTime,
  fill,
  h,
  icon,
  isolated,
  keys,
  link,
  money,
  number,
  onChanged,
  percent,
  setTitle,
  start,
  toastProblem,
  units,
} from "../../page/page.js";
import { accept, assign, statusOf } from "./audits.js";
import { counters, firstCounters, headingOf, isHeld, nameOf } from "../../words/read-words.js";
import { stockQuestion } from "./stock-question.js";
import { status } from "../../components/status/status.js";
import { Title } from "../../components/title/title.js";
import { damage } from "./dex-damaged.js";
import { ignoreButtons } from "./dex-ignoring.js";
import { linkButtons } from "./dex-linking.js";
import { reconciled } from "./dex-reconciling.js";
import { events } from "./dex-events.js";
import { selections } from "./dex-selections.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {import("../../page/page.js").Page} Page */

const title = byId("title", Title);
/**
 * What is asked once, so that a half-entered count outlives a refresh.
 * @type {HTMLElement | null}
 */
let question = null;

start(async (page) => {
  const dex_read_id = Number(page.params.dex_read_id);
  const load = inTurn(async () =>
    show(page, await api.dex_read_service.get_dex_read({ dex_read_id })),
  );
  onChanged(["dex_read", "everything"], load);
  await load();
});

/** @param {Page} page @param {Read} read */
async function show(page, read) {
  question = read.status === "baseline" ? (question ?? (await stockQuestion(page, read))) : null;
  title.heading = headingOf(read);
  title.beside = [statusOf(read)];
  setTitle(nameOf(read));
  fill(
    byId("actions"),
    read.has_content &&
      h(
        "a",
        {
          class: "button",
          href: api.dex_read_service.get_dex_read_raw.url({ dex_read_id: read.id }),
          download: read.filename,
        },
        icon("download"),
        "Download",
      ),
    read.device_id !== null &&
      h("a", { class: "button", href: `/#/devices/${read.device_id}` }, "Open the device"),
  );
  const decided = decision(page, read);
  const damaged = damage(page, read);
  // Who accepts it has read what follows.
  const buttons = decided instanceof HTMLElement && decided.querySelector(".bar");
  if (damaged && buttons) damaged.append(buttons);
  fill(
    byId("body"),
    decided,
    story(read),
    damaged,
    question,
    notes(page, read),
    reconciled(read),
    selections(read),
    read.has_content &&
      h(
        "div",
        { class: "columns" },
        events(read),
        h("div", { class: "stack loose" }, layout(read), checks(read)),
      ),
    read.has_content && raw(read),
  );
}

/** What somebody has to decide about this audit. @param {Page} page @param {Read} read */
function decision(page, read) {
  const words = undecidedWords(read);
  return (
    words &&
    h(
      "div",
      { class: `decision ${read.status === "damaged" ? "bad" : "warn"}` },
      h("p", null, words),
      h("div", { class: "bar" }, decisions(page, read)),
    )
  );
}

/** Why it is not in the books; empty where it is. @param {Read} read */
function undecidedWords(read) {
  if (read.status === "damaged")
    return (
      "The checksum does not match: this file was changed or damaged on its way. It is kept " +
      "as it came, and nothing of it is in the books until somebody accepts it. Reading the " +
      "machine again is better."
    );
  if (isHeld(read))
    return `Held back: ${read.held_reason} Nothing of it is in the books until somebody accepts it.`;
  return read.device_id === null
    ? "No device has this serial or asset, so nothing of this audit is in the books. Say whose " +
        "it is, or make a new machine from it."
    : "";
}

/** What the role may do about it. @param {Page} page @param {Read} read */
function decisions(page, read) {
  const redo = (/** @type {Read} */ now) => show(page, now);
  if (read.device_id !== null) {
    const waits = read.status === "damaged" || isHeld(read);
    return waits && page.may("dex_read_service.accept_dex_read") && acceptButton(read, redo);
  }
  const whose = { class: "button", type: "button", onclick: () => assign(read, redo) };
  const made = { class: "button primary", href: `/#/dex/${read.id}/installation` };
  return [
    page.may("dex_read_service.assign_dex_read") && h("button", whose, "Assign to a device"),
    page.may("installation_service.create_installation") &&
      h("a", made, icon("plus"), "New machine from this audit"),
  ];
}

/** @param {Read} read @param {(now: Read) => void} redo */
function acceptButton(read, redo) {
  const onclick = async () => {
    button.ariaBusy = "true";
    try {
      redo(await accept(read));
    } catch (error) {
      button.ariaBusy = null;
      if (!(error instanceof ApiError)) throw error;
      toastProblem(error);
    }
  };
  const button = h("button", { class: "button", type: "button", onclick }, "Accept and book");
  return button;
}

/** The audit in a few sentences. @param {Read} read */
function story(read) {
  const machine = [
    read.model && `model ${isolated(read.model)}`,
    read.serial && `serial ${isolated(read.serial)}`,
  ]
    .filter(Boolean)
    .join(", ");
  const who = [
    "This is what the machine ",
    read.device_id === null
      ? h("strong", null, nameOf(read))
      : link(`/devices/${read.device_id}`, nameOf(read)),
    machine && ` (${machine})`,
    " told about itself, read ",
    dateTime(read.read_at),
    ". ",
  ];
  return h("p", { class: "story" }, who, outcome(read));
}

/** @param {Read} read */
function outcome(read) {
  if (read.status === "baseline")
    return `It is the first audit of this device, so it shows counters and no sales yet. ${firstCounters(read)}`;
  const countsNothing = read.selections.length === 0 && read.has_content;
  if (countsNothing || read.status !== "booked" || isHeld(read)) return counters(read);
  const cash =
    read.cash_box_cents === null
      ? ""
      : ` ${money(read.cash_box_cents)} of cash went to the box and the bills meanwhile.`;
  return [
    h("strong", null, `It sold ${units(read.units)} for ${money(read.amount_cents)}`),
    " since ",
    read.previous_read_id === null
      ? "it was set up"
      : link(`/dex/${read.previous_read_id}`, `the audit of ${dateTime(read.previous_read_at)}`),
    ".",
    cash,
  ];
}

const CLOCKS = {
  id5: "The time is the machine's own clock.",
  ea3: "The time is the machine's own note of this read.",
  counters: "The machine's clock was wrong: the audit is placed by its counters.",
  receipt: "The machine's clock was not to be trusted: the time is that of receipt.",
};

/** @param {Page} page @param {Read} read */
function notes(page, read) {
  const again = async () =>
    show(page, await api.dex_read_service.get_dex_read({ dex_read_id: read.id }));
  // The proposal to ignore selections is the last of the warnings.
  const mayDecide = page.may("device_service.update_device");
  const buttons = mayDecide && ignoreButtons(read, again);
  const links = mayDecide && linkButtons(read, again);
  const lines = [
    ...read.warnings
      .filter(
        (warning) => warning !== read.held_reason && warning !== read.reconciliation?.sentence,
      )
      .map((warning) => h("li", null, warnIcon(), warning)),
    links && h("li", { class: "beneath" }, links),
    buttons && h("li", { class: "beneath" }, buttons),
    h(
      "li",
      { class: "muted" },
      icon("clock"),
      `${CLOCKS[read.clock]} Received ${dateTime(read.received_at)} as `,
      isolated(read.filename),
      read.last_seen_at !== read.received_at && `, last seen again ${dateTime(read.last_seen_at)}`,
      ".",
    ),
    read.accepted_at &&
      h("li", { class: "muted" }, icon("check"), `Accepted ${dateTime(read.accepted_at)}.`),
  ];
  return h("ul", { class: "notes" }, lines);
}

function warnIcon() {
  const mark = icon("triangle-alert");
  mark.classList.add("warn");
  return mark;
}

const PATTERNS = {
  letters: "a letter for the shelf and a number for the column",
  tens: "tens for the shelf",
  blocks: "numbers that run on from shelf to shelf",
  hundreds: "hundreds for the shelf",
  sequence: "plain numbers",
};

/** @param {Read} read */
function layout(read) {
  if (!read.layout) return null;
  const { pattern, rows, columns, confidence } = read.layout;
  const further = [...new Set(read.selections.map(({ cabinet }) => cabinet))]
    .filter((cabinet) => cabinet > 1)
    .map((cabinet) => {
      const own = read.selections.filter((each) => each.cabinet === cabinet);
      const most = (/** @type {"row" | "column"} */ name) =>
        Math.max(...own.map((each) => each[name] ?? 0));
      return [
        h("h3", null, `Cabinet ${number(cabinet)}`),
        cabinetGrid(own, most("row"), most("column")),
      ];
    });
  return h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h(
        "h2",
        null,
        further.length > 0
          ? "How the cabinets seem to be arranged"
          : "How the cabinet seems to be arranged",
      ),
    ),
    h(
      "p",
      { class: "muted" },
      `${units(rows, "shelf", "shelves")} of up to ${units(columns, "column")}: the codes ` +
        `use ${PATTERNS[pattern]}. ${percent(confidence * 100)} sure.`,
    ),
    cabinetGrid(
      read.selections.filter(({ cabinet }) => cabinet === 1),
      rows,
      columns,
    ),
    further,
  );
}

/** @param {Read["selections"]} selections @param {number} rows @param {number} columns */
function cabinetGrid(selections, rows, columns) {
  const placed = new Map(selections.map((each) => [`${each.row}/${each.column}`, each]));
  const cells = [];
  for (let row = 1; row <= rows; row += 1) {
    for (let column = 1; column <= columns; column += 1) {
      const each = placed.get(`${row}/${column}`);
      cells.push(
        h(
          "span",
          {
            class: each ? `is-used${each.units ? " has-sold" : ""}` : null,
            "aria-hidden": each ? null : "true",
          },
          each?.selection ?? "",
        ),
      );
    }
  }
  return h(
    "div",
    { class: "layout", style: { "grid-template-columns": `repeat(${columns}, minmax(0, 1fr))` } },
    cells,
  );
}

/** @param {Read} read */
function checks(read) {
  return h(
    "section",
    { class: "section" },
    h("header", null, h("h2", null, "Does it agree with itself?")),
    h(
      "ul",
      { class: "rows checks" },
      read.checks.map(({ passed, meaning: words, expected, actual }) =>
        h(
          "li",
          null,
          passed === null
            ? status("idle", "Cannot tell")
            : passed
              ? status("ok", "Agrees")
              : status("warn", "Differs"),
          h("span", null, words),
          passed === false &&
            expected !== null &&
            actual !== null &&
            h("span", { class: "figures muted small" }, `${expected} / ${actual}`),
        ),
      ),
    ),
  );
}

/** The file as it came; one stop for Tab, arrows move from field to field. @param {Read} read */
function raw(read) {
  const block = h(
    "div",
    { class: "raw", role: "group", "aria-label": "Raw text: arrows move from field to field" },
    read.records.map((record) =>
      h(
        "div",
        null,
        h("span", { class: "line" }, record.line),
        h("span", null, h("b", null, record.id), fieldsOf(record)),
      ),
    ),
  );
  const fields = /** @type {HTMLElement[]} */ ([...block.querySelectorAll("[data-tip]")]);
  if (fields[0]) {
    fields[0].tabIndex = 0;
    keys({ "← ↑ ↓ →": ["From field to field"] }, "In the raw text");
  }
  block.addEventListener("keydown", (event) => {
    const at = fields.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: nextLine(fields, at, 1),
      ArrowUp: nextLine(fields, at, -1),
      Home: 0,
      End: fields.length - 1,
    }[event.key];
    const target = to === undefined ? undefined : fields[to];
    if (at < 0 || !target) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (fields[at]).tabIndex = -1;
    target.tabIndex = 0;
    target.focus();
  });
  return h(
    "section",
    { class: "section" },
    h(
      "header",
      null,
      h("h2", null, "As the machine wrote it"),
      h("span", { class: "count" }, "point at a field to see what it is"),
    ),
    block,
    read.records_omitted > 0 &&
      h(
        "p",
        { class: "muted" },
        `${units(read.records_omitted, "more record")} are in the file: download it.`,
      ),
  );
}

/** @param {Read["records"][number]} record */
const fieldsOf = ({ id, fields }) =>
  fields.map(({ name, value }) => [
    "*",
    value === "" ? null : h("span", { tabindex: -1, "data-tip": `${id}: ${name}` }, value),
  ]);

/** @param {HTMLElement[]} fields @param {number} at @param {number} step */
function nextLine(fields, at, step) {
  const line = fields[at]?.closest(".raw > div");
  let to = at;
  while (fields[to] && fields[to]?.closest(".raw > div") === line) to += step;
  return to;
}
