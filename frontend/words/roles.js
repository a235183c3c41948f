/**
 * The four roles in plain words.
 * @module
 */

/** @typedef {import("../api.js").Schemas["Role"]} Role */

/** @type {{role: Role, label: string, words: string}[]} */
export const ROLES = [
  {
    role: "driver",
    label: "Driver",
    words: "Sees own routes and orders, carries out visits, reads machines. Nothing else.",
  },
  {
    role: "manager",
    label: "Manager",
    words: "Runs the operation: machines, products, planograms, audits, orders, sales.",
  },
  { role: "viewer", label: "Viewer", words: "Looks at everything operational, changes nothing." },
  {
    role: "admin",
    label: "Administrator",
    words: "All that a manager may, and users, settings and the audit log.",
  },
];

/** @param {Role} role */
export const roleLabel = (role) => ROLES.find((each) => each.role === role)?.label ?? role;

/** @param {Role} role */
export const roleWords = (role) => ROLES.find((each) => each.role === role)?.words ?? "";
