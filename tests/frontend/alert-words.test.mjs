import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALERT_KINDS,
  howWords,
  placeOf,
  previewWords,
  scopeWords,
  failedWords,
  summaryWords,
  thresholdWords,
  whoWords,
} from "../../frontend/words/alert-words.js";
import { restUntil } from "../../frontend/pages/alerts/resting.js";

test("a threshold says from where on somebody is told", () => {
  const of = (kind, threshold) => thresholdWords({ kind, unit: ALERT_KINDS[kind].unit, threshold });
  assert.equal(of("fault", 0), "each one");
  assert.equal(of("sold_out", 0), "each one");
  assert.match(of("sold_out", 250), /^from .*2.50 a day$/);
  assert.equal(of("silent", 48), "after 48 hours");
  assert.equal(of("not_booked", 10), "from 10 units");
  assert.equal(of("late_order", 1), "from 1 day late");
  assert.equal(of("runs_out", 2), "within 2 days");
});

test("where a rule holds is a name, a kind or everywhere", () => {
  assert.equal(scopeWords({ scope: "all", scope_name: null, location_kind: null }), "everywhere");
  assert.equal(scopeWords({ scope: "route", scope_name: "North", location_kind: null }), "North");
  assert.equal(
    scopeWords({ scope: "device", scope_name: null, location_kind: null }),
    "something that is gone",
  );
  assert.equal(
    scopeWords({ scope: "location_kind", scope_name: null, location_kind: "hotel" }),
    "Hotel",
  );
  assert.equal(scopeWords({ scope: "location_kind", scope_name: null, location_kind: null }), "");
});

test("who is told are roles and people", () => {
  assert.equal(whoWords({ roles: ["manager"], user_names: ["Anna"] }), "Managers, Anna");
});

test("how somebody is told names days and hours where they are not all", () => {
  const rule = { weekdays: "1234567", from_time: null, until_time: null };
  assert.equal(howWords({ ...rule, email: "none" }), "On the page only");
  assert.equal(howWords({ ...rule, email: "digest" }), "Mail every morning");
  assert.equal(
    howWords({ email: "at_once", weekdays: "12345", from_time: "08:00", until_time: "17:00" }),
    "Mail at once, working days, 08:00–17:00",
  );
  assert.equal(howWords({ ...rule, email: "at_once", weekdays: "67" }), "Mail at once, Sat, Sun");
});

test("a preview says how many and what they are worth", () => {
  const of = (alerts, lost, more = false) =>
    previewWords({ alerts, more, lost_cents_per_day: lost });
  assert.equal(of(0, 0), "It would open no alert now.");
  assert.equal(of(1, 0), "It would have opened 1 alert now.");
  assert.match(of(12, 4500, true), /^It would have opened 12\+ alerts now, worth .*45.00 a day\.$/);
});

test("a sum says what is at stake", () => {
  const of = (open, lost, more = false) => summaryWords({ open, more, lost_cents_per_day: lost });
  assert.equal(of(0, 0), "Nothing is open.");
  assert.equal(of(3, 0, true), "3+ open.");
  assert.match(of(3, 900), /^3 open, about .*9.00 a day at stake\.$/);
});

test("where looking for alerts failed is named, and no more than three of it", () => {
  const at = (noun, noun_id, name = null) => ({ noun, noun_id, name, failed_at: "" });
  assert.equal(failedWords([]), null);
  assert.match(failedWords([at("device", 7, "M-7")]), /failed at machine M-7: what/);
  assert.match(
    failedWords([at("device", 8), at("dex_read", 2), at("service_order", 3), at("backup", 1)]),
    /failed at machine 8, DEX read 2, order 3 and 1 more: what/,
  );
  assert.match(failedWords([at("backup", 1)]), /failed at the backups: what/);
});

test("an alert leads to where it is put right", () => {
  const of = (kind, noun) => placeOf({ kind, noun, noun_id: 7, device_id: 3 });
  assert.equal(of("late_order", "service_order"), "/service-orders/7");
  assert.equal(of("damaged_read", "dex_read"), "/dex/7");
  assert.equal(of("backup_old", "backup"), "/backups");
  assert.equal(of("price_differs", "device"), "/devices/3/planogram?view=price");
  assert.equal(of("silent", "device"), "/devices/3?tab=reads");
  assert.equal(of("not_booked", "device"), "/devices/3?tab=reads");
  assert.equal(of("sold_out", "device"), "/devices/3");
  assert.equal(of("fault", "device"), "/devices/3?tab=tickets");
  assert.equal(of("climate_or_door", "device"), "/devices/3?tab=tickets");
});

test("an alert rests until a morning that is still to come", () => {
  const friday = new Date(2026, 10, 27, 18, 30);
  assert.equal(new Date(restUntil("tomorrow", friday)).getTime(), +new Date(2026, 10, 28, 7));
  assert.equal(new Date(restUntil("monday", friday)).getTime(), +new Date(2026, 10, 30, 7));
  const sunday = new Date(2026, 10, 29, 3);
  assert.equal(new Date(restUntil("monday", sunday)).getTime(), +new Date(2026, 10, 30, 7));
  assert.match(restUntil("tomorrow"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});
