/**
 * Rows that come page by page: where from, and how far they are loaded.
 * @module
 */

/**
 * `total` is that of all pages.
 * @typedef {{items: any[], next_cursor: string | null, total?: {count: number, more: boolean}}}
 *   Paged
 */
/**
 * `counted`: the total is wanted with this page.
 * @typedef {(ask: {cursor: string | undefined, counted: true | undefined, limit: number, sort:
 *   string | undefined, signal: AbortSignal}) => Promise<Paged>} Source
 */
/** @typedef {{cursor?: string, limit: number, sort?: string, least?: number}} Ask */

export class Pages {
  /** @type {Source | null} */ source = null;
  /** Of the next page; null after the last one. @type {string | null} */ cursor = null;
  /** @type {AbortController | null} */ #loading = null;

  get isLoading() {
    return this.#loading !== null;
  }

  /** Lets go of the page that is being loaded. */
  stop() {
    this.#loading?.abort();
  }

  /**
   * Loads a page, or as many as make `least` rows; a later call takes the place of an earlier one.
   * @param {Ask} ask
   * @param {(page: Paged) => void} took
   * @param {(error: unknown) => void} failed
   * @returns {Promise<boolean>} false where it was stopped
   */
  async load(ask, took, failed) {
    this.stop();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const page = await this.#pagesOf(ask, loading.signal);
      if (loading.signal.aborted) return false;
      this.cursor = page.next_cursor;
      took(page);
    } catch (error) {
      if (loading.signal.aborted) return false;
      failed(error);
    } finally {
      if (this.#loading === loading) this.#loading = null;
    }
    return true;
  }

  /** @param {Ask} ask @param {AbortSignal} signal */
  async #pagesOf({ cursor, limit, sort, least = 0 }, signal) {
    const source = /** @type {Source} */ (this.source);
    const ask = { limit, sort, signal };
    const page = await source({ ...ask, cursor, counted: cursor === undefined || undefined });
    while (page.items.length < least && page.next_cursor !== null && !signal.aborted) {
      const next = await source({ ...ask, cursor: page.next_cursor, counted: undefined });
      page.items = [...page.items, ...next.items];
      page.next_cursor = next.next_cursor;
    }
    return page;
  }
}
