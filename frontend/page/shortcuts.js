/**
 * The single keys of a page, and those that it hands to the shell.
 * @module
 */
import { Search } from "../components/search/search.js";
import { Table } from "../components/table/table.js";
import { isSingleKey } from "./dom.js";
import { onTold, shell, tell, tellNow } from "./shell-line.js";

/** @typedef {[label: string, run?: () => void, applies?: () => boolean]} Binding */

/** @type {Map<string, {heading: string, binding: Binding}>} */
const shortcuts = new Map();

/**
 * Single-key shortcuts of this page, listed by `?`: `keys({ n: ["New product", openNew] })`. They
 * rest while somebody types.
 * Without a function a key is only listed, for what a part of the page listens to itself; with a
 * third, only while that one answers true.
 * @param {Record<string, Binding>} bindings
 * @param {string} [heading] the part of the page that they belong to
 */
export function keys(bindings, heading = "") {
  for (const [key, binding] of Object.entries(bindings)) shortcuts.set(key, { heading, binding });
}

onTold("list-keys", () => tell({ type: "keys", groups: listKeys() }));

// The question mark beside the title.
document.addEventListener("help", () => tell({ type: "open", what: "help" }));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) onCommand(event);
  else if (isSingleKey(event)) onSingle(event);
});

/** @param {KeyboardEvent} event */
function onCommand(event) {
  const key = event.key.toLowerCase();
  if (key === "k") {
    event.preventDefault();
    tellNow({ type: "open", what: "palette" });
  } else if (key === "p" && shell) {
    event.preventDefault();
    print();
  }
}

/** @param {KeyboardEvent} event */
function onSingle(event) {
  if (event.key === "?") tell({ type: "open", what: "keys" });
  const [, run, applies] = shortcuts.get(event.key)?.binding ?? [];
  if (event.key === "h" && !run) tell({ type: "open", what: "help" });
  if (!run || applies?.() === false) return;
  event.preventDefault();
  run();
}

/**
 * The keys that do something on the page as it is now: its own, and those of its parts that show.
 * @returns {import("./messages.js").KeyGroup[]}
 */
function listKeys() {
  /** @type {Map<string, Map<string, string>>} */
  const groups = new Map([["", new Map()]]);
  const list = (
    /** @type {string} */ heading,
    /** @type {string} */ key,
    /** @type {string} */ label,
  ) => groups.set(heading, (groups.get(heading) ?? new Map()).set(key, label));
  for (const [key, { heading, binding }] of shortcuts) {
    const [label, , applies] = binding;
    if (applies?.() !== false) list(heading, key, label);
  }
  for (const part of document.querySelectorAll("cvd-search, cvd-table")) {
    if (!(part instanceof Search || part instanceof Table) || !part.checkVisibility()) continue;
    for (const { heading, keys: some } of part.keys)
      for (const [key, label] of some) list(heading, key, label);
  }
  return [...groups]
    .filter(([, some]) => some.size > 0)
    .map(([heading, some]) => ({ heading, keys: [...some] }));
}
