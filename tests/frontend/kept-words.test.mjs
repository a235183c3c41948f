import assert from "node:assert/strict";
import { test } from "node:test";

import { choices, daysWords, goingWords, KEPT } from "../../frontend/words/kept-words.js";

test("a length of time is said in years where it is some", () => {
  assert.equal(daysWords(null), "For ever");
  assert.equal(daysWords(""), "For ever");
  assert.equal(daysWords(365), "1 year");
  assert.equal(daysWords("3650"), "10 years");
  assert.equal(daysWords(30), "30 days");
});

test("what holds now is among what is offered, the longest first", () => {
  assert.deepEqual(choices(["", "365", "30"], 30), ["", "365", "30"]);
  assert.deepEqual(choices(["365", "30"], 45), ["365", "45", "30"]);
  assert.deepEqual(choices(["365", "30"], null), ["", "365", "30"]);
});

test("what would go is said in a few words", () => {
  const items = [
    { setting: "dex_content_days", count: 100000, more: true },
    { setting: "quarantined_file_days", count: 0, more: false },
    { setting: "job_days", count: 1, more: false },
  ];
  assert.equal(goingWords(items), "more than 100,000 audit files, 1 ended job");
  assert.equal(goingWords([]), "");
  assert.equal(goingWords([{ setting: "new_days", count: 2, more: false }]), "2 ");
});

const LONG = ["dex_content_days", "ticket_days"];

test("each time that is offered is one that the contract takes", () => {
  for (const { setting, days } of KEPT)
    for (const each of days)
      assert.ok(each === "" || Number(each) >= (LONG.includes(setting) ? 365 : 7));
});
