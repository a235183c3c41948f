/**
 * The drawn calendar: a month of days, or a week of days by drivers; orders as bars in it.
 * @module
 */
import { date, h, icon, isolated, number, units, weekdayName } from "../../page/page.js";
import { isLate, ordersIn, recurringIn } from "../../words/calendar-days.js";
import { isOpen, routeOf, statusWords } from "../../words/order-words.js";
import { dayKey, dayStateWords } from "../../words/recurring-words.js";

/** @typedef {import("../../words/calendar-days.js").Order} Order */
/** @typedef {import("../../words/calendar-days.js").Driver} Driver */
/** @typedef {import("../../words/calendar-days.js").RecurringDay} RecurringDay */
/** @typedef {{day: string, order: Order}} Item */
/** @typedef {{day: string, driver_id?: number | null}} Cell */
/**
 * What is dragged: an order by its number, or a recurring day by its key.
 * @typedef {{order?: number, recurring?: string}} Dragged
 */
/**
 * @typedef {object} Shown
 * @property {Item[]} items
 * @property {RecurringDay[]} recurring days that are no orders
 * @property {string[]} days
 * @property {string} month of these days, as `2026-02`; others are dimmed
 * @property {string} today
 * @property {boolean} mayMove
 * @property {boolean} mayMoveRecurring
 * @property {(day: RecurringDay) => void} openRecurring
 */

const MOST_BARS = 4;

/**
 * Weeks one below the other.
 * @param {Shown} shown
 * @param {(day: string) => void} more shows all orders of a day
 */
export function monthOf(shown, more) {
  const weeks = Array.from({ length: shown.days.length / 7 }, (_, week) =>
    shown.days.slice(week * 7, week * 7 + 7),
  );
  return h(
    "table",
    { class: "calendar calendar-month" },
    h("thead", null, h("tr", null, (weeks[0] ?? []).map(weekdayHead))),
    h(
      "tbody",
      null,
      weeks.map((days) =>
        h(
          "tr",
          null,
          days.map((day) => dayCell(shown, { day }, [numberOf(day, shown.today)], more)),
        ),
      ),
    ),
  );
}

/**
 * A row for each driver.
 * @param {Shown} shown
 * @param {Driver[]} drivers
 */
export const weekOf = (shown, drivers) =>
  h(
    "table",
    { class: "calendar calendar-week" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", { scope: "col" }, "Driver"),
        shown.days.map((day) =>
          h(
            "th",
            { scope: "col", class: day === shown.today ? "is-today" : null },
            weekdayName(day),
            " ",
            numberOf(day, shown.today),
          ),
        ),
      ),
    ),
    h(
      "tbody",
      null,
      drivers.map(({ id, name }) =>
        h(
          "tr",
          null,
          h("th", { scope: "row", class: id === null ? "muted" : null }, isolated(name)),
          shown.days.map((day) => dayCell(shown, { day, driver_id: id }, [])),
        ),
      ),
    ),
  );

/** For a phone: the days with orders, one after the other. @param {Shown} shown */
export const agendaOf = (shown) =>
  h(
    "div",
    { class: "agenda" },
    shown.days
      .filter((day) => day === shown.today || barsOf(shown, { day }).length > 0)
      .map((day) =>
        h(
          "section",
          { class: day === shown.today ? "is-today" : null },
          h("h3", null, date(day), day === shown.today && h("span", { class: "muted" }, " Today")),
          barsOf(shown, { day }).map((draw) => draw()),
          barsOf(shown, { day }).length === 0 && h("p", { class: "muted" }, "No order"),
        ),
      ),
  );

/** @param {string} day */
const weekdayHead = (day) => h("th", { scope: "col" }, weekdayName(day));

/** @param {string} day @param {string} today */
const numberOf = (day, today) =>
  h(
    "time",
    { datetime: day, class: "day-number", "aria-current": day === today ? "date" : null },
    String(Number(day.slice(8))),
  );

/**
 * @param {Shown} shown
 * @param {Cell} cell
 * @param {Node[]} head
 * @param {(day: string) => void} [more]
 */
function dayCell(shown, cell, head, more) {
  const { day, driver_id } = cell;
  const bars = barsOf(shown, cell);
  const first = more && bars.length > MOST_BARS ? bars.slice(0, MOST_BARS - 1) : bars;
  const left = bars.length - first.length;
  const names = [
    day === shown.today && "is-today",
    !day.startsWith(shown.month) && more && "is-other",
  ];
  return h(
    "td",
    {
      class: names.filter(Boolean).join(" ") || null,
      dataset: { day, ...(driver_id === undefined ? {} : { driver: String(driver_id ?? "") }) },
    },
    head,
    first.map((draw) => draw()),
    left > 0 &&
      h(
        "button",
        { class: "button plain more", type: "button", onclick: () => more?.(day) },
        `${number(left)} more`,
      ),
  );
}

/**
 * What draws each of the bars of a cell: its orders, then what will be orders.
 * @param {Shown} shown
 * @param {Cell} cell
 * @returns {(() => HTMLElement)[]}
 */
const barsOf = (shown, cell) => [
  ...ordersIn(shown.items, cell).map(
    (order) => () => bar(shown, order, cell.driver_id === undefined),
  ),
  ...recurringIn(shown.recurring, cell).map((day) => () => recurringBar(shown, day)),
];

/**
 * A day of a recurring visit as a button that opens it, and can be dragged while it is to come.
 * @param {Shown} shown
 * @param {RecurringDay} day
 */
function recurringBar(shown, day) {
  const [kind, words] = dayStateWords(day);
  const movable = shown.mayMoveRecurring && day.state !== "left_out";
  return h(
    "button",
    {
      class: `order-bar recurring ${kind} ${day.state}`,
      type: "button",
      draggable: movable ? "true" : "false",
      dataset: { recurring: dayKey(day) },
      onclick: () => shown.openRecurring(day),
      "data-tip": [words, day.problem, movable && "m moves it"].filter(Boolean).join(" · "),
    },
    h(
      "span",
      { class: "order-bar-route" },
      icon(day.state === "missed" ? "triangle-alert" : "repeat"),
      isolated(day.name),
      h("span", { class: "visually-hidden" }, `, ${words}`),
    ),
    h("span", { class: "order-bar-load" }, isolated(day.driver_name ?? "nobody yet")),
  );
}

/**
 * An order as a link that can be dragged while it is open.
 * @param {Shown} shown
 * @param {Order} order
 * @param {boolean} withDriver
 */
function bar(shown, order, withDriver) {
  const late = isLate(order, shown.today);
  const [kind, word] = late ? /** @type {const} */ (["warn", "Late"]) : statusWords(order.status);
  const done = order.cabinets_visited + order.cabinets_skipped;
  const load = [
    done > 0 ? `${number(done)}/${units(order.cabinets, "stop")}` : units(order.cabinets, "stop"),
    units(order.units),
  ].join(", ");
  const who = withDriver
    ? isolated(order.driver_name ?? (isOpen(order) ? "nobody yet" : "no driver"))
    : null;
  const movable = shown.mayMove && isOpen(order);
  return h(
    "a",
    {
      class: `order-bar ${kind}`,
      href: `/#/service-orders/${order.id}`,
      draggable: movable ? "true" : "false",
      dataset: { order: String(order.id) },
      "data-tip": [`Order ${order.id}: ${word}`, load, who, movable && "m moves it"]
        .filter(Boolean)
        .join(" · "),
    },
    h(
      "span",
      { class: "order-bar-route" },
      late && icon("triangle-alert"),
      order.status === "completed" && icon("check"),
      isolated(routeOf(order)),
      h("span", { class: "visually-hidden" }, `, ${word}`),
    ),
    h("span", { class: "order-bar-load" }, [who, load].filter(Boolean).join(" · ")),
  );
}

/**
 * Bars can be dragged into cells; `moved` is told which and where.
 * @param {HTMLElement} box
 * @param {(dragged: Dragged, cell: Cell) => void} moved
 */
export function takeDrops(box, moved) {
  /** @type {Dragged | null} */
  let dragged = null;
  const cellAt = (/** @type {Event} */ { target }) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("td[data-day]"));
  const mark = (/** @type {HTMLElement | null} */ cell) => {
    box.querySelector(".is-over")?.classList.remove("is-over");
    cell?.classList.add("is-over");
  };
  box.addEventListener("dragstart", (event) => {
    const found = /** @type {Element} */ (event.target).closest(".order-bar");
    const { order, recurring } = /** @type {HTMLElement | null} */ (found)?.dataset ?? {};
    dragged = found && { order: Number(order) || undefined, recurring };
  });
  box.addEventListener("dragover", (event) => {
    const cell = dragged ? cellAt(event) : null;
    if (cell) event.preventDefault();
    mark(cell);
  });
  box.addEventListener("dragend", () => {
    dragged = null;
    mark(null);
  });
  box.addEventListener("drop", (event) => {
    const { day, driver } = cellAt(event)?.dataset ?? {};
    event.preventDefault();
    mark(null);
    if (!dragged || !day) return;
    moved(dragged, { day, ...(driver === undefined ? {} : { driver_id: Number(driver) || null }) });
  });
}

/**
 * Arrows go from bar to bar: left and right to other days, up and down in and between cells.
 * @param {HTMLElement} box
 * @param {KeyboardEvent} event
 */
export function stepFrom(box, event) {
  const bars = /** @type {HTMLElement[]} */ ([...box.querySelectorAll(".order-bar")]);
  const from = bars.indexOf(/** @type {any} */ (document.activeElement));
  if (from < 0) return;
  const next = nextOf(bars, from, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** @param {HTMLElement[]} bars @param {number} from @param {string} key */
function nextOf(bars, from, key) {
  const here = bars[from]?.getBoundingClientRect();
  if (!here) return null;
  const beside = (/** @type {DOMRect} */ { left, top }) =>
    ({
      ArrowRight: left > here.right - 1 && Math.abs(top - here.top),
      ArrowLeft: left < here.left - 1 && Math.abs(top - here.top),
      ArrowDown: top > here.top + 1 && Math.abs(left - here.left) * 9,
      ArrowUp: top < here.top - 1 && Math.abs(left - here.left) * 9,
    })[key] ?? false;
  let best = null;
  let least = Infinity;
  for (const each of bars) {
    const there = each.getBoundingClientRect();
    const off = beside(there);
    if (off === false) continue;
    const distance = off + Math.abs(there.left - here.left) + Math.abs(there.top - here.top);
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}
