import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { sortedBy } from "../../frontend/page/sorting.js";
import { differenceWords } from "../../frontend/words/count-words.js";
import { slotEstimateWords, stockEstimateWords } from "../../frontend/words/estimates.js";
import { configure } from "../../frontend/words/format.js";
import { kindOf, stateOf, stateWords, stockOf } from "../../frontend/words/levels.js";
import { locationKindLabel } from "../../frontend/words/location-kinds.js";
import { BEGINS_WORD, rankOf } from "../../frontend/words/ranking.js";
import { ROLES, roleLabel, roleWords } from "../../frontend/words/roles.js";
import { skipWords } from "../../frontend/words/skip-words.js";
import { byMachine, codeOf, extent, figureOf } from "../../frontend/words/slots.js";
import { basisWords, estimatesWords, isEstimate, mark } from "../../frontend/words/velocity.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

describe("levels", () => {
  const slot = { quantity: 5, par_level: 10, units_per_day: null };

  test("a slot is unknown, sold out, low or in stock", () => {
    assert.equal(stateOf({ ...slot, quantity: null }), "unknown");
    assert.equal(stateOf({ ...slot, quantity: 0 }), "sold_out");
    assert.equal(stateOf({ ...slot, quantity: 2 }), "low");
    assert.equal(stateOf({ ...slot, quantity: 3 }), "ok");
  });

  test("what runs out within two days is low, unless nothing is missing", () => {
    assert.equal(stateOf({ ...slot, units_per_day: 3 }), "low");
    assert.equal(stateOf({ ...slot, units_per_day: 2 }), "ok");
    assert.equal(stateOf({ ...slot, quantity: 10, units_per_day: 9 }), "ok");
  });

  test("an estimate stands before what the books say", () => {
    assert.equal(stockOf({ quantity: 8, estimated_quantity: 3 }), 3);
    assert.equal(stockOf({ quantity: 8, estimated_quantity: null }), 8);
  });

  test("by estimate a state is only probable", () => {
    assert.equal(kindOf("low"), "warn");
    assert.deepEqual(stateWords("sold_out"), ["bad", "Sold out"]);
    assert.deepEqual(stateWords("sold_out", true), ["bad", "≈ Probably sold out"]);
    assert.deepEqual(stateWords("low", true), ["warn", "≈ Low"]);
    assert.deepEqual(stateWords("unknown", true), ["idle", "Unknown"]);
  });
});

describe("estimates", () => {
  test("a slot's estimate says how old the last fact is, and what it rests on", () => {
    const known = { known_at: "2026-01-31T08:00:00Z", quantity: 4, units_per_day_basis: "visits" };
    assert.match(
      slotEstimateWords(known),
      /ago \(Jan 31, 2026.*the books say 4 units.*From visits/,
    );
    assert.match(slotEstimateWords({ ...known, known_at: null }), /Last known long ago:/);
  });

  test("a machine's estimate is told only where there is one", () => {
    const at = { estimated_stock_slots: 1, stock_known_at: "2026-01-31T08:00:00Z" };
    assert.equal(stockEstimateWords({ ...at, estimated_stock_slots: 0 }), "");
    assert.match(stockEstimateWords(at), /^Stock of 1 slot estimated: last known .* ago, less/);
    assert.match(stockEstimateWords({ ...at, stock_known_at: null }), /last known long ago/);
  });

  test("a velocity says what it rests on", () => {
    assert.match(basisWords("similar"), /similar machines/);
    assert.match(basisWords("fleet"), /in the fleet/);
    assert.match(basisWords("visits"), /From visits/);
    assert.match(basisWords("measured"), /Measured/);
    assert.equal(basisWords(null), "Not known yet");
    assert.deepEqual(["similar", "fleet", "visits", "measured"].map(isEstimate), [
      true,
      true,
      false,
      false,
    ]);
  });

  test("estimates are counted, among others or alone", () => {
    assert.equal(estimatesWords(1), "1 slot is an estimate");
    assert.equal(estimatesWords(3, 12), "3 of 12 slots are estimates");
    assert.equal(mark(true), "≈\u00a0");
    assert.equal(mark(false), "");
  });
});

describe("slots", () => {
  test("a slot is called as customers press it, else by its label", () => {
    assert.equal(codeOf({ selection: "42", label: "A1" }), "42");
    assert.equal(codeOf({ selection: null, label: "A1" }), "A1");
  });

  test("slots are counted with their machines", () => {
    const slots = [
      [1, 7],
      [2, 7],
      [3, 8],
    ].map(([slot_id, device_id]) => ({ slot_id, device_id }));
    assert.equal(extent(slots), "3 slots in 2 machines");
  });

  test("T-2 comes before T-10, and the slots of one machine stay together", () => {
    const rows = [
      { asset: "T-10", device_id: 1, slot_id: 1 },
      { asset: "T-2", device_id: 3, slot_id: 9 },
      { asset: "T-2", device_id: 2, slot_id: 8 },
      { asset: "T-2", device_id: 2, slot_id: 3 },
    ];
    assert.deepEqual(
      rows.sort(byMachine).map(({ slot_id }) => slot_id),
      [3, 8, 9, 1],
    );
  });
});

describe("rows", () => {
  const rows = [{ n: 2 }, { n: null }, { n: 10 }, { n: 2 }];

  test("rows are in the order of a column, and what is missing comes last both ways", () => {
    assert.deepEqual(
      sortedBy(rows, "n").map(({ n }) => n),
      [2, 2, 10, null],
    );
    assert.deepEqual(
      sortedBy(rows, "-n").map(({ n }) => n),
      [10, 2, 2, null],
    );
    assert.deepEqual(sortedBy([{}, { n: 1 }], "n"), [{ n: 1 }, {}]);
  });
});

describe("ranking", () => {
  test("the whole name is best, then its beginning, a word of it, its middle, and nothing", () => {
    const found = ["Late", "late orders", "Too late", "Chocolate", "Cola"];
    assert.deepEqual(
      found.map((name) => rankOf(name, "late")),
      [0, 1, BEGINS_WORD, 3, 4],
    );
  });
});

describe("kinds and roles", () => {
  test("a kind of place is told in words, an unknown one as it is", () => {
    assert.equal(locationKindLabel("leisure"), "Leisure or sport");
    assert.equal(locationKindLabel("moon"), "moon");
  });

  test("every role has a name and says what it may", () => {
    for (const { role, label, words } of ROLES) {
      assert.equal(roleLabel(role), label);
      assert.equal(roleWords(role), words);
    }
    assert.equal(roleLabel("king"), "king");
    assert.equal(roleWords("king"), "");
  });
});

describe("stops", () => {
  test("a skip says why, and another reason is told by its notes", () => {
    assert.equal(skipWords({ reason: "closed", notes: "" }), "Closed");
    assert.equal(skipWords({ reason: "no_access", notes: "new lock" }), "No access: “new lock”");
    assert.equal(skipWords({ reason: "other", notes: "Flooded" }), "Flooded");
  });

  test("a count says what is missing and what is too many", () => {
    assert.equal(
      differenceWords({ missing: 2, surplus: 1, slots: 3 }),
      "2 units missing, 1 unit too many, in 3 slots",
    );
    assert.equal(
      differenceWords({ missing: 0, surplus: 4, slots: 1 }),
      "4 units too many, in 1 slot",
    );
    assert.equal(
      differenceWords({ missing: 1, surplus: 0, slots: 1 }),
      "1 unit missing, in 1 slot",
    );
  });
});

test("a figure of a slot is a whole number, nothing, or nonsense", () => {
  assert.equal(figureOf(" 12 "), 12);
  assert.equal(figureOf("10000"), 10_000);
  assert.equal(figureOf(""), null);
  for (const text of ["10001", "1.5", "-1", "ten"]) assert.equal(figureOf(text), undefined);
});
