import { api, byId, change, changed, date, fill, h, icon, isolated, keys, link, navigate, number, onChanged, onParams, setTitle, start, time, toast, units, unknown } from "../modules/page.js";
import { combobox } from "../components/combobox/combobox.js";
import { openForm } from "../components/dialog/dialog.js";
import { field } from "../components/field/field.js";
import { menu } from "../components/menu/menu.js";
import { problemBox } from "../components/problem/problem.js";
import { status } from "../components/status/status.js";
import { Title } from "../components/title/title.js";
import { driverSource, isOpen, nextStop, orderStatus, placeOf, plannedUnits, stopName, visitOf } from "../modules/service-orders.js";
import { found } from "../modules/count-differences.js";
import { endingMark } from "../modules/ending.js";
import { draftAt } from "../modules/visit-drafts.js";

/** @typedef {import("../modules/service-orders.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../modules/service-orders.js").Stop} Stop */
/** @typedef {import("../modules/service-orders.js").Visit} Visit */

const title = /** @type {Title} */ (document.querySelector("cvd-title"));
/** @type {ServiceOrder} */
let order;
/** @type {import("../modules/page.js").Page} */
let page;
/** Stops that the reader opened or closed himself. @type {Map<number, boolean>} */
const unfolded = new Map();

start(async (started) => {
  page = started;
  onParams(() => load());
  onChanged(["service-order", "visit", "stock", "everything"], () => load());
  document.addEventListener("shown", () => load());
  keys({ v: ["Carry out the next stop", goOn, mayGoOn] });
  await load();
});

async function load() {
  try {
    order = await api.service_order_service.get_service_order({ service_order_id: Number(page.params.service_order_id) });
  } catch (error) {
    fill(byId("order"), problemBox(error, load));
    return;
  }
  draw();
}

/** @param {ServiceOrder} now @param {string} words */
function done(now, words) {
  order = now;
  draw();
  changed("service-order");
  toast(words);
}

function draw() {
  title.heading = `Order ${order.id}`;
  title.beside = [orderStatus(order.status)];
  setTitle(`Order ${order.id}, ${isolated(order.route_name)}`);
  fill(byId("actions"), actions());
  fill(byId("order"), facts(), order.notes && h("p", { class: "note" }, order.notes),
    order.cancelled_at && h("p", { class: "note cancelled" }, "Cancelled ", time(order.cancelled_at), `: ${order.cancellation_reason ?? ""}`),
    h("section", { class: "section" }, h("header", null, h("h2", null, "Stops"), h("span", { class: "count" }, number(order.cabinets.length))), h("ol", { class: "stops" }, order.cabinets.map(stopRow))));
  document.querySelector(".is-meant")?.scrollIntoView({ block: "center" });
}

function actions() {
  const mayVisit = isOpen(order) && page.may("visit_service.create_visit");
  const started = order.cabinets.some((stop) => visitOf(stop));
  return [
    page.may("service_order_service.cancel_service_order") && isOpen(order) && menu("More actions", [
      { label: order.driver_id === null ? "Assign a driver" : "Change the driver", icon: "truck", run: assign },
      { label: "Cancel order", icon: "ban", danger: true, run: cancel },
    ]),
    page.may("service_order_service.get_pick_list") && h("a", { class: "button", href: `/#/service-orders/${order.id}/pick-list` }, icon("list-checks"), "Pick list"),
    mayVisit && h("button", { class: "button primary", type: "button", onclick: goOn }, started ? "Next stop" : "Start first stop", icon("arrow-right")),
  ];
}

function goOn() {
  const stop = nextStop(order);
  if (stop) navigate(visitAddress(stop));
}

/** Not before the order is there. */
const mayGoOn = () => order !== undefined && isOpen(order) && nextStop(order) !== undefined && page.may("visit_service.create_visit");

/** @param {Stop} stop */
const visitAddress = (stop) => `/service-orders/${order.id}/visits/${stop.cabinet_id}`;

function facts() {
  const loaded = order.cabinets.reduce((sum, stop) => sum + (visitOf(stop)?.units_added ?? 0), 0);
  const visited = order.cabinets.filter((stop) => visitOf(stop));
  const planned = visited.reduce((sum, stop) => sum + plannedUnits(stop), 0);
  return h("dl", { class: "facts" },
    fact("Route", order.route_name),
    fact("Driver", order.driver_name ?? unknown("No driver yet")),
    fact("Date", order.scheduled_on === null ? unknown("No day given") : date(order.scheduled_on)),
    fact("Visited", `${number(visited.length)} of ${number(order.cabinets.length)}`),
    fact("Planned", units(order.units)),
    fact("Loaded", visited.length === 0 ? unknown("No stop visited yet") : [units(loaded), difference(loaded - planned)]),
    fact("Created", time(order.created_at)));
}

/** @param {string} label @param {import("../modules/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** Loaded against planned, over the visited stops. @param {number} delta */
const difference = (delta) => (delta === 0 ? h("span", { class: "muted small" }, " as planned") : h("span", { class: "muted small" }, ` ${change(delta)} against plan`));

// Stops

/** @param {Stop} stop */
function stopRow(stop) {
  const visit = visitOf(stop);
  const mayVisit = !visit && isOpen(order) && page.may("visit_service.create_visit");
  const isMeant = stop.visits.some(({ id }) => String(id) === page.params.visit_id);
  const details = h("div", { class: "stack", id: `stop-${stop.cabinet_id}` }, lines(stop, visit), stop.visits.map((each) => visitLine(each, stop)));
  const unfold = h("button", { class: "button plain square", type: "button", "aria-controls": details.id, "aria-label": `What to load and what was done: ${stopName(stop, order)}` });
  const setOpen = (/** @type {boolean} */ open) => {
    details.hidden = !open;
    unfold.ariaExpanded = String(open);
    fill(unfold, icon(open ? "chevron-up" : "chevron-down"));
  };
  setOpen(unfolded.get(stop.cabinet_id) ?? (isMeant || order.cabinets.length === 1));
  const turn = (/** @type {Event} */ event) => {
    if (event.target instanceof Element && event.target.closest("a")) return;
    unfolded.set(stop.cabinet_id, Boolean(details.hidden));
    setOpen(Boolean(details.hidden));
  };
  return h("li", { class: `stop${visit ? " is-visited" : ""}` },
    h("div", { class: "line", onclick: turn },
      h("span", { class: "where" }, link(`/devices/${stop.device_id}`, stopName(stop, order)), h("span", { class: "muted truncate" }, placeOf(stop))),
      stateOf(stop, visit),
      h("span", { class: "loaded" }, ...loadedWords(stop, visit)),
      h("span", { class: "do" }, mayVisit && h("a", { class: "button", href: `/#${visitAddress(stop)}`, "aria-label": `Visit ${stopName(stop, order)}` }, "Visit"), unfold)),
    details);
}

/** What this phone has not sent is said too. @param {Stop} stop @param {Visit | undefined} visit */
function stateOf(stop, visit) {
  if (visit) return status("ok", "Visited");
  const draft = draftAt({ user_id: page.me.id, service_order_id: order.id, cabinet_id: stop.cabinet_id });
  if (draft.sending) return status("warn", "Not sent yet");
  if (!isOpen(order)) return status("warn", "Not visited");
  return Object.keys(draft.entries).length > 0 ? status("info", "Begun") : status("idle", "To do");
}

/** @param {Stop} stop @param {Visit | undefined} visit */
function loadedWords(stop, visit) {
  const planned = plannedUnits(stop);
  if (!visit) return [`${units(planned)} to load`];
  const delta = visit.units_added - planned;
  return [`${number(visit.units_added)} of ${units(planned)}`, h("span", { class: "muted" }, delta === 0 ? "as planned" : `${change(delta)} against plan`)];
}

/** What was planned and done, slot by slot. @param {Stop} stop @param {Visit | undefined} visit */
function lines(stop, visit) {
  const fills = new Map(visit?.fills.map((each) => [each.slot_id, each]));
  const planned = new Set(stop.items.map(({ slot_id }) => slot_id));
  const unplanned = visit?.fills.filter(({ slot_id }) => !planned.has(slot_id)) ?? [];
  if (planned.size === 0 && unplanned.length === 0) return h("p", { class: "muted" }, visit ? "Nothing was loaded." : "Nothing planned: the slots are to be counted.");
  // Most visits count and remove nothing: then there is nothing to show.
  const shows = { counted: visit?.fills.some(({ counted, difference }) => counted !== null || difference !== 0) ?? false, removed: visit?.fills.some(({ removed }) => removed > 0) ?? false };
  const heads = ["Planned", shows.counted && "Books", shows.counted && "Found", shows.removed && "Removed", visit && "Loaded", visit && "Against plan"].filter(Boolean);
  return h("div", { class: "scroll-x" }, h("table", { class: "table" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Slot"), h("th", { scope: "col" }, "Product"), heads.map((head) => h("th", { scope: "col", class: "number" }, head)))),
    h("tbody", null,
      stop.items.map((item) => h("tr", null, h("td", null, item.selection ?? item.label), h("td", null, item.product_name, endingMark(item.product_archived_at)), h("td", { class: "number" }, number(item.quantity)), visit && outcome(fills.get(item.slot_id), item.quantity, shows))),
      unplanned.map((each) => h("tr", { class: "unplanned" }, h("td", null, each.label), h("td", { class: "muted" }, "Not in the plan"), h("td", { class: "number" }, number(0)), outcome(each, 0, shows))))));
}

/** @param {Visit["fills"][number] | undefined} done @param {number} planned @param {{counted: boolean, removed: boolean}} shows */
function outcome(done, planned, shows) {
  const added = done?.added ?? 0;
  return [
    shows.counted && found(done),
    shows.removed && h("td", { class: "number" }, done?.removed ? [number(done.removed), h("span", { class: "muted small" }, ` ${done.removed_reason ?? "no reason given"}`)] : number(0)),
    h("td", { class: "number" }, number(added)),
    h("td", { class: "number" }, added === planned ? h("span", { class: "muted" }, "±0") : change(added - planned)),
  ];
}

/** @param {Visit} visit @param {Stop} stop */
function visitLine(visit, stop) {
  const isMeant = String(visit.id) === page.params.visit_id;
  const mayReverse = visit.reversed_at === null && page.may("visit_service.reverse_visit");
  return h("div", { class: `visit${visit.reversed_at ? " is-reversed" : ""}${isMeant ? " is-meant" : ""}`, id: `visit-${visit.id}` },
    visit.reversed_at ? status("warn", "Reversed") : status("ok", "Recorded"),
    link(`/service-orders/${order.id}?visit_id=${visit.id}`, `Visit ${visit.id}`), h("span", null, `by ${isolated(visit.username)}`), time(visit.finished_at), h("span", null, units(visit.units_added)),
    visit.notes && h("span", { class: "muted" }, `“${visit.notes}”`),
    visit.reversed_at && h("span", null, "Reversed ", time(visit.reversed_at), visit.reversal_reason && `: ${visit.reversal_reason}`),
    mayReverse && h("button", { class: "button danger end", type: "button", onclick: () => reverse(visit, stop) }, icon("undo-2"), "Reverse"));
}

// What the office does

function assign() {
  openForm({
    heading: `Driver of order ${order.id}`,
    action: "Assign",
    fields: [field("Driver", combobox({ name: "driver_id", placeholder: "Nobody", source: driverSource(), chosen: order.driver_id === null ? null : { value: order.driver_id, label: order.driver_name ?? "" } }), { optional: true, wide: true, hint: "They find the order among their own at once." })],
    save: async (form) => {
      const now = await api.service_order_service.assign_service_order({ service_order_id: order.id, driver_id: Number(form.get("driver_id")) || null });
      done(now, now.driver_name ? `Order ${now.id} is now ${isolated(now.driver_name)}'s` : `Order ${now.id} has no driver now`);
    },
  });
}

function cancel() {
  const left = order.cabinets.filter((stop) => !visitOf(stop)).length;
  openForm({
    heading: `Cancel order ${order.id}?`,
    action: "Cancel order",
    danger: true,
    before: h("p", null, `${units(left, "stop")} will not be carried out; their cabinets are free for another order. Visits that were made stay. This cannot be undone.`),
    fields: [reasonField()],
    save: async (form) => done(await api.service_order_service.cancel_service_order({ service_order_id: order.id, reason: String(form.get("reason")).trim() }), `Cancelled order ${order.id}`),
  });
}

/** @param {Visit} visit @param {Stop} stop */
function reverse(visit, stop) {
  openForm({
    heading: `Reverse visit ${visit.id}?`,
    action: "Reverse visit",
    danger: true,
    before: h("p", null, `The stock of ${stopName(stop, order)} becomes what it would be without this visit, and the stop is to do again. The visit stays in the history.`),
    fields: [reasonField()],
    save: async (form) => {
      await api.visit_service.reverse_visit({ visit_id: visit.id, reason: String(form.get("reason")).trim() });
      changed("visit", "stock");
      done(await api.service_order_service.get_service_order({ service_order_id: order.id }), `Reversed visit ${visit.id}`);
    },
  });
}

const reasonField = () => field("Reason", h("input", { class: "input", name: "reason", required: true, maxlength: 500, autocomplete: "off" }), { wide: true, hint: "Kept with the order" });
