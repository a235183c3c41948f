import assert from "node:assert/strict";
import { test } from "node:test";

import { configure } from "../../frontend/words/format.js";
import { localTime, utcTime } from "../../frontend/words/local-time.js";
import {
  changeWords,
  dueWords,
  firstLine,
  isDown,
  isLate,
  kindLabel,
  lengthWords,
  seenWords,
  stateOf,
  subjectOf,
  upWords,
} from "../../frontend/words/ticket-words.js";

configure({ locale: "en-US", time_zone: "UTC", currency: "USD", currency_decimals: 2 });

const OPEN = { status: "open", down_since: null, up_since: null, due_on: null };
const DOWN = { ...OPEN, down_since: "2026-01-31T08:00:00Z" };

test("a machine that is down is worse than any state", () => {
  assert.deepEqual(stateOf(DOWN), ["bad", "Machine down"]);
  assert.deepEqual(stateOf({ ...DOWN, status: "done", up_since: DOWN.down_since }), ["ok", "Done"]);
  assert.deepEqual(stateOf(OPEN), ["warn", "Open"]);
  assert.equal(isDown(OPEN), false);
  assert.equal(kindLabel("damage"), "Damage");
});

test("its first line stands for it", () => {
  assert.equal(firstLine({ text: " Jammed\nAgain" }), "Jammed");
});

test("it says what it is of", () => {
  const none = { device_id: null, asset: null, location_id: null, location_name: null };
  const of = (more) => subjectOf({ ...none, service_order_id: null, ...more });
  assert.equal(of({ device_id: 3, asset: "M1", location_name: "Lobby" }).beside, "Lobby");
  assert.deepEqual(of({ device_id: 3 }), { to: "/devices/3", label: "", beside: "" });
  assert.equal(of({ location_id: 4, location_name: "Hall" }).label, "Hall");
  assert.equal(of({ location_id: 4 }).label, "");
  assert.equal(of({ service_order_id: 5 }).label, "Order 5");
});

test("what is due says so, and what is late", () => {
  assert.equal(dueWords(OPEN, "2026-01-31"), "");
  assert.equal(dueWords({ ...OPEN, due_on: "2026-01-31" }, "2026-01-31"), "Today");
  assert.equal(dueWords({ ...OPEN, due_on: "2026-01-30" }, "2026-01-31"), "Jan 30, 2026, late");
  assert.equal(dueWords({ ...OPEN, due_on: "2026-02-01" }, "2026-01-31"), "Feb 1, 2026");
  assert.equal(isLate({ status: "done", due_on: "2026-01-30" }, "2026-01-31"), false);
});

test("what audits told is said", () => {
  assert.equal(seenWords({ seen_count: 1, over_at: null }), "Seen in 1 audit, last");
  assert.equal(
    seenWords({ seen_count: 2, over_at: DOWN.down_since }),
    "Seen in 2 audits, no longer since",
  );
});

test("a length of time is said in its two largest units", () => {
  assert.equal(lengthWords(20), "less than a minute");
  assert.equal(lengthWords(60), "1 min");
  assert.equal(lengthWords(3600), "1 h");
  assert.equal(lengthWords(93_600), "1 d 2 h");
  assert.equal(lengthWords(86_400 + 120), "1 d");
});

test("a share has decimals where it is not whole", () => {
  assert.equal(upWords(null), "–");
  assert.equal(upWords(100), "100%");
  assert.equal(upWords(99.5), "99.50%");
});

test("what was changed is said", () => {
  const words = (field, to) => changeWords({ field, from: null, to });
  assert.equal(words("status", "in_progress"), "started");
  assert.equal(words("status", "open"), "opened again");
  assert.equal(words("status", "done"), "done");
  assert.equal(words("status", "noted"), "a note now");
  assert.equal(words("kind", "task"), "made it: Task");
  assert.equal(words("text", null), "changed the words");
  assert.equal(words("due_on", "2026-01-31"), "due Jan 31, 2026");
  assert.equal(words("due_on", null), "no day any more");
  assert.equal(words("assignee_name", "dan"), "given to dan");
  assert.equal(words("assignee_name", null), "given to nobody");
  assert.match(words("down_since", DOWN.down_since), /^machine down since Jan 31, 2026/);
  assert.equal(words("down_since", null), "machine was not down");
  assert.match(words("up_since", DOWN.down_since), /^machine up since/);
  assert.equal(words("up_since", null), "machine down again");
});

test("a time on the clock of a zone is one in UTC, and back", () => {
  assert.equal(utcTime("2026-01-31T09:00", "Europe/Berlin"), "2026-01-31T08:00:00Z");
  assert.equal(utcTime("2026-07-31T09:00", "Europe/Berlin"), "2026-07-31T07:00:00Z");
  assert.equal(localTime("2026-07-31T07:00:30Z", "Europe/Berlin"), "2026-07-31T09:00");
  assert.equal(localTime("2026-01-31T23:30:00Z", "Asia/Kolkata"), "2026-02-01T05:00");
});

test("a time that clocks leave out is as much later", () => {
  assert.equal(utcTime("2026-03-29T02:30", "Europe/Berlin"), "2026-03-29T01:30:00Z");
});
