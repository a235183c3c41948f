/**
 * What somebody entered and has not sent: kept on this device until it is done with.
 * @module
 */

const PREFIX = "cvd-kept:";
const DAYS = 14;

/**
 * What was kept under this name, or null. Where storage is off or full, the page works without it.
 * @param {string} name
 * @returns {any}
 */
export function recall(name) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? null : JSON.parse(text).value;
  } catch {
    return null;
  }
}

/** False where this device cannot keep it. @param {string} name @param {unknown} value */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), value }));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Storage is off: nothing was kept.
  }
}

/** The names under which something is kept that begin like this. @param {string} begin */
export function keptNames(begin) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX + begin))
      .map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** Drops what nobody came back to. */
export function forgetOld() {
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const { at } = JSON.parse(localStorage.getItem(key) ?? "{}");
      if (!(at > Date.now() - DAYS * 86_400_000)) localStorage.removeItem(key);
    }
  } catch {
    // Storage is off: nothing was kept.
  }
}
