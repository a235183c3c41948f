/**
 * Which modules of the front end only compute: they name nothing that a browser has, and neither
 * does what they import.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const BROWSER =
  /\b(document|window|fetch|location|history|navigator|localStorage|sessionStorage|indexedDB|customElements|HTML\w*Element|BroadcastChannel|addEventListener|matchMedia|print)\b/;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** Of properties, which may be called as anything. */
const NAMES = /\.\w+|\b\w+\??:/g;
const TEXT = /"(?:[^"\\\n]|\\.)*"/g;
const IMPORT = /(?:^|\n)(?:import|export)\b[^;]*?"(\.[^"]+\.js)"/g;
const SKIPPED = new Set(["node_modules", "built"]);

/**
 * The paths of such modules, from the folder.
 * @param {string} folder
 * @returns {string[]}
 */
export function computing(folder) {
  const sources = new Map(scripts(folder).map((path) => [path, readFileSync(path, "utf8")]));
  const computes = new Set([...sources.keys()].filter((path) => !needsBrowser(sources.get(path))));
  for (let before = -1; before !== computes.size; ) {
    before = computes.size;
    for (const path of computes) {
      if (imports(path, sources.get(path)).some((each) => !computes.has(each)))
        computes.delete(path);
    }
  }
  return [...computes].map((path) => relative(folder, path)).sort();
}

/** Does this source name something that only a browser has? @param {string} source */
export const needsBrowser = (source) =>
  BROWSER.test(source.replace(COMMENT, "").replace(TEXT, '""').replace(NAMES, ""));

/** The paths of what a script imports. @param {string} path @param {string} source */
export const imports = (path, source) =>
  [...source.replace(COMMENT, "").matchAll(IMPORT)].map((found) =>
    resolve(dirname(path), found[1]),
  );

/** The paths of all scripts that people write. @param {string} folder @returns {string[]} */
export function scripts(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : scripts(path);
    return entry.name.endsWith(".js") ? [path] : [];
  });
}
