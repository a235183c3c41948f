/**
 * Jobs and schedules in words.
 * @module
 */
import { number, units } from "./format.js";

/** @typedef {import("../api.js").Schemas["Job"]} Job */
/** @typedef {import("../api.js").Schemas["Schedule"]} Schedule */
/** @typedef {import("../components/status/status.js").Kind} Kind */

// In minutes.
const HOUR = 60;
const DAY = 24 * HOUR;

/** What each state is called, and how it looks. @type {Record<Job["state"], [Kind, string]>} */
export const STATES = {
  queued: ["idle", "Waiting"],
  running: ["info", "Running"],
  done: ["ok", "Done"],
  failed: ["bad", "Failed"],
  cancelled: ["idle", "Cancelled"],
};

/** Whether something is still to come of it. @param {Pick<Job, "state">} job */
export const isUnderWay = ({ state }) => state === "queued" || state === "running";

/**
 * How a job stands: kind and word of its status.
 * @param {Pick<Job, "state" | "cancel_asked_at" | "attempts">} job
 * @returns {[Kind, string]}
 */
export function stateOf({ state, cancel_asked_at, attempts }) {
  if (state === "running" && cancel_asked_at) return ["warn", "Being cancelled"];
  if (state === "queued" && attempts > 0) return ["warn", "Tried again soon"];
  return STATES[state];
}

/** How far it is, or what became of it, in a line. @param {Job} job */
export function jobLine({ state, sentence, done, total, attempts, most_attempts, problem }) {
  if (problem && state !== "done") {
    const tries = state === "queued" ? ` (attempt ${attempts} of ${most_attempts})` : "";
    return problem.detail + tries;
  }
  if (state !== "running") return "";
  if (sentence) return sentence;
  return total ? `${number(done)} of ${number(total)}` : "";
}

/**
 * How long it took, or takes until now.
 * @param {string | null} from
 * @param {string | null} to
 * @returns {string | null} null where it has not begun
 */
export function tookWords(from, to, now = Date.now()) {
  if (!from) return null;
  const seconds = Math.max(0, Math.round(((to ? Date.parse(to) : now) - Date.parse(from)) / 1000));
  if (seconds < 1) return "under a second";
  if (seconds < 120) return units(seconds, "second");
  if (seconds < 7200) return units(Math.round(seconds / 60), "minute");
  return units(Math.round(seconds / 3600), "hour");
}

/** @param {number} count @param {string} noun */
const every = (count, noun) => `Every ${count === 1 ? noun : units(count, noun)}`;

/** When a schedule runs. @param {Pick<Schedule, "daily_at" | "every_minutes">} schedule */
export function whenWords({ daily_at, every_minutes }) {
  if (daily_at) return `Daily at ${daily_at}`;
  const minutes = every_minutes ?? 1;
  if (minutes % DAY === 0) return every(minutes / DAY, "day");
  if (minutes % HOUR === 0) return every(minutes / HOUR, "hour");
  return every(minutes, "minute");
}

/**
 * The lines of a result that people can read: texts, numbers, and lists of texts.
 * @param {Job["result"]} result
 * @returns {[string, string[]][]}
 */
export function resultLines(result) {
  return Object.entries(result ?? {}).flatMap(
    ([name, value]) => /** @type {[string, string[]][]} */ (linesOf(name, value)),
  );
}

/** @param {string} name @param {unknown} value */
function linesOf(name, value) {
  const label = (name[0] ?? "").toUpperCase() + name.slice(1).replaceAll("_", " ");
  if (Array.isArray(value)) return value.length > 0 ? [[label, value.map(String)]] : [];
  if (typeof value === "number") return [[label, [number(value)]]];
  return typeof value === "string" && value ? [[label, [value]]] : [];
}
