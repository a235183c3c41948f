/**
 * Where the selections of an audit go in the grid of a cabinet.
 * @module
 */

/**
 * Counted from 1; 0 or null for a place that nobody knows.
 * @typedef {{row: number | null, column: number | null}} Wanted
 */
/** Row and column 0: there is no room. @typedef {{row: number, column: number}} Place */

/**
 * A place each: its own where it fits and is free, else the next free one, row by row.
 * @param {Wanted[]} wanted
 * @param {number} rows
 * @param {number} columns
 * @returns {Place[]}
 */
export function placesIn(wanted, rows, columns) {
  const taken = new Set();
  const own = wanted.map(({ row, column }) => {
    const place = { row: row ?? 0, column: column ?? 0 };
    const fits = isWithin(place.row, rows) && isWithin(place.column, columns);
    if (!fits || taken.has(nameOf(place))) return null;
    taken.add(nameOf(place));
    return place;
  });
  const free = Array.from({ length: rows * columns }, (_, index) => ({
    row: Math.floor(index / columns) + 1,
    column: (index % columns) + 1,
  })).filter((place) => !taken.has(nameOf(place)));
  return own.map((place) => place ?? free.shift() ?? { row: 0, column: 0 });
}

/** @param {number} place @param {number} most */
const isWithin = (place, most) => place >= 1 && place <= most;

/** @param {Place} place */
const nameOf = ({ row, column }) => `${row}/${column}`;
