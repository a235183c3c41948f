/**
 * What two people made of one order at the same time: in sentences, and put together.
 * @module
 */
import { date, isolated, number, units } from "./format.js";
import { isDone, stopName } from "./order-words.js";

/** @typedef {import("./order-words.js").ServiceOrder} ServiceOrder */

/**
 * The stops as wanted, with what somebody else added and without what they took out.
 * @param {ServiceOrder} before
 * @param {ServiceOrder} now
 * @param {number[]} wanted
 */
export function merged(before, now, wanted) {
  const was = new Set(before.cabinets.map(({ cabinet_id }) => cabinet_id));
  const is = now.cabinets.map(({ cabinet_id }) => cabinet_id);
  const mine = wanted.filter((id) => is.includes(id) || !was.has(id));
  const kept = now.cabinets
    .filter((stop) => isDone(stop) && !mine.includes(stop.cabinet_id))
    .map(({ cabinet_id }) => cabinet_id);
  return [...mine, ...new Set([...is.filter((id) => !was.has(id) && !mine.includes(id)), ...kept])];
}

/**
 * What somebody else made of it, in sentences.
 * @param {ServiceOrder} before
 * @param {ServiceOrder} now
 * @returns {string[]}
 */
export function differences(before, now) {
  const names = (/** @type {ServiceOrder} */ order) =>
    new Map(order.cabinets.map((stop) => [stop.cabinet_id, stopName(stop, order)]));
  const [was, is] = [names(before), names(now)];
  const added = [...is].filter(([id]) => !was.has(id)).map(([, name]) => name);
  const gone = [...was].filter(([id]) => !is.has(id)).map(([, name]) => name);
  const done = now.cabinets.filter(
    (stop) =>
      isDone(stop) &&
      !before.cabinets.some((old) => old.cabinet_id === stop.cabinet_id && isDone(old)),
  );
  const found = [
    before.scheduled_on !== now.scheduled_on &&
      `The date is ${date(now.scheduled_on)}, it was ${date(before.scheduled_on)}.`,
    before.driver_id !== now.driver_id &&
      `The driver is ${isolated(now.driver_name ?? "nobody")}, it was ${isolated(before.driver_name ?? "nobody")}.`,
    before.notes !== now.notes && `The notes say “${now.notes}”.`,
    added.length > 0 && `Added: ${added.join(", ")}.`,
    gone.length > 0 && `Taken out: ${gone.join(", ")}.`,
    done.length > 0 && `Visited or skipped: ${done.map((stop) => stopName(stop, now)).join(", ")}.`,
    before.units !== now.units && `It loads ${units(now.units)}, it was ${number(before.units)}.`,
  ].filter((each) => typeof each === "string");
  return found.length > 0 ? found : ["Its stops were moved or loaded anew."];
}
