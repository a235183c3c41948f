/**
 * Which rows of a long list are in the document.
 * @module
 */

/** Rows beyond those that are seen, above and below. */
const OVERSCAN = 12;

/**
 * Heights are in pixels; `scrolls`: the list scrolls by itself and shows only what fits.
 * @typedef {{rows: number, rowHeight: number, scrollTop: number, height: number, scrolls: boolean}}
 *   View
 */

/**
 * The rows from `first` to before `last`; `isNearEnd` when more have to be loaded.
 * @param {View} view
 */
export function windowOf({ rows, rowHeight, scrollTop, height, scrolls }) {
  const above = Math.floor(scrollTop / rowHeight);
  const visible = scrolls ? Math.ceil(height / rowHeight) : rows;
  return {
    first: Math.max(0, Math.min(above, rows) - OVERSCAN),
    last: Math.min(rows, above + visible + OVERSCAN),
    isNearEnd: scrolls && scrollTop / rowHeight + visible * 3 > rows,
  };
}

/**
 * How far a list is scrolled so that a row is seen: no further than it has to be.
 * @param {number} index
 * @param {Pick<View, "rowHeight" | "scrollTop" | "height">} view
 */
export function scrolledTo(index, { rowHeight, scrollTop, height }) {
  const top = index * rowHeight;
  const room = height - rowHeight;
  if (top < scrollTop) return top;
  return top > scrollTop + room ? top - room : scrollTop;
}
