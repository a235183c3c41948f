import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import * as reads from "../../frontend/words/read-words.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const read = (more = {}) => ({
  asset: "T-1",
  reported_asset: null,
  serial: null,
  filename: "a.dex",
  read_at: "2026-11-03T09:00:00Z",
  status: "booked",
  held_reason: null,
  accepted_at: null,
  ...more,
});
const counted = (count_rst = 0) => ({
  count_init: 10,
  value_init_cents: 1800,
  count_rst,
  value_rst_cents: null,
});

test("an audit is called by its device, else by what the machine says, else by its file", () => {
  assert.equal(reads.nameOf(read()), "T-1");
  assert.equal(reads.nameOf(read({ asset: null, reported_asset: "X" })), "X");
  assert.equal(reads.nameOf(read({ asset: null, serial: "77" })), "Serial 77");
  assert.equal(reads.nameOf(read({ asset: null })), "a.dex");
  assert.match(reads.headingOf(read()), /^T-1, read Nov 3, 2026, 9:00/);
});

test("an audit stands as its books do", () => {
  const words = (more) => reads.standing(read(more))[1];
  assert.equal(words({ held_reason: "Too much." }), "Held back");
  assert.equal(words({ held_reason: "Too much.", accepted_at: "2026-11-04T09:00:00Z" }), "Booked");
  assert.equal(words({ status: "damaged" }), "Damaged");
  assert.equal(words({ status: "unassigned" }), "Unassigned");
  assert.equal(words({ status: "baseline" }), "First audit");
  assert.match(reads.standing(read({ held_reason: "Too much." }))[2], /Too much\.$/);
});

test("counters are told as they stand, and since their last reset", () => {
  const detail = { selections: [counted(), counted()], status: "booked", checks: [] };
  assert.equal(reads.counters(detail), "Its counters stand at 20 units, $36.00 in all.");
  assert.match(
    reads.counters({ ...detail, selections: [counted(3)], status: "damaged" }),
    /^As it arrived, its .*, 3 units for \$0\.00 of it since its last reset\.$/,
  );
});

test("counters that cannot be are not told as facts", () => {
  const checks = [{ name: "since_reset", passed: false, meaning: "More since than ever." }];
  const detail = { selections: [counted()], status: "booked", checks };
  assert.equal(reads.counters(detail), "Its counters contradict each other. More since than ever.");
});

test("a first audit says from when sales are counted, unless it counts nothing", () => {
  const detail = { selections: [counted()], status: "baseline", checks: [] };
  assert.match(reads.firstCounters(detail), /Sales are counted from here\.$/);
  assert.match(reads.firstCounters({ ...detail, selections: [] }), /books no sales\.$/);
});
