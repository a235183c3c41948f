/**
 * Showing again what changed: the answer that was asked for last is the one that stays.
 * @module
 */

/**
 * The same function, never running twice at once: whoever calls while it runs waits for one more
 * run, with what was given last. Two runs beside each other would leave the slower answer on the
 * page, and that may be the older one.
 * @template {unknown[]} Given
 * @param {(...given: Given) => void | Promise<void>} run
 * @returns {(...given: Given) => Promise<void>} settles as the run that began after the call
 */
export function inTurn(run) {
  /** @type {Promise<void>} */
  let last = Promise.resolve();
  /** @type {Promise<void> | null} */
  let next = null;
  /** @type {Given} */
  let latest;
  return (...given) => {
    latest = given;
    if (next === null) {
      next = last.then(() => {
        next = null;
        return run(...latest);
      });
      last = next.catch(() => {});
    }
    return next;
  };
}
