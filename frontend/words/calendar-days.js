/**
 * The days of a calendar: which ones a month or a week shows, and which orders are on each.
 * @module
 */
import { firstOfWeek, movedDate } from "./format.js";
import { isOpen } from "./order-words.js";

/** @typedef {import("../api.js").Schemas["ServiceOrderSummary"]} Order */
/** @typedef {import("../api.js").Schemas["RecurringDay"]} RecurringDay */
/** @typedef {"month" | "week"} View */
/** A row of a week: of one driver, or of nobody. @typedef {{id: number | null, name: string}} Driver */

const DAYS_OF_WEEK = 7;

/** The days that are shown around one: whole weeks of its month, or its week. @param {View} view @param {string} day */
export function daysOf(view, day) {
  const first = firstOfWeek(view === "week" ? day : `${day.slice(0, 8)}01`);
  const days = [];
  for (let at = first; days.length < DAYS_OF_WEEK || isShown(view, day, at); at = movedDate(at, 7))
    days.push(...Array.from({ length: DAYS_OF_WEEK }, (_, index) => movedDate(at, index)));
  return days;
}

/** Does the month go on in the week that begins there? @param {View} view @param {string} day @param {string} at */
const isShown = (view, day, at) => view === "month" && at.slice(0, 7) === day.slice(0, 7);

/**
 * The day that the view before or after is around.
 * @param {View} view
 * @param {string} day
 * @param {1 | -1} step
 */
export function turned(view, day, step) {
  if (view === "week") return movedDate(day, step * DAYS_OF_WEEK);
  const [year = 0, month = 0] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + step, 1)).toISOString().slice(0, 10);
}

/**
 * What is on each of these days, for one driver or for all.
 * @param {{day: string, order: Order}[]} items
 * @param {{day: string, driver_id?: number | null}} cell without a driver, everybody's
 */
export const ordersIn = (items, { day, driver_id }) =>
  items
    .filter(
      (item) => item.day === day && (driver_id === undefined || item.order.driver_id === driver_id),
    )
    .map(({ order }) => order);

/**
 * The days of recurring visits in a cell, as `ordersIn`.
 * @param {RecurringDay[]} days
 * @param {{day: string, driver_id?: number | null}} cell
 */
export const recurringIn = (days, { day, driver_id }) =>
  days.filter(
    (each) => each.on === day && (driver_id === undefined || each.driver_id === driver_id),
  );

/**
 * The rows of a week: who drives by name, and nobody last.
 * @param {{driver_id: number | null, driver_name: string | null}[]} items orders and recurring days
 * @param {Driver[]} drivers who may be given an order, whether or not they have one
 */
export function rowsOf(items, drivers) {
  const found = new Map(drivers.map((driver) => [driver.id, driver]));
  for (const { driver_id: id, driver_name } of items)
    if (id !== null && !found.has(id)) found.set(id, { id, name: driver_name ?? "" });
  const named = [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
  return [...named, { id: null, name: "Nobody yet" }];
}

/** Was its day over before it was done? @param {Order} order @param {string} today */
export const isLate = (order, today) =>
  isOpen(order) && order.scheduled_on !== null && order.scheduled_on < today;
