/**
 * Recurring visits in words: their rhythm, their machines, and what a day of one is.
 * @module
 */
import { date, isolated, number, units, weekdayName } from "./format.js";

/** @typedef {import("../api.js").Schemas["RecurringVisit"]} RecurringVisit */
/** @typedef {import("../api.js").Schemas["RecurringDay"]} RecurringDay */

/** A Monday: the weekdays are named from it. */
const MONDAY = "2024-01-01";
const WORKING_DAYS = "12345";
const EVERY_DAY = "1234567";

/** The seven of them: `{value: "1", label: "Mon"}`. */
export const weekdays = () =>
  [...EVERY_DAY].map((value) => ({
    value,
    label: weekdayName(MONDAY.replace(/1$/, value)),
  }));

/** `Every Mon and Fri`, `Every 2 weeks on Fri`. @param {Pick<RecurringVisit, "weekdays" | "every_weeks">} visit */
export function rhythmWords({ weekdays: digits, every_weeks }) {
  if (every_weeks === 1) return `Every ${daysInWords(digits, "day", "working day")}`;
  const days = daysInWords(digits, "all days", "working days");
  return `Every ${number(every_weeks)} weeks on ${days}`;
}

/** @param {string} digits @param {string} all the words for every day @param {string} working */
function daysInWords(digits, all, working) {
  if (digits === EVERY_DAY) return all;
  if (digits === WORKING_DAYS) return working;
  const names = weekdays()
    .filter(({ value }) => digits.includes(value))
    .map(({ label }) => label);
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} and ${last}` : last;
}

/** Between which days. @param {Pick<RecurringVisit, "starts_on" | "ends_on">} visit @param {string} today */
export function spanWords({ starts_on, ends_on }, today) {
  const from = starts_on > today && `from ${date(starts_on)}`;
  return [from, ends_on && `until ${date(ends_on)}`].filter(Boolean).join(" ");
}

/** Which machines. @param {Pick<RecurringVisit, "devices" | "route_name">} visit */
export const machinesWords = ({ devices, route_name }) =>
  devices.length > 0
    ? units(devices.length, "machine")
    : `All of ${isolated(route_name ?? "no route")}`;

/** When its orders are made. @param {Pick<RecurringVisit, "days_ahead">} visit */
export const aheadWords = ({ days_ahead }) =>
  days_ahead === 0 ? "on the day" : `${units(days_ahead, "day")} before`;

/** @type {Record<RecurringDay["state"], [import("../components/status/status.js").Kind, string]>} */
const STATES = {
  planned: ["idle", "Recurring, no order yet"],
  left_out: ["idle", "Left out"],
  missed: ["warn", "No order could be made"],
};

/** Its colour and its words. @param {RecurringDay} day */
export const dayStateWords = ({ state }) => STATES[state];

/** Names a day among all that are shown. @param {RecurringDay} day */
export const dayKey = ({ recurring_visit_id, day }) => `${recurring_visit_id}:${day}`;
