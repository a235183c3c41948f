/**
 * Until when an alert rests: seven in the morning of a day, by this device's clock.
 * @module
 */

const MORNING = 7;
const MONDAY = 1;
const WEEK = 7;

/** As the API takes times. @param {"tomorrow" | "monday"} when @param {Date} [now] */
export function restUntil(when, now = new Date()) {
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING);
  if (when === "monday") {
    const days = (MONDAY - morning.getDay() + WEEK) % WEEK;
    morning.setDate(morning.getDate() + days);
  }
  return `${morning.toISOString().slice(0, -".000Z".length)}Z`;
}
