/**
 * The kinds of places that machines stand at, in plain words.
 * @module
 */

/** @typedef {import("../api.js").Schemas["LocationKind"]} LocationKind */

/** In the order in which they are offered. @type {Record<LocationKind, string>} */
export const LOCATION_KINDS = {
  workplace: "Workplace",
  factory: "Factory",
  education: "School or university",
  healthcare: "Hospital or care",
  leisure: "Leisure or sport",
  hotel: "Hotel",
  transport: "Station or transport",
  retail: "Shop",
  residential: "Residential building",
  public: "Public building",
  other: "Other",
};

/** @param {string} kind */
export const locationKindLabel = (kind) =>
  LOCATION_KINDS[/** @type {LocationKind} */ (kind)] ?? kind;
