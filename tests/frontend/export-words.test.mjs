import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { asQuery, exportLine, sheetSort, sizeWords } from "../../frontend/words/export-words.js";
import { configure } from "../../frontend/words/format.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

describe("exported files", () => {
  test("a size is told as people know it", () => {
    assert.equal(sizeWords(1), "1 KB");
    assert.equal(sizeWords(999_001), "1,000 KB");
    assert.equal(sizeWords(61_250_000), "61.3 MB");
  });

  test("one that is made says until when it is kept", () => {
    const file = { rows: 20_000, bytes: 1_200_000, goes_at: "2026-02-01T08:00:00Z" };
    assert.match(exportLine(file), /^20,000 rows · 1\.2 MB, kept until .*Feb.* 8:00/);
    assert.equal(exportLine({ ...file, bytes: null }), "20,000 rows");
  });
});

describe("what a list is asked for", () => {
  test("is texts, and nothing where nothing is said", () => {
    assert.deepEqual(
      asQuery({ q: "", archived: false, route_id: 7, sort: undefined, kind: null, format: "csv" }),
      { archived: "false", route_id: "7", format: "csv" },
    );
  });
});

describe("the order of a spreadsheet", () => {
  test("is that of the page", () => {
    assert.equal(sheetSort("-units"), "-units");
    assert.equal(sheetSort("-position"), "-position");
  });

  test("without one it is that of the list", () => {
    assert.equal(sheetSort("position"), undefined);
  });

  test("a share ranks as its amount", () => {
    assert.equal(sheetSort("share"), "amount_cents");
    assert.equal(sheetSort("-share"), "-amount_cents");
  });
});
