/**
 * What the address of the contract's page names: an entry that is open, or what is searched for.
 * @module
 */
import { Search } from "../../components/search/search.js";
import { byId } from "../../page/dom.js";

/** What the address begins with when it holds a search instead of a name. */
export const SOUGHT = "#q=";
export const search = byId("search", Search);

export const searched = () => (search.value ? SOUGHT + encodeURIComponent(search.value) : "");

/**
 * The address names what was opened or looked for last, so that it can be passed on.
 * @param {string} hash
 */
export const nameAddress = (hash) => history.replaceState(null, "", location.pathname + hash);
