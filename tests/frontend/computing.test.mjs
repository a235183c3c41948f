import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { computing, needsBrowser } from "./computing.mjs";
import { branchesOf, lacking } from "./coverage.mjs";

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cvd-computing-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param {Record<string, string>} files */
const write = (files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

describe("what only computes", () => {
  test("a module that names something of the browser does not, nor does what imports it", () => {
    write({
      "words/sum.js": "export const sum = (a, b) => a + b;",
      "words/twice.js": 'import { sum } from "./sum.js";\nexport const twice = (a) => sum(a, a);',
      "page/dom.js": "export const root = document.body;",
      "page/list.js": 'import {\n  root,\n} from "./dom.js";\nexport const list = root;',
      "page/again.js": 'export * from "./list.js";',
      "node_modules/other.js": "export const other = 1;",
    });
    assert.deepEqual(computing(folder), ["words/sum.js", "words/twice.js"]);
  });

  test("what is only spoken of is not used", () => {
    assert.equal(needsBrowser("// the document\n/** window */\nconst a = 'x';"), false);
    assert.equal(
      needsBrowser('const words = { location: "Location", to: place.location };'),
      false,
    );
    assert.equal(needsBrowser("const to = location.hash;"), true);
    assert.equal(needsBrowser("export class Status extends HTMLElement {}"), true);
    assert.equal(needsBrowser("await fetch(address);"), true);
  });

  test("the words and the addresses of the front end do, its elements do not", () => {
    const found = computing(fileURLToPath(new URL("../../frontend", import.meta.url)));
    assert.ok(found.length > 20);
    for (const name of ["words/format.js", "page/addresses.js", "pages/orders/fills.js"])
      assert.ok(found.includes(name), name);
    for (const name of ["page/dom.js", "page/page.js", "components/table/table.js", "api.js"])
      assert.ok(!found.includes(name), name);
  });
});

describe("what the tests know", () => {
  const report = [
    "SF:a.js",
    "BRF:10",
    "BRH:9",
    "SF:b.js",
    "BRF:10",
    "BRH:8",
    "SF:c.js",
    "BRF:0",
    "BRH:0",
  ].join("\n");

  test("a module with too few of its branches taken is told, and so is one without a test", () => {
    const files = branchesOf(report);
    assert.deepEqual(lacking(["a.js", "c.js"], files, 90), []);
    assert.match(lacking(["b.js"], files, 90)[0], /^b\.js: 8 of 10 branches \(80\.0 %\)/);
    assert.match(lacking(["d.js"], files, 90)[0], /^d\.js: no unit test asks for it/);
  });
});
