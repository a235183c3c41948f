/**
 * What an API key may do, in words: a scope is an area and whether it is read or written.
 * @module
 */

/** Areas as the menu would say them. @type {Record<string, string>} */
const AREAS = {
  alerts: "Alerts",
  books: "Sales and counts",
  catalogue: "Products",
  files: "Photos",
  fleet: "Devices, types, locations, routes",
  insight: "Today",
  jobs: "Jobs",
  orders: "Service orders and visits",
  people: "Users",
  reads: "Audits and refused files",
  system: "Settings and audit log",
  tickets: "Notes, tasks and tickets",
  webhooks: "Webhooks",
};
const ACTS = { read: "read", write: "change" };
const PUSH = "dex:push";

/** @param {string} scope */
export function scopeWords(scope) {
  if (scope === PUSH) return "Send audits, nothing else";
  const [, act = ""] = scope.split(":");
  return `${areaWords(scope)}: ${ACTS[/** @type {"read"} */ (act)] ?? act}`;
}

/**
 * The one that programs need most first; then by area, reading before changing.
 * @param {string[]} scopes
 */
export const inOrder = (scopes) =>
  [...scopes].sort(
    (a, b) =>
      Number(b === PUSH) - Number(a === PUSH) ||
      areaWords(a).localeCompare(areaWords(b), "en") ||
      a.localeCompare(b, "en"),
  );

/** @param {string} scope */
function areaWords(scope) {
  const [area = ""] = scope.split(":");
  return AREAS[area] ?? area;
}
