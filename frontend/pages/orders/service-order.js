import { inTurn } from "../../words/in-turn.js";
import {
  api,
  byId,
  change,
  changed,
  date,
  fill,
  h,
  icon,
  isolated,
  keys,
  link,
  navigate,
  number,
  onChanged,
  onParams,
  preload,
  setTitle,
  start,
  time,
  toast,
  toastProblem,
  units,
  unknown,
} from "../../page/page.js";
import { openForm } from "../../components/dialog/dialog.js";
import { field } from "../../components/field/field.js";
import { menu } from "../../components/menu/menu.js";
import { problemBox } from "../../components/problem/problem.js";
import { status } from "../../components/status/status.js";
import { Title } from "../../components/title/title.js";
import {
  isDone,
  isOpen,
  mapOf,
  nameAt,
  nextStop,
  ofDay,
  placeOf,
  plannedUnits,
  PURPOSES,
  stopName,
  visitOf,
  routeOf,
} from "../../words/order-words.js";
import { lines } from "./order-lines.js";
import { orderStatus } from "./order-status.js";
import { loadStops, readOrder } from "./order-kept.js";
import { openSkipForm } from "./skips.js";
import { skipWords } from "../../words/skip-words.js";
import { draftAt } from "./visit-drafts.js";
import { OrderEdit } from "./service-order-edit.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */

const title = /** @type {Title} */ (document.querySelector("cvd-title"));
/** @type {ServiceOrder} */
let order;
/** @type {import("../../page/page.js").Page} */
let page;
const edit = new OrderEdit(
  () => order,
  (now) => {
    order = now;
    draw();
    changed("service_order");
  },
);
const mayEdit = () => isOpen(order) && page.may("service_order_service.update_service_order");
const maySkip = () => isOpen(order) && page.may("skip_service.create_skip");
/** Stops that the reader opened or closed. @type {Map<number, boolean>} */
const unfolded = new Map();

start(async (started) => {
  page = started;
  onParams(() => load());
  onChanged(["service_order", "visit", "stock", "everything"], () => load());
  document.addEventListener("shown", () => load());
  keys({ v: ["Carry out the next stop", goOn, mayGoOn] });
  await load();
});

const load = inTurn(async () => {
  try {
    const found = await readOrder(page.me.id, Number(page.params.service_order_id));
    // Changed here while it was asked for: the answer is the older one.
    if (order?.id === found.id && found.version < order.version) return;
    order = found;
  } catch (error) {
    fill(byId("order"), problemBox(error, load));
    return;
  }
  draw();
  loadAhead();
});

/** On its way the phone may have no connection: what the stops need is loaded now. */
function loadAhead() {
  if (!mayGoOn() || (page.me.role !== "driver" && !matchMedia("(max-width: 640px)").matches))
    return;
  const stop = nextStop(order);
  if (stop) preload(visitAddress(stop));
  loadStops(page.me.id, order);
}

/** @param {ServiceOrder} now @param {string} words */
function done(now, words) {
  order = now;
  draw();
  changed("service_order");
  toast(words);
}

function draw() {
  const grip =
    document.activeElement instanceof HTMLElement ? document.activeElement.dataset.grip : undefined;
  title.heading = `Order ${order.id}`;
  title.beside = [orderStatus(order.status)];
  setTitle(`Order ${order.id}, ${isolated(routeOf(order))}`);
  fill(byId("actions"), actions());
  fill(
    byId("order"),
    facts(),
    notes(),
    order.cancelled_at &&
      h(
        "p",
        { class: "note cancelled" },
        "Cancelled ",
        time(order.cancelled_at),
        `: ${order.cancellation_reason ?? ""}`,
      ),
    staleNote(),
    h(
      "section",
      { class: "section" },
      h(
        "header",
        null,
        h("h2", null, "Stops"),
        h("span", { class: "count" }, number(order.cabinets.length)),
        mayEdit() && h("span", { class: "end adder" }, edit.adder()),
      ),
      h("ol", { class: "stops" }, order.cabinets.map(stopRow)),
    ),
  );
  document.querySelector(".is-meant")?.scrollIntoView({ block: "center" });
  if (grip)
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-grip="${grip}"]`))?.focus();
}

function notes() {
  if (mayEdit()) return edit.notes();
  return order.notes && h("p", { class: "note" }, order.notes);
}

/** What is loaded rests on a stock that is another one since. */
function staleNote() {
  const stale = isOpen(order)
    ? order.cabinets.filter((stop) => stop.stale_at && !isDone(stop))
    : [];
  if (stale.length === 0) return null;
  return h(
    "div",
    { class: "note stale" },
    h(
      "span",
      null,
      `${stale.map((stop) => stopName(stop, order)).join(", ")} ` +
        `${stale.length === 1 ? "was" : "were"} visited in another order since this one was ` +
        "loaded: what is planned may be too much.",
    ),
    page.may("service_order_service.load_service_order") &&
      h(
        "button",
        { class: "button", type: "button", onclick: loadAgain },
        icon("refresh-cw"),
        "Load again",
      ),
  );
}

async function loadAgain() {
  try {
    done(
      await api.service_order_service.load_service_order({ service_order_id: order.id }),
      `Loaded order ${order.id} again`,
    );
  } catch (error) {
    toastProblem(error);
  }
}

function actions() {
  const mayVisit = isOpen(order) && page.may("visit_service.create_visit");
  const started = order.cabinets.some(isDone);
  const left = order.cabinets.filter((stop) => !isDone(stop));
  const mayCancel =
    isOpen(order) && !started && page.may("service_order_service.cancel_service_order");
  return [
    isOpen(order) &&
      (started ? maySkip() : mayCancel) &&
      menu(
        "More actions",
        started
          ? [
              {
                label: `Finish, skip ${units(left.length, "stop")}`,
                icon: "circle-check",
                run: () => skip(left),
              },
            ]
          : [{ label: "Cancel order", icon: "ban", danger: true, run: cancel }],
      ),
    page.may("service_order_service.get_pick_list") &&
      h(
        "a",
        { class: "button", href: `/#/service-orders/${order.id}/pick-list` },
        icon("list-checks"),
        "Pick list",
      ),
    mayVisit &&
      nextStop(order) &&
      h(
        "button",
        { class: "button primary", type: "button", onclick: goOn },
        started ? "Next stop" : "Start first stop",
        icon("arrow-right"),
      ),
  ];
}

/** @param {Stop[]} stops */
function skip(stops) {
  openSkipForm({
    order,
    stops,
    done: (now) => {
      const skips = now.cabinets
        .filter((stop) => stops.some(({ cabinet_id }) => cabinet_id === stop.cabinet_id))
        .flatMap((stop) => stop.skip ?? []);
      order = now;
      draw();
      changed("service_order");
      toast(isOpen(now) ? `Skipped ${units(skips.length, "stop")}` : `Finished order ${now.id}`, {
        action: "Undo",
        run: () => void takeBack(skips.map(({ id }) => id)),
      });
    },
  });
}

/** @param {number[]} ids of skips */
async function takeBack(ids) {
  try {
    for (const skip_id of ids) order = await api.skip_service.reverse_skip({ skip_id });
    done(order, ids.length === 1 ? "The stop is to do again" : "The stops are to do again");
  } catch (error) {
    draw();
    toastProblem(error);
  }
}

function goOn() {
  const stop = nextStop(order);
  if (stop) navigate(visitAddress(stop));
}

/** Not before the order is there. */
const mayGoOn = () =>
  order !== undefined &&
  isOpen(order) &&
  nextStop(order) !== undefined &&
  page.may("visit_service.create_visit");

/** @param {Stop} stop */
const visitAddress = (stop) => `/service-orders/${order.id}/visits/${stop.cabinet_id}`;

function facts() {
  const loaded = order.cabinets.reduce((sum, stop) => sum + (visitOf(stop)?.units_added ?? 0), 0);
  const visited = order.cabinets.filter((stop) => visitOf(stop));
  const skipped = order.cabinets.filter(({ skip }) => skip !== null).length;
  const planned = visited.reduce((sum, stop) => sum + plannedUnits(stop), 0);
  const day = h("input", {
    class: "input",
    type: "date",
    value: order.scheduled_on ?? "",
    "aria-label": "Date",
    onchange: () => edit.day(day.value || null),
  });
  return h(
    "dl",
    { class: "facts" },
    fact("Route", routeOf(order)),
    fact("Driver", mayEdit() ? edit.driver() : (order.driver_name ?? unknown("No driver yet"))),
    fact(
      "Date",
      mayEdit()
        ? day
        : order.scheduled_on === null
          ? unknown("No day given")
          : date(order.scheduled_on),
    ),
    order.purpose !== "fill" && fact("Purpose", PURPOSES[order.purpose]),
    order.origin === "unplanned" && fact("Planned by", "nobody: visited without an order"),
    fact(
      "Visited",
      `${number(visited.length)} of ` +
        `${number(order.cabinets.length)}${skipped > 0 ? `, ${number(skipped)} skipped` : ""}`,
    ),
    order.origin === "planned" && fact("Planned", units(order.units)),
    fact(
      "Loaded",
      visited.length === 0
        ? unknown("No stop visited yet")
        : [units(loaded), order.origin === "planned" && difference(loaded - planned)],
    ),
    fact("Created", time(order.created_at)),
  );
}

/** @param {string} label @param {import("../../page/dom.js").Child} value */
const fact = (label, value) => h("div", null, h("dt", null, label), h("dd", null, value));

/** Loaded against planned, over the visited stops. @param {number} delta */
const difference = (delta) =>
  delta === 0
    ? h("span", { class: "muted small" }, " as planned")
    : h("span", { class: "muted small" }, ` ${change(delta)} against plan`);

// Stops

/** @param {Stop} stop */
function stopRow(stop) {
  const visit = visitOf(stop);
  const isToDo = !isDone(stop) && isOpen(order);
  const details = h(
    "div",
    { class: "stack", id: `stop-${stop.cabinet_id}` },
    placeLines(stop),
    lines(order, stop, visit, isToDo && mayEdit() ? quantityOf : null),
    skipLine(stop),
    isToDo && stopActions(stop),
    stop.visits.map((each) => visitLine(each, stop)),
  );
  const { unfold, turn } = folding(stop, details);
  const style = `stop${visit ? " is-visited" : ""}${mayEdit() ? " is-editable" : ""}`;
  return h(
    "li",
    { class: style, dataset: { stop: String(stop.cabinet_id) } },
    h(
      "div",
      { class: "line", onclick: turn },
      mayEdit() && edit.grip(stop),
      whereOf(stop),
      stateOf(stop, visit),
      h("span", { class: "loaded" }, ...loadedWords(stop, visit)),
      h("span", { class: "do" }, isToDo && visitLink(stop), unfold),
    ),
    details,
  );
}

/** @type {import("./order-lines.js").Quantity} */
const quantityOf = (item, code) => edit.quantity(item, code);

/**
 * Folds what a stop is about: by its button, and by its line.
 * @param {Stop} stop
 * @param {HTMLElement} details
 */
function folding(stop, details) {
  const unfold = h("button", {
    class: "button plain square",
    type: "button",
    "aria-controls": details.id,
    "aria-label": `What to load and what was done: ${stopName(stop, order)}`,
  });
  const setOpen = (/** @type {boolean} */ open) => {
    // Not hidden: on paper all of it shows.
    details.classList.toggle("is-folded", !open);
    unfold.ariaExpanded = String(open);
    fill(unfold, icon(open ? "chevron-up" : "chevron-down"));
  };
  const isMeant = stop.visits.some(({ id }) => String(id) === page.params.visit_id);
  setOpen(unfolded.get(stop.cabinet_id) ?? (isMeant || order.cabinets.length === 1));
  const turn = (/** @type {Event} */ event) => {
    if (event.target instanceof Element && event.target.closest("a, button.grip")) return;
    const isFolded = details.classList.contains("is-folded");
    unfolded.set(stop.cabinet_id, isFolded);
    setOpen(isFolded);
  };
  return { unfold, turn };
}

/** @param {Stop} stop */
function whereOf(stop) {
  const words = [nameAt(stop), placeOf(stop)].filter(Boolean).join(", ");
  return h(
    "span",
    { class: "where" },
    link(`/devices/${stop.device_id}`, stopName(stop, order)),
    h("span", { class: "muted truncate" }, words),
    elsewhere(stop),
  );
}

/** @param {Stop} stop */
function visitLink(stop) {
  if (!page.may("visit_service.create_visit")) return null;
  const label = `Visit ${stopName(stop, order)}`;
  const href = `/#${visitAddress(stop)}`;
  return h("a", { class: "button", href, "aria-label": label }, "Visit");
}

/** It waits in another order as well, which knows nothing of this one. @param {Stop} stop */
const elsewhere = (stop) =>
  isOpen(order) &&
  stop.other_orders.map(({ service_order_id, scheduled_on }) =>
    h(
      "span",
      { class: "elsewhere" },
      icon("triangle-alert"),
      "Also in ",
      link(`/service-orders/${service_order_id}`, `order ${service_order_id}`),
      ` ${ofDay(scheduled_on)}, not visited yet`,
    ),
  );

/** What a driver must know of the place. @param {Stop} stop */
function placeLines(stop) {
  const map = mapOf(stop, navigator.userAgent);
  return [
    stop.location_notes &&
      h("p", { class: "place-note" }, icon("info"), h("span", null, stop.location_notes)),
    map &&
      h(
        "a",
        { class: "map", href: map, target: "_blank", rel: "noopener" },
        icon("map-pin"),
        stop.address || stop.location_name,
      ),
  ];
}

/** @param {Stop} stop */
function skipLine(stop) {
  const { skip: skipped } = stop;
  if (!skipped) return null;
  return h(
    "div",
    { class: "visit" },
    status("warn", "Skipped"),
    h("strong", null, skipWords(skipped)),
    h("span", null, `by ${isolated(skipped.username)}`),
    time(skipped.skipped_at),
    order.status !== "cancelled" &&
      page.may("skip_service.reverse_skip") &&
      h(
        "button",
        { class: "button end", type: "button", onclick: () => takeBack([skipped.id]) },
        icon("undo-2"),
        "Take back",
      ),
  );
}

/** @param {Stop} stop */
const stopActions = (stop) =>
  h(
    "div",
    { class: "bar stop-actions" },
    maySkip() &&
      h(
        "button",
        { class: "button", type: "button", onclick: () => skip([stop]) },
        icon("ban"),
        "Could not do it",
      ),
    mayEdit() &&
      order.cabinets.length > 1 &&
      stop.visits.length === 0 &&
      h(
        "button",
        { class: "button", type: "button", onclick: () => edit.remove(stop) },
        icon("x"),
        "Take out of the order",
      ),
  );

/** What this phone has not sent is said too. @param {Stop} stop @param {Visit | undefined} visit */
function stateOf(stop, visit) {
  if (visit) return status("ok", "Visited");
  if (stop.skip) return status("warn", "Skipped");
  const draft = draftAt({
    user_id: page.me.id,
    service_order_id: order.id,
    cabinet_id: stop.cabinet_id,
  });
  if (draft.sending) return status("warn", "Not sent yet");
  if (!isOpen(order)) return status("warn", "Not visited");
  return Object.keys(draft.entries).length > 0 ? status("info", "Begun") : status("idle", "To do");
}

/** @param {Stop} stop @param {Visit | undefined} visit */
function loadedWords(stop, visit) {
  const planned = plannedUnits(stop);
  if (stop.skip) return [skipWords(stop.skip)];
  if (!visit)
    return [
      planned === 0 && order.purpose !== "fill"
        ? `To ${PURPOSES[order.purpose].toLowerCase()}`
        : `${units(planned)} to load`,
    ];
  const delta = visit.units_added - planned;
  return [
    `${number(visit.units_added)} of ${units(planned)}`,
    h("span", { class: "muted" }, delta === 0 ? "as planned" : `${change(delta)} against plan`),
  ];
}

/** @param {Visit} visit @param {Stop} stop */
function visitLine(visit, stop) {
  const isMeant = String(visit.id) === page.params.visit_id;
  const mayReverse = visit.reversed_at === null && page.may("visit_service.reverse_visit");
  return h(
    "div",
    {
      class: `visit${visit.reversed_at ? " is-reversed" : ""}${isMeant ? " is-meant" : ""}`,
      id: `visit-${visit.id}`,
    },
    visit.reversed_at ? status("warn", "Reversed") : status("ok", "Recorded"),
    link(`/service-orders/${order.id}?visit_id=${visit.id}`, `Visit ${visit.id}`),
    h("span", null, `by ${isolated(visit.username)}`),
    time(visit.finished_at),
    h("span", null, units(visit.units_added)),
    visit.notes && h("span", { class: "muted" }, `“${visit.notes}”`),
    visit.reversed_at &&
      h(
        "span",
        null,
        "Reversed ",
        time(visit.reversed_at),
        visit.reversal_reason && `: ${visit.reversal_reason}`,
      ),
    mayReverse &&
      h(
        "button",
        { class: "button danger end", type: "button", onclick: () => reverse(visit, stop) },
        icon("undo-2"),
        "Reverse",
      ),
  );
}

// What the office does

function cancel() {
  const left = order.cabinets.length;
  openForm({
    heading: `Cancel order ${order.id}?`,
    action: "Cancel order",
    danger: true,
    before: h(
      "p",
      null,
      `${units(left, "stop")} will not be carried out; their machines are free for another ` +
        "order. Nothing of it was done. This cannot be undone.",
    ),
    fields: [reasonField()],
    save: async (form) =>
      done(
        await api.service_order_service.cancel_service_order({
          service_order_id: order.id,
          reason: String(form.get("reason")).trim(),
        }),
        `Cancelled order ${order.id}`,
      ),
  });
}

/** @param {Visit} visit @param {Stop} stop */
function reverse(visit, stop) {
  openForm({
    heading: `Reverse visit ${visit.id}?`,
    action: "Reverse visit",
    danger: true,
    before: h(
      "p",
      null,
      `The stock of ${stopName(stop, order)} becomes what it would be without this visit, ` +
        "and the stop is to do again. The visit stays in the history.",
    ),
    fields: [reasonField()],
    save: async (form) => {
      await api.visit_service.reverse_visit({
        visit_id: visit.id,
        reason: String(form.get("reason")).trim(),
      });
      changed("visit", "stock");
      done(
        await api.service_order_service.get_service_order({ service_order_id: order.id }),
        `Reversed visit ${visit.id}`,
      );
    },
  });
}

const reasonField = () =>
  field(
    "Reason",
    h("input", {
      class: "input",
      name: "reason",
      required: true,
      maxlength: 500,
      autocomplete: "off",
    }),
    { wide: true, hint: "Kept with the order" },
  );
