import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { imports, scripts } from "./computing.mjs";

const FRONTEND = fileURLToPath(new URL("../../frontend", import.meta.url));
/** Which room may know of which; every room knows itself. */
const MAY_KNOW = {
  api: [],
  words: [],
  components: ["words", "page", "api"],
  page: ["words", "components", "api"],
  pages: ["words", "components", "page", "api"],
  shell: ["words", "components", "page", "api"],
};
/** Of page/, components know only how elements are made. */
const FOR_COMPONENTS = ["page/dom.js"];

/** @param {string} path from the front end's folder */
function roomOf(path) {
  return path === "api.js" ? "api" : path.split("/")[0];
}

/** @param {string} from @param {string} to */
function mayImport(from, to) {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === "components" && there === "page") return FOR_COMPONENTS.includes(to);
  return here === there || (MAY_KNOW[here]?.includes(there) ?? false);
}

test("a room knows only the rooms that it may know", () => {
  const all = scripts(FRONTEND).map((path) => ({
    from: relative(FRONTEND, path),
    known: imports(path, readFileSync(path, "utf8")).map((to) => relative(FRONTEND, to)),
  }));
  assert.ok(all.length > 150);
  const strayed = all.flatMap(({ from, known }) =>
    known.filter((to) => !mayImport(from, to)).map((to) => `${from} imports ${to}`),
  );
  assert.deepEqual(strayed, []);
});

test("an import out of its room is told", () => {
  assert.equal(mayImport("page/page.js", "shell/rail.js"), false);
  assert.equal(mayImport("words/format.js", "page/dom.js"), false);
  assert.equal(mayImport("components/table/table.js", "page/page.js"), false);
  assert.equal(mayImport("pages/orders/visit.js", "pages/reads/audits.js"), true);
  assert.equal(mayImport("page/addresses.js", "pages/orders/fills.js"), false);
  assert.equal(mayImport("cellar/wine.js", "words/format.js"), false);
});
