/**
 * Which columns of a list are shown, and in which order.
 * @module
 */

/**
 * A column that may be chosen has a name. The one that says which row it is, the title of the card
 * on a phone, is always shown.
 * @typedef {{name?: string, phone?: string}} Choosable
 */

/**
 * The columns that these names choose, in their order; all of them without any. Names that no
 * column has are left out.
 * @template {Choosable} C
 * @param {C[]} columns
 * @param {string[] | null} names
 * @returns {C[]}
 */
export function chosenOf(columns, names) {
  if (names === null) return columns;
  const found = names.flatMap((name) => columns.filter((column) => column.name === name));
  const kept = columns.filter((column) => isKept(column) && !found.includes(column));
  return [...kept, ...found];
}

/** Is this column always shown? @param {Choosable} column */
export const isKept = ({ phone }) => phone === "title";

/** @param {Choosable[]} columns @returns {string[]} */
export const namesOf = (columns) => columns.flatMap(({ name }) => (name ? [name] : []));

/**
 * All columns for somebody to choose from: those that are shown in their order, then the others.
 * @template {Choosable} C
 * @param {C[]} columns
 * @param {string[] | null} names
 * @returns {{column: C, shown: boolean}[]}
 */
export function offeredOf(columns, names) {
  const shown = chosenOf(columns, names);
  const others = columns.filter((column) => !shown.includes(column));
  return [
    ...shown.map((column) => ({ column, shown: true })),
    ...others.map((column) => ({ column, shown: false })),
  ];
}

/**
 * One of a list moved up (-1) or down (1); the same list where there is no further to go.
 * @template T
 * @param {T[]} all
 * @param {number} index
 * @param {number} step
 */
export function moved(all, index, step) {
  const to = index + step;
  const one = all[index];
  if (one === undefined || to < 0 || to >= all.length) return all;
  const others = all.toSpliced(index, 1);
  return others.toSpliced(to, 0, one);
}

/**
 * Are these the columns that the list has by itself?
 * @param {string[]} names
 * @param {Choosable[]} columns
 */
export const isAsItIs = (names, columns) => sameNames(names, namesOf(columns));

/** @param {string[] | null} some @param {string[] | null} others */
export const sameNames = (some, others) => some?.join() === others?.join();
