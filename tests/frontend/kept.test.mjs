import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { forget, forgetOld, keep, keptNames, recall } from "../../frontend/page/kept.js";
import * as drafts from "../../frontend/pages/orders/visit-drafts.js";

/** As a browser's, which lists its keys as properties. */
class Storage {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, text) {
    this[key] = text;
  }

  removeItem(key) {
    delete this[key];
  }
}
const DAY_MS = 86_400_000;
const where = { user_id: 3, service_order_id: 12, cabinet_id: 7 };

beforeEach(() => {
  globalThis.localStorage = new Storage();
});

describe("what is kept", () => {
  test("a value is there again until it is forgotten", () => {
    assert.equal(recall("board"), null);
    assert.equal(keep("board", { limit: 3 }), true);
    assert.deepEqual(recall("board"), { limit: 3 });
    forget("board");
    assert.equal(recall("board"), null);
  });

  test("names are found by how they begin", () => {
    keep("visit-3-1", 1);
    keep("visit-4-1", 1);
    keep("order-3", 1);
    assert.deepEqual(keptNames("visit-3"), ["visit-3-1"]);
  });

  test("after two weeks it is dropped, and what other programs keep is left alone", () => {
    keep("new", 1);
    localStorage.setItem(
      "cvd-kept:old",
      JSON.stringify({ at: Date.now() - 15 * DAY_MS, value: 1 }),
    );
    localStorage.setItem("theirs", "1");
    forgetOld();
    assert.deepEqual([recall("new"), recall("old")], [1, null]);
    assert.equal(localStorage.getItem("theirs"), "1");
  });

  test("without storage nothing is kept and nothing breaks", () => {
    delete globalThis.localStorage;
    assert.equal(keep("board", 1), false);
    assert.equal(recall("board"), null);
    assert.deepEqual(keptNames(""), []);
    forget("board");
    forgetOld();
  });
});

describe("drafts of visits", () => {
  test("a draft is as it was left, and empty where there was none", () => {
    assert.deepEqual(drafts.draftAt(where), drafts.newDraft());
    drafts.keepDraft(where, { ...drafts.newDraft(), notes: "Lock is stiff" });
    assert.equal(drafts.draftAt(where).notes, "Lock is stiff");
    assert.equal(drafts.draftAt({ ...where, cabinet_id: 8 }).notes, "");
    drafts.forgetDraft(where);
    assert.equal(drafts.draftAt(where).notes, "");
  });

  test("a visit that was not sent is told to the one who made it, and to nobody else", () => {
    const body = { cabinet_id: 7, fills: [], notes: "" };
    drafts.keepDraft(where, { ...drafts.newDraft(), sending: { key: "k", body } });
    drafts.keepDraft({ ...where, cabinet_id: 8 }, drafts.newDraft());
    assert.deepEqual(drafts.unsentVisits(3), [where]);
    assert.deepEqual(drafts.unsentVisits(4), []);
  });
});
