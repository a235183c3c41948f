/**
 * Times on the clock of a zone, as a browser's input of a day and time writes them.
 * @module
 */

const MINUTE = 60_000;

/**
 * `2026-01-31T09:00`: what clocks of the zone show at a UTC time.
 * @param {string} utc @param {string} zone
 */
export function localTime(utc, zone) {
  const at = Date.parse(utc);
  return new Date(at + ahead(at, zone)).toISOString().slice(0, 16);
}

/**
 * The UTC time at which clocks of the zone show this; of a time that they leave out, as much later.
 * @param {string} local `2026-01-31T09:00` @param {string} zone
 */
export function utcTime(local, zone) {
  const wanted = Date.parse(`${local}Z`);
  const first = wanted - ahead(wanted, zone);
  const at = wanted - ahead(first, zone);
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** How far clocks of the zone are ahead of UTC, in ms. @param {number} at @param {string} timeZone */
function ahead(at, timeZone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at);
  const part = (/** @type {string} */ type) =>
    Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
  );
  return shown - Math.floor(at / MINUTE) * MINUTE;
}
