import { api, ApiError, byId, changed, dateTime, fill, h, icon, number, onChanged, onParams, setTitle, start, time, toast, units } from "../modules/page.js";
import { newKey } from "../api.js";
import { confirmed, openForm } from "../components/dialog/dialog.js";
import { empty } from "../components/empty/empty.js";
import { field } from "../components/field/field.js";
import { menu } from "../components/menu/menu.js";
import { SlotFill } from "../components/slot-fill/slot-fill.js";
import { Tabs } from "../components/tabs/tabs.js";
import { Title } from "../components/title/title.js";
import { againstPlan, codeOf, fillOf, isEntered, NOTHING, proposed, toPar, whatIsWrong } from "../modules/fills.js";
import { forgetOld } from "../modules/kept.js";
import { isOpen, nextStop, placeOf, plannedUnits, stopName, visitOf } from "../modules/service-orders.js";
import { draftAt, forgetDraft, keepDraft, newDraft } from "../modules/visit-drafts.js";

/** @typedef {import("../modules/fills.js").Entry} Entry */
/** @typedef {import("../modules/service-orders.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../modules/service-orders.js").Stop} Stop */
/** @typedef {import("../modules/service-orders.js").Visit} Visit */
/** @typedef {import("../modules/visit-drafts.js").Body} Body */

const title = /** @type {Title} */ (document.querySelector("cvd-title"));
/** @type {ServiceOrder} */ let order;
/** @type {Stop} */ let stop;
/** In the order the door shows them. @type {SlotFill[]} */ let cards = [];
let draft = newDraft();
let where = { user_id: 0, service_order_id: 0, cabinet_id: 0 };
let isSending = false;

start(async (page) => {
  const service_order_id = Number(page.params.service_order_id);
  const cabinet_id = Number(page.params.cabinet_id);
  forgetOld();
  where = { user_id: page.me.id, service_order_id, cabinet_id };
  draft = draftAt(where);
  byId("finish").onclick = finish;
  byId("left").onclick = goToNextLeft;
  byId("visit").onkeydown = toNextSlot;
  addEventListener("online", sendAgain);
  onParams(() => {});
  onChanged("everything", sendAgain);
  onChanged(["planogram", "stock", "service-order"], () => { if (!isSending) load(); });
  await load();
  sendAgain();

  async function load() {
    order = await api.service_order_service.get_service_order({ service_order_id });
    const found = order.cabinets.find((each) => each.cabinet_id === cabinet_id);
    if (!found) {
      fill(byId("visit"), empty({ icon: "circle-help", heading: "This stop is not in the order", text: "The address may be old.", action: orderLink() }));
      return;
    }
    stop = found;
    title.heading = stopName(stop, order);
    title.setAttribute("parents", `/service-orders/${order.id} Order ${order.id}`);
    setTitle(`Visit ${stopName(stop, order)}`);
    const visit = visitOf(stop);
    if (visit) showRecordedBefore(visit);
    else if (!isOpen(order)) showClosed();
    else showSlots(await api.planogram_service.get_planogram({ cabinet_id }));
  }
});

const orderLink = () => h("a", { class: "button wide rest", href: `/#/service-orders/${order.id}` }, `Order ${order.id}`);

// The slots

/** @param {import("../api.js").Schemas["Planogram"]} planogram */
function showSlots(planogram) {
  const items = new Map(stop.items.map((item) => [item.slot_id, item]));
  cards = planogram.slots.filter(({ product_id }) => product_id !== null).map((slot) => {
    const item = items.get(slot.id);
    const isOther = item !== undefined && item.product_id !== slot.product_id;
    const shown = isOther ? { ...slot, product_name: `${slot.product_name} (planned: ${item.product_name})` } : slot;
    return new SlotFill(shown, isOther ? 0 : item?.quantity ?? 0, draft.entries[slot.id] ?? NOTHING);
  });
  for (const card of cards) card.addEventListener("entry", entered);
  const shelves = [...new Set(cards.map(({ holds }) => holds.row))];
  const toDo = cards.filter(isInPlan);
  const tabs = /** @type {Tabs} */ (h("cvd-tabs", { label: "Slots", value: "plan" }, h("button", { value: "plan" }, `To do ${number(toDo.length)}`), h("button", { value: "all" }, `All slots ${number(cards.length)}`)));
  tabs.addEventListener("tab", () => {
    onlyPlan = tabs.value === "plan";
    showCards();
  });
  fill(byId("visit"), place(), order.notes && h("p", { class: "note" }, order.notes), tools(), tabs,
    shelves.map((row) => h("section", { class: "shelf" }, h("h2", null, `Shelf ${number(row)}`), cards.filter(({ holds }) => holds.row === row))),
    cards.length === 0 && empty({ icon: "grid-3x3", heading: "No slot holds a product", text: "Press Done to record that you were here." }));
  onlyPlan = toDo.length > 0;
  if (!onlyPlan) tabs.value = "all";
  showCards();
  byId("bar").hidden = false;
  showTotals();
}

/** Something is planned, nobody knows what is in it, or something was entered. @param {SlotFill} card */
const isInPlan = (card) => card.planned > 0 || card.holds.quantity === null || isEntered(card.entry);

let onlyPlan = true;

function showCards() {
  for (const card of cards) card.hidden = onlyPlan && !isInPlan(card);
  for (const shelf of document.querySelectorAll(".shelf")) /** @type {HTMLElement} */ (shelf).hidden = !shelf.querySelector("cvd-slot-fill:not([hidden])");
}

const place = () => h("p", { class: "where" }, placeOf(stop));

/** The last thing done to many slots at once; the next entry makes it stand. @type {(() => void) | null} */
let undo = null;

function tools() {
  return h("div", { class: "tools" },
    bulkButton("All as planned", ({ holds, entry, planned }) => (planned > 0 ? proposed(holds, { ...entry, counted: null }, planned) : null)),
    bulkButton("All to par", ({ holds, entry }) => toPar(holds, entry) || null),
    menu("More", [{ label: "Clear all entries", icon: "rotate-ccw", danger: true, run: clearAll }]));
}

/** Enters an amount for every slot without one; then the button takes it back. @param {string} words @param {(card: SlotFill) => number | null} amount */
function bulkButton(words, amount) {
  const button = h("button", { class: "button", type: "button", onclick: () => {
    if (undo && button.ariaPressed === "true") {
      undo();
      return;
    }
    const changing = cards.filter((card) => card.entry.added === null && amount(card) !== null);
    const before = changing.map((card) => card.entry);
    letStand();
    for (const card of changing) card.entry = { ...card.entry, added: amount(card) };
    draft.started_at ??= now();
    keepEntries();
    showCards();
    if (changing.length === 0) return;
    button.ariaPressed = "true";
    fill(button, icon("undo-2"), `Undo ${units(changing.length, "slot")}`);
    undo = () => {
      letStand();
      putBack(changing, before);
    };
  } }, words);
  button.dataset.words = words;
  return button;
}

function letStand() {
  undo = null;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tools > [data-words]"))) {
    button.ariaPressed = null;
    button.textContent = button.dataset.words ?? "";
  }
}

async function clearAll() {
  const changing = cards.filter(({ entry }) => isEntered(entry));
  if (!(await confirmed({ heading: "Clear all entries?", text: `What you entered for ${units(changing.length, "slot")} is gone then.`, action: "Clear" }))) return;
  letStand();
  putBack(changing, changing.map(() => NOTHING));
}

/** @param {SlotFill[]} some @param {Entry[]} before */
function putBack(some, before) {
  for (const [index, card] of some.entries()) card.entry = before[index] ?? NOTHING;
  keepEntries();
}

function entered() {
  draft.started_at ??= now();
  letStand();
  keepEntries();
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

let warned = false;

function keepEntries() {
  draft.entries = Object.fromEntries(cards.filter(({ entry }) => isEntered(entry)).map((card) => [card.holds.id, card.entry]));
  if (!keepDraft(where, draft) && !warned) {
    warned = true;
    toast("This phone keeps no entries: do not reload before you are done", { kind: "warn" });
  }
  showTotals();
}

function showTotals() {
  const loaded = cards.reduce((sum, { entry }) => sum + (entry.added ?? 0), 0);
  const left = cards.filter(({ isLeft }) => isLeft).length;
  fill(byId("left"), `${number(loaded)} of ${units(plannedUnits(stop))}`, h("span", { class: "small" }, left === 0 ? "every slot has an entry" : `${units(left, "slot")} left, show the next`));
  byId("left", HTMLButtonElement).disabled = left === 0;
  byId("unsent").hidden = draft.sending === null || isSending;
}

function goToNextLeft() {
  const next = cards.find(({ isLeft }) => isLeft);
  if (!next) return;
  next.scrollIntoView({ block: "center", behavior: "smooth" });
  /** @type {HTMLElement | null} */ (next.querySelector("button:not([hidden])"))?.focus({ preventScroll: true });
}

/** Enter goes to the same figure of the next slot, for somebody who types a visit in. @param {KeyboardEvent} event */
function toNextSlot(event) {
  const input = event.target;
  if (event.key !== "Enter" || !(input instanceof HTMLInputElement) || input.type !== "number") return;
  event.preventDefault();
  const shown = cards.filter((card) => !card.hidden);
  const next = shown[shown.findIndex((card) => card.contains(input)) + 1];
  if (next) next.focusAdded();
  else byId("finish").focus();
}

// Done: look once more, then send

function finish() {
  for (const card of cards) {
    const wrong = whatIsWrong(card.holds, card.entry);
    if (wrong) {
      card.demand(wrong.message, wrong.name);
      return;
    }
  }
  const notes = h("textarea", { class: "textarea", name: "notes", maxlength: 2000, value: draft.notes, oninput: () => {
    draft.notes = notes.value;
    keepEntries();
  } });
  /** @type {ApiError | null} */
  let refusal = null;
  openForm({
    heading: `Record ${stopName(stop, order)}`,
    action: "Record visit",
    before: h("div", { class: "stack" }, review()),
    fields: [field("Note for the office", notes, { optional: true, wide: true })],
    save: async () => {
      try {
        await send();
      } catch (error) {
        if (!(error instanceof ApiError) || !(error.status === 0 || isAtSlots(error))) throw error;
        refusal = error;
      }
    },
  }).then(() => { if (refusal) refused(refusal); });
}

/** @param {ApiError} error */
const isAtSlots = (error) => error.errors.some(({ pointer }) => pointer.startsWith("/fills/"));

function review() {
  const loaded = cards.filter(({ entry }) => (entry.added ?? 0) > 0);
  const added = loaded.reduce((sum, { entry }) => sum + (entry.added ?? 0), 0);
  const removed = cards.reduce((sum, { entry }) => sum + entry.removed, 0);
  const counted = cards.filter(({ entry }) => entry.counted !== null).length;
  const left = cards.filter(({ isLeft }) => isLeft);
  const facts = [`${units(added)} into ${units(loaded.length, "slot")}`, removed > 0 && `${number(removed)} removed`, counted > 0 && `${units(counted, "slot")} counted`].filter(Boolean).join(", ");
  return [
    // Focus stays off the note, so that a phone opens no keyboard over the question.
    h("p", { class: "against", tabindex: -1, autofocus: true }, againstPlan(cards.map(({ holds, planned, entry }) => ({ code: codeOf(holds), planned, added: entry.added ?? 0 })))),
    h("p", null, `${facts}.`),
    left.length > 0 && h("p", { class: "note" }, `${units(left.length, "slot")} without an entry, recorded as nothing loaded: ${left.slice(0, 8).map(({ holds }) => codeOf(holds)).join(", ")}${left.length > 8 ? "…" : ""}.`),
  ];
}

/** Sends what is entered; the same content goes under the same key, however often it takes. */
async function send() {
  const body = { cabinet_id: stop.cabinet_id, fills: cards.flatMap(({ holds, entry }) => fillOf(holds, entry) ?? []), notes: draft.notes.trim() };
  const same = draft.sending !== null && sameContent(draft.sending.body, body);
  if (!same) draft.sending = { key: newKey(), body: { ...body, ...(draft.started_at ? { started_at: draft.started_at } : {}), finished_at: now() } };
  keepDraft(where, draft);
  await post();
}

/** @param {Body} one @param {Body} other */
const sameContent = (one, other) => JSON.stringify([one.fills, one.notes]) === JSON.stringify([other.fills, other.notes]);

async function post() {
  if (!draft.sending || isSending) return;
  const { key, body } = draft.sending;
  isSending = true;
  showTotals();
  try {
    const visit = await api.visit_service.create_visit({ service_order_id: order.id, ...body }, { key });
    await recorded(visit);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isAboutClock(error)) await withoutTimes();
    else if (error.status === 409) await alreadyThere(error);
    else throw error;
  } finally {
    isSending = false;
    if (cards.length > 0) showTotals();
  }
}

/** @param {ApiError} error */
const isAboutClock = (error) => error.errors.length > 0 && error.errors.every(({ pointer }) => pointer === "/started_at" || pointer === "/finished_at");

/** The clock of this phone is wrong: the server's time is taken. */
async function withoutTimes() {
  if (!draft.sending) return;
  const { started_at: _started, finished_at: _finished, ...body } = draft.sending.body;
  draft.sending = { key: newKey(), body };
  draft.started_at = null;
  keepDraft(where, draft);
  isSending = false;
  await post();
}

/** Somebody recorded this stop, or the order was closed: show what holds now. @param {ApiError} error */
async function alreadyThere(error) {
  order = await api.service_order_service.get_service_order({ service_order_id: order.id });
  const now = order.cabinets.find(({ cabinet_id }) => cabinet_id === stop.cabinet_id);
  const visit = now && visitOf(now);
  if (!now || (!visit && isOpen(order))) {
    draft.sending = null;
    keepDraft(where, draft);
    throw error;
  }
  stop = now;
  if (visit) showRecordedBefore(visit);
  else showClosed();
}

/** The stop is done. What this phone has not sent is told, unless it is what was recorded. @param {Visit} visit */
function showRecordedBefore(visit) {
  const mine = draft.sending?.body.fills ?? [];
  const theirs = new Map(visit.fills.map((each) => [each.slot_id, each]));
  const says = mine.filter(({ added, counted, removed }) => added > 0 || removed > 0 || counted !== null);
  const same = says.length === theirs.size && says.every(({ slot_id, added, counted, removed }) => {
    const other = theirs.get(slot_id);
    return other !== undefined && other.added === added && other.counted === counted && other.removed === removed;
  });
  const lost = draft.sending !== null && !same ? unsentWords() : "";
  forgetDraft(where);
  draft = newDraft();
  showVisited(visit, lost);
}

/** What was to be sent and cannot be any more. */
function unsentWords() {
  const codes = new Map(/** @type {[number, string][]} */ ([...stop.items.map((item) => [item.slot_id, codeOf(item)]), ...cards.map(({ holds }) => [holds.id, codeOf(holds)])]));
  const loaded = draft.sending?.body.fills.filter(({ added }) => added > 0) ?? [];
  const words = loaded.map(({ slot_id, added }) => `${codes.get(slot_id) ?? "another slot"} ${number(added)}`).join(", ");
  return `Yours was not recorded. You had entered: ${words || "nothing"}. If that is right, tell the office.`;
}

/** @param {ApiError} error */
function refused(error) {
  if (error.status === 0) {
    fill(byId("unsent"), icon("wifi-off"), h("span", null, "Not sent: no connection. It is kept on this phone and sent as soon as there is one."), h("button", { class: "button", type: "button", onclick: sendAgain }, "Try again"));
    showTotals();
    return;
  }
  draft.sending = null;
  keepDraft(where, draft);
  /** @type {(() => void)[]} */
  const demands = [];
  const ids = cards.flatMap(({ holds, entry }) => fillOf(holds, entry)?.slot_id ?? []);
  for (const { pointer, message } of error.errors) {
    const [, , index, name = "added"] = pointer.split("/");
    const card = cards.find(({ holds }) => holds.id === ids[Number(index)]);
    if (card) demands.push(() => card.demand(message, name));
  }
  // The first refusal last, so that the driver ends at it.
  for (const demand of demands.reverse()) demand();
}

/** A visit that found no connection before. */
async function sendAgain() {
  if (!draft.sending || isSending || cards.length === 0) return;
  try {
    await post();
  } catch (error) {
    if (error instanceof ApiError) refused(error);
    else throw error;
  }
}

// Afterwards

/** @param {Visit} visit */
async function recorded(visit) {
  forgetDraft(where);
  draft = newDraft();
  changed("visit", "stock", "service-order");
  order = { ...order, status: visit.service_order_status, cabinets: order.cabinets.map((each) => (each.cabinet_id === visit.cabinet_id ? { ...each, visited_at: visit.finished_at, visits: [visit, ...each.visits] } : each)) };
  stop = { ...stop, visits: [visit, ...stop.visits] };
  showVisited(visit);
}

/** @param {Visit} visit @param {string} [warning] */
function showVisited(visit, warning = "") {
  const added = new Map(visit.fills.map((each) => [each.slot_id, each]));
  const planned = new Map(stop.items.map((item) => [item.slot_id, item]));
  const slots = [...new Set([...planned.keys(), ...added.keys()])].map((id) => {
    const item = planned.get(id);
    return { code: item ? codeOf(item) : added.get(id)?.label ?? "", planned: item?.quantity ?? 0, added: added.get(id)?.added ?? 0 };
  });
  const next = isOpen(order) ? nextStop(order, stop.cabinet_id) : undefined;
  leaveSlots();
  fill(byId("visit"), place(), warning && h("p", { class: "note" }, warning),
    h("div", { class: "outcome", role: "status" }, h("strong", null, icon("circle-check"), `${units(visit.units_added)} loaded`), h("p", { class: "against" }, againstPlan(slots)), h("p", null, `Recorded by ${visit.username}, `, time(visit.finished_at), ".")),
    next && nextLink(next),
    !isOpen(order) && h("p", { class: "where" }, `Order ${order.id} is done: all ${units(order.cabinets.length, "stop")} visited.`),
    orderLink(), !next && h("a", { class: "button wide rest", href: "/#/service-orders" }, "Service orders"));
  scrollTo(0, 0);
  /** @type {HTMLElement | null} */ (document.querySelector(".next"))?.focus();
}

/** @param {Stop} next */
function nextLink(next) {
  return h("a", { class: "next", href: `/#/service-orders/${order.id}/visits/${next.cabinet_id}` },
    h("span", null, "Next stop", h("strong", null, stopName(next, order)), [placeOf(next), units(plannedUnits(next))].filter(Boolean).join(", ")), icon("arrow-right"));
}

function showClosed() {
  const lost = draft.sending ? unsentWords() : "";
  draft.sending = null;
  keepDraft(where, draft);
  leaveSlots();
  const words = order.status === "cancelled" ? `Order ${order.id} was cancelled ${dateTime(order.cancelled_at)}: ${order.cancellation_reason ?? "no reason given"}.` : `Order ${order.id} is completed.`;
  fill(byId("visit"), place(), h("p", { class: "note" }, `${words} Nothing can be recorded any more. ${lost}`), orderLink());
}

function leaveSlots() {
  cards = [];
  byId("bar").hidden = true;
}
