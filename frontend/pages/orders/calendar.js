import {
  api,
  ApiError,
  byId,
  fill,
  keys,
  localDate,
  monthName,
  onChanged,
  onParams,
  period,
  setParams,
  start,
  toastProblem,
  h,
} from "../../page/page.js";
import { Filters } from "../../components/filters/filters.js";
import { problemBox } from "../../components/problem/problem.js";
import { daysOf, rowsOf, turned } from "../../words/calendar-days.js";
import { isOpen } from "../../words/order-words.js";
import { dayKey } from "../../words/recurring-words.js";
import { routeFilter } from "../fleet/device-form.js";
import { agendaOf, monthOf, stepFrom, takeDrops, weekOf } from "./calendar-grid.js";
import { askWhere, moveOrder } from "./calendar-move.js";
import { askDay, changeDay, openDay } from "./calendar-recurring.js";

/** @typedef {import("../../words/calendar-days.js").View} View */
/** @typedef {import("../../words/calendar-days.js").Driver} Driver */
/** @typedef {import("./calendar-grid.js").Item} Item */

const FILTERS = ["week", "route_id", "driver_id"];
const WEEK = { name: "week", label: "Week by driver" };
const box = byId("calendar");
const chips = byId("filters", Filters);
const phone = matchMedia("(max-width: 640px)");
/** @type {import("../../page/page.js").Page} */
let page;
/** @type {Item[]} */
let items = [];
/** @type {import("../../words/calendar-days.js").RecurringDay[]} */
let recurring = [];
let isMore = false;
/** @type {Driver[]} */
let drivers = [];
let mayMove = false;
let mayMoveRecurring = false;
/** @type {AbortController | null} */
let loading = null;
/** What the orders that are shown were asked for by. */
let answered = "";

start(async (started) => {
  page = started;
  mayMove = page.may("service_order_service.update_service_order");
  mayMoveRecurring = page.may("recurring_day_service.update_recurring_day");
  byId("before").onclick = () => go(turned(viewNow(), dayNow(), -1));
  byId("after").onclick = () => go(turned(viewNow(), dayNow(), 1));
  byId("today").onclick = () => go("");
  chips.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    setParams({ [name]: value });
    show();
  });
  box.addEventListener("keydown", (event) => stepFrom(box, event));
  phone.addEventListener("change", draw);
  onParams(show);
  onChanged(["service_order", "visit", "route", "recurring_visit", "everything"], show);
  document.addEventListener("shown", show);
  keys({
    "[": ["Earlier", () => byId("before").click()],
    "]": ["Later", () => byId("after").click()],
    y: ["Today", () => byId("today").click()],
    w: ["Week or month", turnView],
  });
  if (mayMove) offerMoving();
  await prepareFilters();
  await show();
});

/** @returns {View} */
const viewNow = () => (page.params.week ? "week" : "month");

const dayNow = () => page.params.day ?? localDate();

/** @param {string} day */
function go(day) {
  setParams({ day });
  show();
}

function turnView() {
  setParams({ week: viewNow() === "week" ? "" : "true" });
  show();
}

function offerMoving() {
  takeDrops(box, (dragged, { day, driver_id }) => {
    const order = orderOf(dragged.order);
    const found = dayOf(dragged.recurring);
    if (order)
      moveOrder(order, { day, ...(driver_id === undefined ? {} : { driver_id }) }, show).catch(
        refused,
      );
    else if (found) changeDay(found, { moved_to: day, left_out: false }, show).catch(refused);
  });
  keys({ m: ["Move the order", moveFocused] });
}

async function moveFocused() {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset ?? {};
  const order = orderOf(Number(focused.order));
  const found = dayOf(focused.recurring);
  if (order && isOpen(order)) await askWhere(order, show);
  else if (found) await askDay(found, show);
  focusOn(focused);
}

/** @param {number | undefined} order_id */
const orderOf = (order_id) => items.find(({ order }) => order.id === order_id)?.order;

/** @param {string | undefined} key */
const dayOf = (key) => recurring.find((day) => dayKey(day) === key);

/** Shows what holds, where somebody else changed it. @param {unknown} error */
function refused(error) {
  toastProblem(error);
  show();
}

async function prepareFilters() {
  if (page.me.role === "driver") {
    chips.filters = [WEEK];
    return;
  }
  const [routes, found] = await Promise.all([routeFilter(), api.user_service.list_drivers()]);
  drivers = found.items.map(({ id, display_name }) => ({ id, name: display_name }));
  const options = drivers.map(({ id, name }) => ({ value: String(id), label: name }));
  chips.filters = [WEEK, routes, { name: "driver_id", label: "Driver", options }];
}

/** What the address says. */
async function show() {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  const { route_id, driver_id } = page.params;
  chips.values = Object.fromEntries(FILTERS.map((name) => [name, page.params[name] ?? ""]));
  const days = daysOf(viewNow(), dayNow());
  const [first = "", last = ""] = [days[0], days.at(-1)];
  byId("span").textContent = viewNow() === "week" ? period(first, last) : monthName(dayNow());
  const asked = {
    from: first,
    to: last,
    route_id: Number(route_id) || undefined,
    driver_id: Number(driver_id) || undefined,
  };
  const question = JSON.stringify(asked);
  try {
    const [found, days] = await Promise.all([
      api.calendar_service.list_calendar_orders(asked, { signal }),
      api.recurring_day_service.list_recurring_days(asked, { signal }),
    ]);
    answered = question;
    items = found.items;
    recurring = days.items;
    isMore = found.more || days.more;
    draw();
  } catch (error) {
    if (signal.aborted) return;
    // Orders of other days, or of another driver, would stand under the heading of these.
    if (answered === question && error instanceof ApiError) toastProblem(error);
    else fill(box, problemBox(error, show));
  }
}

/** The bar of the same order or day. @param {DOMStringMap} dataset of the bar before it */
function focusOn({ order, recurring: key }) {
  const bar = [.../** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".order-bar"))].find(
    ({ dataset }) => dataset.order === order && dataset.recurring === key,
  );
  bar?.focus();
}

/** Was the phone's list scrolled to today? */
let isAtToday = false;

/** Draws what is known; what had the focus has it again. */
function draw() {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset ?? {};
  const shown = {
    items,
    recurring,
    days: daysOf(viewNow(), dayNow()),
    month: dayNow().slice(0, 7),
    today: localDate(),
    mayMove,
    mayMoveRecurring,
    openRecurring: (/** @type {import("./calendar-grid.js").RecurringDay} */ day) =>
      openDay(day, { mayChange: mayMoveRecurring, changed: show, refused }),
  };
  const wanted = Number(page.params.driver_id) || null;
  const rows = rowsOf(
    [...items.map(({ order }) => order), ...recurring],
    drivers.filter(({ id }) => wanted === null || id === wanted),
  ).filter(({ id }) => wanted === null || id === wanted);
  const calendar = phone.matches
    ? agendaOf(shown)
    : viewNow() === "week"
      ? weekOf(shown, rows)
      : monthOf(shown, (day) => {
          setParams({ week: "true", day });
          show();
        });
  fill(
    box,
    isMore &&
      h("p", { class: "warn" }, "There are more orders than are shown: choose a route or driver."),
    calendar,
  );
  focusOn(focused);
  const today = box.querySelector(".agenda .is-today");
  // The list alone: scrolling it into view would take the head of the page out of view.
  if (today && !isAtToday) box.scrollTop = /** @type {HTMLElement} */ (today).offsetTop;
  isAtToday ||= today !== null;
}
