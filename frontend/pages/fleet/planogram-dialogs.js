/**
 * The two questions of the planogram: whose changes count after a conflict, and which audit to
 * propose from.
 * @module
 */
import { api, h, money, number } from "../../page/page.js";
import { statusOf } from "../reads/audits.js";
import { headingOf } from "../../words/read-words.js";
import { openForm } from "../../components/dialog/dialog.js";

/** @typedef {import("./planogram-draft.js").Draft} Draft */
/** @typedef {import("./planogram-draft.js").Clash} Clash */
/** @typedef {import("../../api.js").Schemas["Planogram"]} Planogram */
/** @typedef {import("../../api.js").Schemas["PlanogramProposal"]} Proposal */

const WORDS = /** @type {Record<string, string>} */ ({
  product_id: "product",
  selection: "selection",
  capacity: "capacity",
  par_level: "par",
  price_cents: "price",
  quantity: "count",
  sells_out: "refilling",
});

/**
 * Somebody else saved first: theirs and yours side by side, slot by slot. True once the draft goes
 * on from theirs.
 * @param {Draft} draft @param {Planogram} theirs
 */
export function settle(draft, theirs) {
  const clashes = draft.clashes(theirs);
  return openForm({
    heading: "Somebody else saved this planogram",
    action: "Save with these choices",
    before: [
      h(
        "p",
        null,
        `They set ${clashes.length === 1 ? "a slot" : `${number(clashes.length)} slots`} ` +
          "differently than you. Choose for each; everything else of both stays.",
      ),
      clashTable(clashes),
    ],
    fields: [],
    save: async (form) => {
      const takeTheirs = clashes.filter(({ id }) => form.get(`slot-${id}`) === "theirs");
      draft.rebase(theirs, new Set(takeTheirs.map(({ id }) => id)));
    },
  });
}

/** @param {Clash[]} clashes */
function clashTable(clashes) {
  const body = h(
    "tbody",
    null,
    clashes.map((clash, index) => clashRow(clash, index === 0)),
  );
  const all = (/** @type {string} */ value) => {
    for (const radio of body.querySelectorAll(`input[value=${value}]`))
      if (radio instanceof HTMLInputElement) radio.checked = true;
  };
  const head = (/** @type {string} */ word, /** @type {string} */ value) => {
    const button = { class: "button plain", type: "button", onclick: () => all(value) };
    return h("th", { scope: "col" }, `${word} `, h("button", button, "all"));
  };
  const heads = h(
    "tr",
    null,
    h("th", { scope: "col" }, "Slot"),
    head("Theirs", "theirs"),
    head("Yours", "mine"),
  );
  return h("table", { class: "table clashes" }, h("thead", null, heads), body);
}

/** @param {Clash} clash @param {boolean} isFirst */
function clashRow({ id, label, fields }, isFirst) {
  const was = fields.map((each) => worth(each.field, each.before)).join(", ");
  const choice = (/** @type {"theirs" | "mine"} */ whose) => {
    const isMine = whose === "mine";
    const radio = { type: "radio", name: `slot-${id}`, value: whose, checked: isMine };
    return h(
      "label",
      { class: "choice" },
      h("input", { ...radio, autofocus: isMine && isFirst }),
      h(
        "span",
        null,
        fields.map((each) => clashLine(each, whose)),
      ),
    );
  };
  return h(
    "tr",
    null,
    h(
      "th",
      { scope: "row" },
      h("strong", null, label),
      h("span", { class: "muted small" }, ` was ${was}`),
    ),
    h("td", null, choice("theirs")),
    h("td", null, choice("mine")),
  );
}

/** @param {Clash["fields"][number]} each @param {"theirs" | "mine"} whose */
const clashLine = (each, whose) =>
  h(
    "span",
    { class: "line" },
    h("span", { class: "muted" }, `${WORDS[each.field]} `),
    worth(each.field, each[whose]),
  );

/** @param {string} field @param {any} value */
const worth = (field, value) =>
  value === null ? "none" : field === "price_cents" ? money(value) : String(value);

/**
 * Asks which audit, and what it proposes.
 * @param {{device_id: number, cabinet_id: number}} where @param {(proposal: Proposal) => void} take
 */
export async function proposeFrom({ device_id, cabinet_id }, take) {
  const { items } = await api.dex_read_service.list_dex_reads({ device_id, limit: 12 });
  await openForm({
    heading: "Propose from an audit",
    action: "Propose",
    before: [
      h(
        "p",
        null,
        items.length === 0
          ? "No audit of this device is here yet."
          : "Selections, prices and places as the machine reports them. Nothing is saved " +
              "before you save it; what is only a guess is marked.",
      ),
      h(
        "div",
        { class: "stack reads" },
        items.map((read, index) =>
          h(
            "label",
            { class: "check" },
            h("input", {
              type: "radio",
              name: "dex_read_id",
              value: read.id,
              checked: index === 0,
            }),
            headingOf(read),
            statusOf(read),
          ),
        ),
      ),
    ],
    fields: [],
    save: async (form) => {
      const dex_read_id = Number(form.get("dex_read_id"));
      if (dex_read_id)
        take(await api.planogram_service.create_planogram_proposal({ cabinet_id, dex_read_id }));
    },
  });
}

/** What a proposal would change. @param {Draft} draft @param {Proposal} proposal */
export function editsOf(draft, { slots }) {
  /** @type {Map<number, import("./planogram-draft.js").Edit>} */
  const edits = new Map();
  /** @type {Map<number, string[]>} */
  const guesses = new Map();
  for (const {
    slot_id,
    guessed,
    product_id,
    product_name,
    selection,
    price_cents,
    capacity,
    par_level,
  } of slots) {
    const before = draft.slot(slot_id);
    const edit = {
      selection,
      ...(price_cents === null ? {} : { price_cents }),
      ...(capacity === null ? {} : { capacity }),
      ...(par_level === null ? {} : { par_level }),
      ...(product_id === null || product_id === before.product_id
        ? {}
        : {
            product_id,
            product_name,
            product_archived_at: null,
            list_price_cents: null,
            sells_out_at: null,
            quantity: null,
          }),
    };
    edits.set(slot_id, edit);
    guesses.set(slot_id, guessed);
  }
  return { edits, guesses };
}
