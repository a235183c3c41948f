import {
  api,
  ApiError,
  byId,
  changed,
  fill,
  h,
  keys,
  onChanged,
  onParams,
  setTitle,
  start,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import { Title } from "../../components/title/title.js";
import { forgetOld } from "../../page/kept.js";
import {
  isDone,
  isOpen,
  plannedUnits,
  stopName,
  visitAddress,
  visitOf,
  withVisit,
} from "../../words/order-words.js";
import { keepOrder, loadStops, planogramAt, readOrder, stopOf } from "./order-kept.js";
import { openSkipForm } from "./skips.js";
import { hideBar, hideUnsent, showBar, showTotals, showUnsent } from "./visit-bar.js";
import { BulkEntry } from "./visit-bulk.js";
import {
  draftAt,
  forgetDraft,
  isSameStop,
  keepDraft,
  newDraft,
  nextUnsent,
} from "./visit-drafts.js";
import {
  closedEnding,
  focusWayOn,
  nothingChosen,
  notInOrder,
  skippedEnding,
} from "./visit-endings.js";
import { photosAfter, photosBefore, photosOfMachine } from "./visit-photos.js";
import { elsewhere, placeOf, purposes } from "./visit-place.js";
import { askToRecord } from "./visit-question.js";
import {
  isAtSlots,
  isUnderway,
  lostWords,
  now,
  prepare,
  sendDraft,
  sendWaiting,
  untilAnswered,
  wasRecorded,
} from "./visit-sending.js";
import { toNextSlot, VisitSlots } from "./visit-slots.js";
import { reporter, ticketsAt } from "./visit-tickets.js";
import { recordWithoutOrder, unplannedOrder } from "./visit-unplanned.js";
import { outcome } from "./visit-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */

const title = /** @type {Title} */ (document.querySelector("cvd-title"));
/** @type {import("../../page/page.js").Page} */ let page;
/** @type {ServiceOrder} */ let order;
/** @type {Stop} */ let stop;
let slots = new VisitSlots();
/** @type {BulkEntry | null} */ let bulk = null;
let draft = newDraft();
let where = { user_id: 0, service_order_id: 0, cabinet_id: 0 };
/** Counts the stops that were opened. An answer for an earlier one is thrown away. */
let opened = 0;

start(async (started) => {
  page = started;
  forgetOld();
  byId("finish").onclick = finish;
  byId("left").onclick = () => slots.goToNextLeft();
  byId("visit").onkeydown = (event) => toNextSlot(slots, event);
  addEventListener("online", sendAgain);
  // Another stop shows in the same document, because none can be loaded without a connection.
  onParams(openStop);
  onChanged("everything", sendAgain);
  onChanged(["planogram", "stock", "service_order"], () => {
    if (!isUnderway(where) && where.cabinet_id) load();
  });
  await openStop();
});

async function openStop() {
  const service_order_id = Number(page.params.service_order_id ?? 0);
  const cabinet_id = Number(page.params.cabinet_id ?? 0);
  leavePage();
  where = { user_id: page.me.id, service_order_id, cabinet_id };
  draft = draftAt(where);
  scrollTo(0, 0);
  if (!cabinet_id) {
    fill(byId("visit"), nothingChosen());
    return;
  }
  await load();
  sendAgain();
}

function leavePage() {
  slots = new VisitSlots();
  bulk?.letStand();
  document.querySelector("dialog[open]")?.remove();
  hideBar();
  hideUnsent();
}

async function load() {
  opened += 1;
  const turn = opened;
  const { user_id, service_order_id, cabinet_id } = where;
  try {
    const found = service_order_id
      ? await readOrder(user_id, service_order_id)
      : await unplannedOrder(cabinet_id, draft.purpose ?? "fill");
    const planogram = await planogramAt(found, where);
    if (turn === opened) show(found, planogram);
  } catch (error) {
    if (turn === opened) fill(byId("visit"), problemBox(error, load));
  }
}

/**
 * @param {ServiceOrder} found
 * @param {import("../../api.js").Schemas["Planogram"] | null} planogram
 */
function show(found, planogram) {
  order = found;
  const here = stopOf(order, where.cabinet_id);
  if (!here) {
    fill(byId("visit"), notInOrder(order));
    return;
  }
  stop = here;
  title.heading = order.id ? stopName(stop, order) : `Visit ${stopName(stop, order)}`;
  title.parents = order.id
    ? [[`/service-orders/${order.id}`, `Order ${order.id}`]]
    : [[`/devices/${stop.device_id}`, stop.asset]];
  setTitle(`Visit ${stopName(stop, order)}`);
  const visit = visitOf(stop);
  if (visit) showRecordedBefore(visit);
  else if (stop.skip && !draft.sending) showSkipped();
  else if (!planogram) showClosed();
  else {
    showSlots(planogram);
    loadStops(where.user_id, order);
  }
}

// The slots

/** @param {import("../../api.js").Schemas["Planogram"]} planogram */
function showSlots(planogram) {
  slots = new VisitSlots(planogram.slots, stop, draft);
  bulk = new BulkEntry(slots, { entered, kept: keepEntries });
  const { cards, hasPlan } = slots;
  for (const card of cards) card.addEventListener("entry", entered);
  const tabs = slots.tabs(hasPlan && order.id !== 0);
  fill(
    byId("visit"),
    place(),
    order.notes && h("p", { class: "note" }, order.notes),
    purposes(order, choosePurpose),
    elsewhere(order, stop),
    ticketsAt(stop),
    cards.length > 0 && bulk.tools(order.id !== 0),
    hasPlan && tabs,
    slots.shelves(),
    cards.length === 0 &&
      empty({
        icon: "grid-3x3",
        heading: "No slot holds a product",
        text: "Press Done to record that you were here.",
      }),
    photosBefore(page, where, stopName(stop, order)),
  );
  slots.show();
  showBar();
  if (cards.length > 0) keys({ Enter: ["On to the next slot"] }, "In the figure of a slot");
  showTotals(slots, plannedUnits(stop));
}

/** Where the machine is. */
function place() {
  const maySkip =
    order.id !== 0 && isOpen(order) && !isDone(stop) && page.may("skip_service.create_skip");
  return placeOf(stop, maySkip ? couldNot : null, reporter(page, stop));
}

/** @param {ServiceOrder["purpose"]} purpose */
function choosePurpose(purpose) {
  draft.purpose = purpose;
  order = { ...order, purpose };
  keepDraft(where, draft);
}

function couldNot() {
  openSkipForm({
    order,
    stops: [stop],
    done: (now) => {
      order = now;
      stop = stopOf(order, stop.cabinet_id) ?? stop;
      keepOrder(where.user_id, order);
      changed("service_order");
      showSkipped();
    },
  });
}

function showSkipped() {
  const { skip } = stop;
  if (!skip) return;
  leaveSlots();
  fill(
    byId("visit"),
    place(),
    skippedEnding(order, skip, nextUnsent(order, stop, where), () => takeBack(skip.id)),
    photosOfMachine(page, where, stop),
  );
  focusWayOn();
}

/** @param {number} skip_id */
async function takeBack(skip_id) {
  try {
    await api.skip_service.reverse_skip({ skip_id });
    changed("service_order");
    await load();
  } catch (error) {
    toastProblem(error);
  }
}

function entered() {
  draft.started_at ??= now();
  bulk?.letStand();
  keepEntries();
}

let warned = false;

function keepEntries() {
  if (!isUnderway(where)) {
    // The entries differ from what was to be sent.
    draft.sending = null;
    hideUnsent();
  }
  draft.entries = Object.fromEntries(slots.entered.map((card) => [card.holds.id, card.entry]));
  draft.prices = Object.fromEntries(slots.prices.map(({ of, entry }) => [of.slot_id, entry]));
  if (!keepDraft(where, draft) && !warned) {
    warned = true;
    toast("This phone keeps no entries: do not reload before you are done", { kind: "warn" });
  }
  showTotals(slots, plannedUnits(stop));
}

// Done: look once more, then send

async function finish() {
  if (slots.demandFirst()) return;
  const at = where;
  const { isRecorded, refusal } = await askToRecord({
    name: stopName(stop, order),
    cards: slots.cards,
    notes: draft.notes,
    noted: (notes) => {
      draft.notes = notes;
      keepEntries();
    },
    send,
  });
  // Who went on to another stop meanwhile is told there.
  if (where !== at) return;
  if (refusal) refused(refusal);
  else if (isRecorded) focusWayOn();
}

/** Sends what is entered. */
async function send() {
  prepare(where, draft, slots.fills, slots.answers);
  await post();
}

async function post() {
  if (!draft.sending || isUnderway(where)) return;
  const at = where;
  hideUnsent();
  await untilAnswered(at, () => sendFrom(at, stopName(stop, order)));
  // Left and come back to: there is an answer now.
  if (where !== at && isSameStop(where, at)) await openStop();
}

/**
 * Sends what is entered at this stop. Where another was opened before the answer, it stays shown.
 * @param {typeof where} at
 * @param {string} name
 */
async function sendFrom(at, name) {
  try {
    const visit = await sendDraft(at, draft);
    if (where === at) recorded(visit);
    else recordedBehind(at, visit, name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // It waits on this phone, and whoever opens the stop again sees why.
    if (where !== at) return;
    if (error.status !== 409) throw error;
    await alreadyThere(error);
  }
}

/** Sends the visits that could not be sent before: this one, and those of other stops. */
async function sendAgain() {
  sendWaiting(where).then((sent) => {
    if (sent === 0) return;
    toast(`Sent ${units(sent, "visit")} that waited on this phone`);
    changed("visit", "stock", "service_order");
  });
  if (!draft.sending || isUnderway(where) || slots.cards.length === 0) return;
  try {
    await post();
  } catch (error) {
    if (error instanceof ApiError) refused(error);
    else throw error;
  }
}

/**
 * Somebody recorded this stop, or the order was closed: shows what is true now.
 * @param {ApiError} error
 */
async function alreadyThere(error) {
  if (order.id === 0) throw error;
  const at = where;
  const found = await readOrder(at.user_id, order.id);
  if (where !== at) return;
  order = found;
  stop = stopOf(order, stop.cabinet_id) ?? stop;
  const visit = visitOf(stop);
  if (visit) showRecordedBefore(visit);
  else if (!isOpen(order)) showClosed();
  else throw error;
}

/** @param {ApiError} error */
function refused(error) {
  if (isAtSlots(error)) {
    atSlots(error);
    return;
  }
  const next = error.status === 0 ? nextUnsent(order, stop, where) : undefined;
  showUnsent(error, sendAgain, next ? visitAddress(order, next) : null);
}

/** Each refusal at its slot. @param {ApiError} error */
function atSlots({ errors }) {
  const sent = draft.sending?.body;
  draft.sending = null;
  keepDraft(where, draft);
  if (sent) slots.demandEach(errors, sent);
}

// Afterwards

/** @param {Visit} visit */
function recorded(visit) {
  changed("visit", "stock", "service_order");
  order = withVisit(order, stop, visit);
  stop = stopOf(order, stop.cabinet_id) ?? stop;
  keepOrder(where.user_id, order);
  showVisited(visit);
}

/**
 * Another stop is shown.
 * @param {typeof where} at
 * @param {Visit} visit
 * @param {string} name of the stop
 */
function recordedBehind(at, visit, name) {
  forgetDraft(at);
  changed("visit", "stock", "service_order");
  toast(`Visit ${name} was recorded`);
  const left = order.id === at.service_order_id && stopOf(order, at.cabinet_id);
  if (left) order = withVisit(order, left, visit);
  if (left) keepOrder(at.user_id, order);
}

/**
 * The stop is done. Says what this phone has not sent, unless that is what was recorded.
 * @param {Visit} visit
 */
function showRecordedBefore(visit) {
  showVisited(
    visit,
    draft.sending && !wasRecorded(draft, visit) ? lostWords(draft, slots.codes(stop.items)) : "",
  );
}

/** @param {Visit} visit @param {string} [warning] */
function showVisited(visit, warning = "") {
  leaveSlots();
  fill(
    byId("visit"),
    place(),
    warning && h("p", { class: "note" }, warning),
    outcome(order, stop, visit, nextUnsent(order, stop, where)),
    photosAfter(page, where, stopName(stop, order), visit.id),
  );
  scrollTo(0, 0);
  focusWayOn();
}

function showClosed() {
  const { sending } = draft;
  const lost = sending ? lostWords(draft, slots.codes(stop.items)) : "";
  const mayRecord = sending && page.may("visit_service.create_unplanned_visit");
  leaveSlots();
  fill(
    byId("visit"),
    place(),
    closedEnding(order, lost, mayRecord ? () => recordWithoutOrder(sending) : null),
  );
}

function leaveSlots() {
  forgetDraft(where);
  draft = newDraft();
  slots = new VisitSlots();
  hideBar();
}
