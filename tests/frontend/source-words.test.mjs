import assert from "node:assert/strict";
import { test } from "node:test";
import { batchSentence, standingOf } from "../../frontend/words/source-words.js";

const SOUND = { silent_days: null, last_error_at: null, last_seen_at: "2026-01-02T00:00:00Z" };
/** @param {object} [more] */
const standing = (more) => standingOf(/** @type {any} */ ({ ...SOUND, ...more }));

test("a source sends, is silent, or had its last file refused", () => {
  assert.deepEqual(standing(), ["ok", "Sending"]);
  assert.deepEqual(standing({ silent_days: 3 }), ["warn", "Silent for 3 days"]);
  assert.deepEqual(standing({ last_error_at: SOUND.last_seen_at }), ["bad", "Last file refused"]);
  assert.deepEqual(standing({ last_error_at: "2026-01-01T00:00:00Z" }), ["ok", "Sending"]);
});

test("a batch is told by what there was of it", () => {
  const none = {
    booked: 0,
    baseline: 0,
    held: 0,
    duplicate: 0,
    damaged: 0,
    unassigned: 0,
    refused: 0,
  };
  const told = (/** @type {object} */ counts) =>
    batchSentence(/** @type {any} */ ({ files: 3, counts: { ...none, ...counts } }));
  assert.equal(told({ booked: 2, refused: 1 }), "3 files: 2 booked, 1 refused.");
  assert.equal(told({}), "3 files.");
});
