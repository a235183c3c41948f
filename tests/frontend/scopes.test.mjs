import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, scopeWords } from "../../frontend/words/scopes.js";

test("a scope is said in words, one that is new as it is written", () => {
  assert.equal(scopeWords("dex:push"), "Send audits, nothing else");
  assert.equal(scopeWords("catalogue:write"), "Products: change");
  assert.equal(scopeWords("jobs:write"), "Jobs: change");
  assert.equal(scopeWords("files:read"), "Photos: read");
  assert.equal(scopeWords("orders:read"), "Service orders and visits: read");
  assert.equal(scopeWords("warehouse:count"), "warehouse: count");
  assert.equal(scopeWords("odd"), "odd: ");
});

test("sending audits comes first, the others follow by area, reading before changing", () => {
  const given = ["reads:read", "catalogue:write", "dex:push", "catalogue:read"];
  assert.deepEqual(inOrder(given), ["dex:push", "reads:read", "catalogue:read", "catalogue:write"]);
  assert.deepEqual(inOrder(["orders:read", "dex:push"]), ["dex:push", "orders:read"]);
});
