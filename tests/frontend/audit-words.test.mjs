import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as words from "../../frontend/words/audit-words.js";
import { configure } from "../../frontend/words/format.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

test("an action that has no words yet is told by its name", () => {
  assert.equal(words.actionWords("device.created"), "Created device");
  assert.equal(words.actionWords("price_list.created"), "Price list created");
  assert.equal(words.nounLabel("dex_read"), "Audit");
  assert.equal(words.nounLabel("price_list"), "Price list");
});

test("a field is told without what it ends with", () => {
  const fields = ["price_cents", "driver_id", "cabinet_ids", "archived_at", "scheduled_on", "name"];
  assert.deepEqual(fields.map(words.fieldLabel), [
    "Price",
    "Driver",
    "Cabinets",
    "Archived",
    "Scheduled",
    "Name",
  ]);
});

test("a value is told as an operator would say it", () => {
  for (const [field, value, told] of [
    ["name", null, "empty"],
    ["name", undefined, "empty"],
    ["name", "", "empty"],
    ["slots", [], "empty"],
    ["kind", "retail", "Shop"],
    ["role", "driver", "Driver"],
    ["price_cents", 180, "$1.80"],
    ["driver_id", 7, "number 7"],
    ["capacity", 1200, "1,200"],
    ["latitude", 1.5, "1.5000"],
    ["disabled", true, "yes"],
    ["disabled", false, "no"],
    ["scheduled_on", "2026-01-31", "Jan 31, 2026"],
    ["name", "Cola", "Cola"],
    ["cabinet_ids", [1, 2], "2 cabinets"],
    ["pair", { A1: 1 }, '{"A1":1}'],
  ])
    assert.equal(words.valueWords(field, value), told);
  assert.match(words.valueWords("archived_at", "2026-01-31T08:00:00Z"), /^Jan 31, 2026, 8:00/);
});

test("a list tells what is in it", () => {
  assert.equal(words.contentWords("no list"), "");
  assert.equal(words.contentWords([1, 2]), "Number 1, 2");
  assert.equal(words.contentWords(["A1", "A2"]), "A1, A2");
  assert.equal(words.contentWords([{ a: 1 }]), '[{"a":1}]');
});

test("a line tells all changes, but not what was empty and still is", () => {
  const changes = [
    { field: "name", from: "Cola", to: "Cola light" },
    { field: "sku", from: null, to: "C-1" },
    { field: "category", from: "", to: null },
    { field: "notes", from: "old", to: "" },
  ];
  assert.equal(
    words.changesLine({ changes }),
    "Name: Cola → Cola light; Sku: C-1; Notes: old → empty",
  );
});

test("a line tells of the first twenty of very many changes", () => {
  const changes = Array.from({ length: 21 }, (_, at) => ({ field: `f${at}`, from: 1, to: 2 }));
  const line = words.changesLine(/** @type {any} */ ({ changes }));
  assert.equal(line.split("; ").length, 21);
  assert.ok(line.endsWith("; …"));
});
