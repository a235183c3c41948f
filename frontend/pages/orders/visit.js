import {
  api,
  ApiError,
  byId,
  changed,
  fill,
  h,
  icon,
  isolated,
  keys,
  navigate,
  number,
  onChanged,
  onParams,
  setTitle,
  start,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { confirmed, openForm } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { field } from "../../components/field/field.js";
import { menu } from "../../components/menu/menu.js";
import { problemBox } from "../../components/problem/problem.js";
import { SlotFill } from "./slot-fill.js";
import { elsewhere, placeOf, purposes } from "./visit-place.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { Title } from "../../components/title/title.js";
import { fillOf, isEntered, NOTHING, proposed, toPar, whatIsWrong } from "./fills.js";
import { codeOf } from "../../words/slots.js";
import { forgetOld } from "../../page/kept.js";
import { keepOrder, loadStops, readOrder, readPlanogram } from "./order-kept.js";
import { isDone, isOpen, plannedUnits, stopName, visitOf } from "../../words/order-words.js";
import { openSkipForm } from "./skips.js";
import { skipWords } from "../../words/skip-words.js";
import { draftAt, forgetDraft, keepDraft, newDraft } from "./visit-drafts.js";
import {
  isAtSlots,
  lostWords,
  now,
  prepare,
  sendDraft,
  sendWaiting,
  wasRecorded,
} from "./visit-sending.js";
import { closedWords, nextLink, orderLink, outcome, review } from "./visit-words.js";
import { unplannedOrder } from "./visit-unplanned.js";

/** @typedef {import("./fills.js").Entry} Entry */
/** @typedef {import("./fills.js").Slot} Slot */
/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */

const title = /** @type {Title} */ (document.querySelector("cvd-title"));
/** @type {import("../../page/page.js").Page} */ let page;
/** @type {ServiceOrder} */ let order;
/** @type {Stop} */ let stop;
/** In the order the door shows them. @type {SlotFill[]} */ let cards = [];
let draft = newDraft();
let where = { user_id: 0, service_order_id: 0, cabinet_id: 0 };
let isSending = false;
/** Counts the stops that were opened: what was asked for an earlier one comes too late. */
let opened = 0;

start(async (started) => {
  page = started;
  forgetOld();
  byId("finish").onclick = finish;
  byId("left").onclick = goToNextLeft;
  byId("visit").onkeydown = toNextSlot;
  addEventListener("online", sendAgain);
  // Another stop is shown in the same document: without a connection no other could be loaded.
  onParams(openStop);
  onChanged("everything", sendAgain);
  onChanged(["planogram", "stock", "service_order"], () => {
    if (!isSending && where.cabinet_id) load();
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
    fill(
      byId("visit"),
      empty({
        icon: "circle-help",
        heading: "No stop is chosen",
        text: "Open one from its order, or a machine from the devices.",
        action: h("a", { class: "button", href: "/#/service-orders" }, "Service orders"),
      }),
    );
    return;
  }
  await load();
  sendAgain();
}

function leavePage() {
  cards = [];
  letStand();
  document.querySelector("dialog[open]")?.remove();
  byId("bar").hidden = true;
  byId("unsent").hidden = true;
}

async function load() {
  opened += 1;
  const turn = opened;
  const { user_id, service_order_id, cabinet_id } = where;
  try {
    const found = service_order_id
      ? await readOrder(user_id, service_order_id)
      : await unplannedOrder(cabinet_id, draft.purpose ?? "fill");
    const planogram = await planogramOf(found);
    if (turn === opened) show(found, planogram);
  } catch (error) {
    if (turn === opened) fill(byId("visit"), problemBox(error, load));
  }
}

/** The slots, where something can be recorded. @param {ServiceOrder} found */
async function planogramOf(found) {
  const here = found.cabinets.find(({ cabinet_id }) => cabinet_id === where.cabinet_id);
  return here && isOpen(found) && !visitOf(here)
    ? readPlanogram(where.user_id, where.cabinet_id)
    : null;
}

/**
 * @param {ServiceOrder} found
 * @param {import("../../api.js").Schemas["Planogram"] | null} planogram
 */
function show(found, planogram) {
  order = found;
  const here = order.cabinets.find(({ cabinet_id }) => cabinet_id === where.cabinet_id);
  if (!here) {
    fill(
      byId("visit"),
      empty({
        icon: "circle-help",
        heading: "This stop is not in the order",
        text: "The address may be old.",
        action: orderLink(order),
      }),
    );
    return;
  }
  stop = here;
  title.heading = stopName(stop, order);
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
  cards = planogram.slots.filter(({ product_id }) => product_id !== null).map(cardOf);
  for (const card of cards) card.addEventListener("entry", entered);
  const toDo = cards.filter(isInPlan);
  const tabs = slotTabs();
  fill(
    byId("visit"),
    place(),
    order.notes && h("p", { class: "note" }, order.notes),
    purposes(order, choosePurpose),
    elsewhere(order, stop),
    cards.length > 0 && tools(),
    toDo.length > 0 && tabs,
    shelves(),
    cards.length === 0 &&
      empty({
        icon: "grid-3x3",
        heading: "No slot holds a product",
        text: "Press Done to record that you were here.",
      }),
  );
  onlyPlan = toDo.length > 0 && order.id !== 0;
  if (!onlyPlan) tabs.value = "all";
  showCards();
  byId("bar").hidden = false;
  if (cards.length > 0) keys({ Enter: ["On to the next slot"] }, "In the figure of a slot");
  showTotals();
}

/** A slot to fill; one that holds another product than was planned says so. @param {Slot} slot */
function cardOf(slot) {
  const item = stop.items.find(({ slot_id }) => slot_id === slot.id);
  const isOther = item !== undefined && item.product_id !== slot.product_id;
  const both =
    isOther && `${isolated(slot.product_name ?? "")} (planned: ${isolated(item.product_name)})`;
  return new SlotFill(
    both ? { ...slot, product_name: both } : slot,
    isOther ? 0 : (item?.quantity ?? 0),
    draft.entries[slot.id] ?? NOTHING,
  );
}

/** The slots of the plan, or all of them. */
function slotTabs() {
  const tabs = /** @type {Tabs} */ (
    h(
      "cvd-tabs",
      { label: "Slots", value: "plan" },
      h("button", { value: "plan", id: "to-do" }, "To do"),
      h("button", { value: "all" }, `All slots ${number(cards.length)}`),
    )
  );
  tabs.addEventListener("tab", () => {
    onlyPlan = tabs.value === "plan";
    showCards();
  });
  return tabs;
}

const shelves = () =>
  [...new Set(cards.map(({ holds }) => holds.row))].map((row) =>
    h(
      "section",
      { class: "shelf" },
      h("h2", null, `Shelf ${number(row)}`),
      cards.filter(({ holds }) => holds.row === row),
    ),
  );

/**
 * Something is planned, nobody knows what is in it, or something was entered.
 * @param {SlotFill} card
 */
const isInPlan = (card) =>
  card.planned > 0 || card.holds.quantity === null || isEntered(card.entry);

let onlyPlan = true;

function showCards() {
  for (const card of cards) card.hidden = onlyPlan && !isInPlan(card);
  for (const shelf of document.querySelectorAll(".shelf")) {
    /** @type {HTMLElement} */ (shelf).hidden = !shelf.querySelector("cvd-slot-fill:not([hidden])");
  }
}

/** Where it is. */
function place() {
  const maySkip =
    order.id !== 0 && isOpen(order) && !isDone(stop) && page.may("skip_service.create_skip");
  return placeOf(stop, maySkip ? couldNot : null);
}

/** @param {ServiceOrder["purpose"]} purpose */
function choosePurpose(purpose) {
  draft.purpose = purpose;
  order = { ...order, purpose };
  keepDraft(where, draft);
}

/**
 * The last thing done to many slots at once; the next entry makes it stand.
 * @type {(() => void) | null}
 */
let undo = null;

function tools() {
  return h(
    "div",
    { class: "tools" },
    order.id !== 0 &&
      bulkButton("All as planned", ({ holds, entry, planned }) =>
        planned > 0 ? proposed(holds, { ...entry, counted: null }, planned) : null,
      ),
    bulkButton("All to par", ({ holds, entry }) => toPar(holds, entry) || null),
    menu("More", [{ label: "Clear all entries", icon: "rotate-ccw", danger: true, run: clearAll }]),
  );
}

function couldNot() {
  openSkipForm({
    order,
    stops: [stop],
    done: (now) => {
      order = now;
      stop = order.cabinets.find(({ cabinet_id }) => cabinet_id === stop.cabinet_id) ?? stop;
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
  const next = nextHere();
  fill(
    byId("visit"),
    place(),
    h(
      "div",
      { class: "outcome is-skipped", role: "status" },
      h("strong", null, icon("ban"), "Skipped"),
      h("p", null, skipWords(skip)),
      h(
        "button",
        { class: "button", type: "button", onclick: () => takeBack(skip.id) },
        icon("undo-2"),
        "It can be done after all",
      ),
    ),
    next && nextLink(order, next),
    order.status === "completed" && h("p", { class: "where" }, `Order ${order.id} is finished.`),
    orderLink(order),
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

/** The next stop that is neither done nor waiting on this phone to be sent. */
function nextHere() {
  if (!isOpen(order)) return undefined;
  const at = order.cabinets.findIndex(({ cabinet_id }) => cabinet_id === stop.cabinet_id);
  const onwards = [...order.cabinets.slice(at + 1), ...order.cabinets.slice(0, at)];
  return onwards.find(
    (each) => !isDone(each) && !draftAt({ ...where, cabinet_id: each.cabinet_id }).sending,
  );
}

/**
 * Enters an amount for every slot without one; then the button takes it back.
 * @param {string} words
 * @param {(card: SlotFill) => number | null} amount
 */
function bulkButton(words, amount) {
  const button = h(
    "button",
    {
      class: "button",
      type: "button",
      onclick: () => {
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
      },
    },
    words,
  );
  button.dataset.words = words;
  return button;
}

function letStand() {
  undo = null;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(".tools > [data-words]")
  )) {
    button.ariaPressed = null;
    button.textContent = button.dataset.words ?? "";
  }
}

async function clearAll() {
  const changing = cards.filter(({ entry }) => isEntered(entry));
  if (
    !(await confirmed({
      heading: "Clear all entries?",
      text: `What you entered for ${units(changing.length, "slot")} is gone then.`,
      action: "Clear",
    }))
  )
    return;
  letStand();
  putBack(
    changing,
    changing.map(() => NOTHING),
  );
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

let warned = false;

function keepEntries() {
  if (!isSending) {
    // What was to be sent is no longer what is entered.
    draft.sending = null;
    byId("unsent").hidden = true;
  }
  draft.entries = Object.fromEntries(
    cards.filter(({ entry }) => isEntered(entry)).map((card) => [card.holds.id, card.entry]),
  );
  if (!keepDraft(where, draft) && !warned) {
    warned = true;
    toast("This phone keeps no entries: do not reload before you are done", { kind: "warn" });
  }
  showTotals();
}

function showTotals() {
  const loaded = cards.reduce((sum, { entry }) => sum + (entry.added ?? 0), 0);
  const left = cards.filter(({ isLeft }) => isLeft).length;
  const planned = plannedUnits(stop);
  const toDo = document.getElementById("to-do");
  if (toDo) toDo.textContent = `To do ${number(left)}`;
  fill(
    byId("left"),
    planned === 0
      ? `${units(loaded)} loaded`
      : loaded > planned
        ? `${units(loaded)}, ${number(loaded - planned)} more than planned`
        : `${number(loaded)} of ${units(planned)}`,
    h(
      "span",
      { class: "small" },
      left > 0
        ? `${units(left, "slot")} left, show the next`
        : planned > 0
          ? "every planned slot has an entry"
          : `${number(cards.filter(({ entry }) => isEntered(entry)).length)} of ${units(cards.length, "slot")} entered`,
    ),
  );
  byId("left", HTMLButtonElement).disabled = left === 0;
}

function goToNextLeft() {
  const next = cards.find(({ isLeft }) => isLeft);
  if (!next) return;
  next.scrollIntoView({ block: "center", behavior: "smooth" });
  /** @type {HTMLElement | null} */ (next.querySelector("button:not([hidden])"))?.focus({
    preventScroll: true,
  });
}

/**
 * Enter goes to the same figure of the next slot, for somebody who types a visit in.
 * @param {KeyboardEvent} event
 */
function toNextSlot(event) {
  const input = event.target;
  if (event.key !== "Enter" || !(input instanceof HTMLInputElement) || input.type !== "number")
    return;
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
      card.demand(wrong.message, wrong.name, wrong.mayConfirm);
      return;
    }
  }
  const notes = h("textarea", {
    class: "textarea",
    name: "notes",
    maxlength: 2000,
    value: draft.notes,
    oninput: () => {
      draft.notes = notes.value;
      keepEntries();
    },
  });
  /** @type {ApiError | null} */
  let refusal = null;
  openForm({
    heading: `Record ${stopName(stop, order)}`,
    action: "Record visit",
    before: h("div", { class: "stack" }, review(cards)),
    fields: [field("Note for the office", notes, { optional: true, wide: true })],
    save: async () => {
      try {
        await send();
      } catch (error) {
        if (!(error instanceof ApiError) || !(error.status === 0 || isAtSlots(error))) throw error;
        refusal = error;
      }
    },
  }).then((isRecorded) => {
    if (refusal) refused(refusal);
    else if (isRecorded) focusWayOn();
  });
}

/** Sends what is entered. */
async function send() {
  prepare(
    where,
    draft,
    cards.flatMap(({ holds, entry }) => fillOf(holds, entry) ?? []),
  );
  await post();
}

async function post() {
  if (!draft.sending || isSending) return;
  isSending = true;
  byId("unsent").hidden = true;
  try {
    recorded(await sendDraft(where, draft));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) await alreadyThere(error);
    else throw error;
  } finally {
    isSending = false;
  }
}

/** Visits that were not sent before: this one, and those of other stops. */
async function sendAgain() {
  sendWaiting(where).then((sent) => {
    if (sent === 0) return;
    toast(`Sent ${units(sent, "visit")} that waited on this phone`);
    changed("visit", "stock", "service_order");
  });
  if (!draft.sending || isSending || cards.length === 0) return;
  try {
    await post();
  } catch (error) {
    if (error instanceof ApiError) refused(error);
    else throw error;
  }
}

/**
 * Somebody recorded this stop, or the order was closed: show what holds now.
 * @param {ApiError} error
 */
async function alreadyThere(error) {
  if (order.id === 0) throw error;
  order = await readOrder(where.user_id, order.id);
  stop = order.cabinets.find(({ cabinet_id }) => cabinet_id === stop.cabinet_id) ?? stop;
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
  const words =
    error.status === 0
      ? "Not sent: no connection. It is kept on this phone and sent as soon as there is one."
      : `Not sent: ${error.detail}`;
  byId("unsent").hidden = false;
  fill(
    byId("unsent"),
    icon(error.status === 0 ? "wifi-off" : "circle-alert"),
    h("span", null, words),
    h("button", { class: "button", type: "button", onclick: sendAgain }, "Try again"),
  );
  const next = error.status === 0 ? nextHere() : undefined;
  if (next)
    byId("unsent").append(
      h(
        "a",
        { class: "button", href: `/#/service-orders/${order.id}/visits/${next.cabinet_id}` },
        "Next stop",
        icon("arrow-right"),
      ),
    );
}

/** Each refusal at its slot. @param {ApiError} error */
function atSlots({ errors }) {
  const ids = draft.sending?.body.fills.map(({ slot_id }) => slot_id) ?? [];
  draft.sending = null;
  keepDraft(where, draft);
  // The first one last, so that the driver ends at it.
  for (const { pointer, message, may_confirm } of errors.toReversed()) {
    const [, , index, name = "added"] = pointer.split("/");
    cards.find(({ holds }) => holds.id === ids[Number(index)])?.demand(message, name, may_confirm);
  }
}

// Afterwards

/** @param {Visit} visit */
function recorded(visit) {
  changed("visit", "stock", "service_order");
  const visits = [visit, ...stop.visits];
  stop = { ...stop, visited_at: visit.finished_at, skip: null, visits };
  order = {
    ...order,
    id: visit.service_order_id,
    status: visit.service_order_status,
    cabinets: order.cabinets.map((each) => (each.cabinet_id === stop.cabinet_id ? stop : each)),
  };
  keepOrder(where.user_id, order);
  showVisited(visit);
}

/**
 * The stop is done. What this phone has not sent is told, unless it is what was recorded.
 * @param {Visit} visit
 */
function showRecordedBefore(visit) {
  showVisited(visit, draft.sending && !wasRecorded(draft, visit) ? lostWords(draft, codes()) : "");
}

/** @param {Visit} visit @param {string} [warning] */
function showVisited(visit, warning = "") {
  leaveSlots();
  fill(
    byId("visit"),
    place(),
    warning && h("p", { class: "note" }, warning),
    outcome(order, stop, visit, nextHere()),
  );
  scrollTo(0, 0);
  focusWayOn();
}

/** To the next stop, or else to the order. */
function focusWayOn() {
  /** @type {HTMLElement | null} */ (document.querySelector(".next, .rest"))?.focus();
}

function showClosed() {
  const { sending } = draft;
  const lost = sending ? lostWords(draft, codes()) : "";
  leaveSlots();
  fill(
    byId("visit"),
    place(),
    h("p", { class: "note" }, `${closedWords(order)} ${lost}`),
    sending &&
      page.may("visit_service.create_unplanned_visit") &&
      h(
        "button",
        { class: "button primary wide", type: "button", onclick: () => recordUnplanned(sending) },
        "Record it without the order",
      ),
    orderLink(order),
  );
}

/**
 * What was done is a fact, whatever became of the order.
 * @param {{key: string, body: import("./visit-drafts.js").Body}} sending
 */
async function recordUnplanned({ body, key }) {
  try {
    const visit = await api.visit_service.create_unplanned_visit(body, { key: `${key}-unplanned` });
    changed("visit", "stock", "service_order");
    navigate(`/service-orders/${visit.service_order_id}`);
  } catch (error) {
    toastProblem(error);
  }
}

const codes = () =>
  new Map(
    /** @type {[number, string][]} */ ([
      ...stop.items.map((item) => [item.slot_id, codeOf(item)]),
      ...cards.map(({ holds }) => [holds.id, codeOf(holds)]),
    ]),
  );

function leaveSlots() {
  forgetDraft(where);
  draft = newDraft();
  cards = [];
  byId("bar").hidden = true;
}
