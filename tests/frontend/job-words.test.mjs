import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isUnderWay,
  jobLine,
  resultLines,
  stateOf,
  tookWords,
  whenWords,
} from "../../frontend/words/job-words.js";

const JOB = {
  id: 1,
  state: "running",
  sentence: "",
  done: 3,
  total: 12,
  attempts: 1,
  most_attempts: 3,
  problem: null,
  cancel_asked_at: null,
};

test("a job that waits or runs is under way, one that ended is not", () => {
  assert.deepEqual(
    ["queued", "running", "done", "failed", "cancelled"].map((state) => isUnderWay({ state })),
    [true, true, false, false, false],
  );
});

test("its state is a word, also while it is being cancelled or tried again", () => {
  assert.deepEqual(stateOf(JOB), ["info", "Running"]);
  assert.deepEqual(stateOf({ ...JOB, cancel_asked_at: "x" }), ["warn", "Being cancelled"]);
  assert.deepEqual(stateOf({ ...JOB, state: "queued", attempts: 0 }), ["idle", "Waiting"]);
  assert.deepEqual(stateOf({ ...JOB, state: "queued" }), ["warn", "Tried again soon"]);
});

test("how far it is, is what it says, else what is done of all", () => {
  assert.equal(jobLine({ ...JOB, sentence: "12 of 40 files" }), "12 of 40 files");
  assert.equal(jobLine(JOB), "3 of 12");
  assert.equal(jobLine({ ...JOB, total: null }), "");
  assert.equal(jobLine({ ...JOB, state: "done" }), "");
});

test("why it failed or is tried again is told instead", () => {
  const problem = { title: "Conflict", detail: "There is nothing to do." };
  assert.equal(jobLine({ ...JOB, state: "failed", problem }), "There is nothing to do.");
  assert.equal(
    jobLine({ ...JOB, state: "queued", problem }),
    "There is nothing to do. (attempt 1 of 3)",
  );
  assert.equal(jobLine({ ...JOB, state: "done", problem }), "");
});

test("how long it took is told in the unit that fits", () => {
  const from = "2026-01-31T08:00:00Z";
  assert.equal(tookWords(null, null), null);
  assert.equal(tookWords(from, from), "under a second");
  assert.equal(tookWords(from, "2026-01-31T08:01:30Z"), "90 seconds");
  assert.equal(tookWords(from, "2026-01-31T08:10:00Z"), "10 minutes");
  assert.equal(tookWords(from, "2026-01-31T11:00:00Z"), "3 hours");
  assert.equal(tookWords(from, null, Date.parse("2026-01-31T08:00:01Z")), "1 second");
});

test("a schedule says when it runs", () => {
  assert.equal(whenWords({ daily_at: "02:30", every_minutes: null }), "Daily at 02:30");
  assert.equal(whenWords({ daily_at: null, every_minutes: 1 }), "Every minute");
  assert.equal(whenWords({ daily_at: null, every_minutes: 60 }), "Every hour");
  assert.equal(whenWords({ daily_at: null, every_minutes: 15 }), "Every 15 minutes");
  assert.equal(whenWords({ daily_at: null, every_minutes: 90 }), "Every 90 minutes");
  assert.equal(whenWords({ daily_at: null, every_minutes: 120 }), "Every 2 hours");
  assert.equal(whenWords({ daily_at: null, every_minutes: 1440 }), "Every day");
  assert.equal(whenWords({ daily_at: null, every_minutes: 10080 }), "Every 7 days");
});

test("a result shows what people can read of it", () => {
  const result = { sound: ["a", "b"], doubts: [], removed_rows: 1200, by: "max", more: {}, no: "" };
  assert.deepEqual(resultLines(result), [
    ["Sound", ["a", "b"]],
    ["Removed rows", ["1,200"]],
    ["By", ["max"]],
  ]);
  assert.deepEqual(resultLines(null), []);
});
