import { inTurn } from "../../words/in-turn.js";
import {
  api,
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
  preload,
  setTitle,
  start,
  time,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { menu } from "../../components/menu/menu.js";
import { problemBox } from "../../components/problem/problem.js";
import { Title } from "../../components/title/title.js";
import {
  isDone,
  isOpen,
  nextStop,
  routeOf,
  stopName,
  visitAddress,
} from "../../words/order-words.js";
import { factsOf } from "./order-facts.js";
import { loadStops, readOrder } from "./order-kept.js";
import { cancel, reverse } from "./order-reasons.js";
import { orderStatus } from "./order-status.js";
import { OrderStops } from "./order-stops.js";
import { OrderEdit } from "./service-order-edit.js";
import { openSkipForm } from "./skips.js";
import { showTickets } from "../tickets/tickets-of.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */

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
/** @type {OrderStops} */
let stopRows;

start(async (started) => {
  page = started;
  stopRows = new OrderStops(page, () => order, {
    skip,
    takeBack,
    reverse: (visit, stop) => reverse(order, stop, visit, done),
  });
  onParams(() => load());
  onChanged(["service_order", "visit", "stock", "ticket", "everything"], () => load());
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
  showOwnTickets();
});

/** What was written of the order itself; without a connection the rest shows. */
function showOwnTickets() {
  const of = { name: `order ${order.id}`, service_order_id: order.id };
  showTickets(byId("order-tickets"), page, of).catch(() => {});
}

/** Loads what the stops need, because the phone may have no connection on its way. */
function loadAhead() {
  if (!mayGoOn() || (page.me.role !== "driver" && !matchMedia("(max-width: 640px)").matches))
    return;
  const stop = nextStop(order);
  if (stop) preload(visitAddress(order, stop));
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
  const mayEdit = isOpen(order) && page.may("service_order_service.update_service_order");
  const changing = mayEdit ? edit : null;
  title.heading = `Order ${order.id}`;
  title.beside = [orderStatus(order.status)];
  setTitle(`Order ${order.id}, ${isolated(routeOf(order))}`);
  fill(byId("actions"), actions());
  fill(
    byId("order"),
    factsOf(order, changing),
    changing ? changing.notes() : order.notes && h("p", { class: "note" }, order.notes),
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
        changing && h("span", { class: "end adder" }, changing.adder()),
      ),
      h("ol", { class: "stops" }, stopRows.rows(changing)),
    ),
  );
  document.querySelector(".is-meant")?.scrollIntoView({ block: "center" });
  if (grip)
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-grip="${grip}"]`))?.focus();
}

/** Says which stops were loaded before their stock changed. */
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
  const maySkip = page.may("skip_service.create_skip");
  const mayCancel =
    isOpen(order) && !started && page.may("service_order_service.cancel_service_order");
  return [
    isOpen(order) &&
      (started ? maySkip : mayCancel) &&
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
          : [{ label: "Cancel order", icon: "ban", danger: true, run: () => cancel(order, done) }],
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
  if (stop) navigate(visitAddress(order, stop));
}

/** May the next stop be carried out? Not before the order is there. */
const mayGoOn = () =>
  order !== undefined &&
  isOpen(order) &&
  nextStop(order) !== undefined &&
  page.may("visit_service.create_visit");
