import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as fills from "../../frontend/pages/orders/fills.js";
import { configure } from "../../frontend/words/format.js";

beforeEach(() => configure({ locale: "en-US" }));

const slot = (more = {}) => ({
  id: 5,
  capacity: 10,
  par_level: 8,
  quantity: 3,
  estimated_quantity: null,
  sells_out_at: null,
  ...more,
});
const entry = (more = {}) => ({ ...fills.NOTHING, ...more });

test("what was counted stands before what the books say, and nothing known counts as none", () => {
  assert.equal(fills.foundIn(slot(), entry({ counted: 4 })), 4);
  assert.equal(fills.foundIn(slot(), entry()), 3);
  assert.equal(fills.foundIn(slot({ quantity: null }), entry()), 0);
});

test("a count ends an estimate", () => {
  const estimated = slot({ estimated_quantity: 1 });
  assert.equal(fills.isEstimated(estimated, entry()), true);
  assert.equal(fills.isEstimated(estimated, entry({ counted: 1 })), false);
  assert.equal(fills.isEstimated(slot(), entry()), false);
  assert.equal(fills.roomIn(estimated, entry()), 9);
  assert.equal(fills.roomIn(slot(), entry({ removed: 2 })), 9);
});

test("nobody knows what is in a slot afterwards of which nobody knew before", () => {
  const unknown = slot({ quantity: null });
  assert.equal(fills.afterwards(unknown, entry({ added: 5 })), null);
  assert.equal(fills.afterwards(unknown, entry({ counted: 2, added: 5 })), 7);
  assert.equal(fills.afterwards(slot(), entry()), 3);
  assert.equal(fills.afterwards(slot(), entry({ added: 20 })), 10);
  assert.equal(fills.afterwards(slot(), entry({ removed: 9, added: 1 })), 1);
});

test("what went in without room for it was sold before", () => {
  assert.equal(fills.unknownSales(slot(), entry({ added: 9 })), 2);
  assert.equal(fills.unknownSales(slot(), entry()), 0);
  assert.equal(fills.unknownSales(slot(), entry({ counted: 3, added: 7 })), 0);
  assert.equal(fills.unknownSales(slot({ quantity: null }), entry({ added: 10 })), 0);
});

test("a slot is brought to par, unless it sells out or nobody knows what is in it", () => {
  assert.equal(fills.toPar(slot(), entry()), 5);
  assert.equal(fills.toPar(slot(), entry({ counted: 1, removed: 1 })), 8);
  assert.equal(fills.toPar(slot({ quantity: 9 }), entry()), 0);
  assert.equal(fills.toPar(slot({ sells_out_at: "2026-01-31T08:00:00Z" }), entry()), 0);
  assert.equal(fills.toPar(slot({ quantity: null }), entry()), null);
});

test("what is proposed is the plan as far as it fits, and par once the slot was counted", () => {
  assert.equal(fills.proposed(slot(), entry(), 4), 4);
  assert.equal(fills.proposed(slot(), entry(), 40), 7);
  assert.equal(fills.proposed(slot(), entry(), 0), 5);
  assert.equal(fills.proposed(slot(), entry({ counted: 6 }), 4), 2);
});

test("what cannot be is said in a sentence, and may be so all the same", () => {
  const wrong = (more) => fills.whatIsWrong(slot(), entry(more));
  assert.equal(wrong({ removed: 1, reason: " " }).message, "Say why it was removed.");
  assert.match(wrong({ removed: 11, reason: "Expired" }).message, /holds 10, and 11 were removed/);
  assert.match(wrong({ added: 11 }).message, /holds 10, and 11 were loaded\. Is that so\?/);
  assert.match(wrong({ counted: 11 }).message, /11 were found/);
  assert.match(wrong({ counted: 1, removed: 2, reason: "Expired" }).message, /1 were found and 2/);
  assert.match(wrong({ counted: 4, added: 7 }).message, /4 in it and 7 loaded make 11/);
  assert.equal(wrong({ counted: 4, added: 7 }).mayConfirm, true);
  assert.equal(wrong({ counted: 4, added: 7, confirmed: true }), null);
  assert.equal(wrong({ counted: 4, added: 6 }), null);
  assert.equal(wrong({ added: 9 }), null, "the books may lag behind");
  assert.equal(wrong({}), null);
});

test("a slot with nothing entered is not sent", () => {
  assert.equal(fills.fillOf(slot(), entry()), null);
  assert.deepEqual(fills.fillOf(slot(), entry({ added: 4 })), {
    slot_id: 5,
    added: 4,
    counted: null,
    removed: 0,
    removed_reason: null,
  });
  const removed = entry({ counted: 3, removed: 1, reason: " Expired ", confirmed: true });
  assert.deepEqual(fills.fillOf(slot(), removed), {
    slot_id: 5,
    added: 0,
    counted: 3,
    removed: 1,
    removed_reason: "Expired",
    confirmed: true,
  });
});

test("how a visit differs from its plan is one line", () => {
  const slots = (...added) =>
    added.map((each, n) => ({ code: `A${n + 1}`, planned: 4, added: each }));
  assert.equal(fills.againstPlan(slots(4, 4)), "As planned.");
  assert.equal(fills.againstPlan(slots(3, 5)), "As many units as planned: A1 −1, A2 +1.");
  assert.equal(fills.againstPlan(slots(2, 4)), "2 fewer than planned: A1 −2.");
  assert.match(
    fills.againstPlan(slots(5, 5, 5, 5, 5, 5, 5, 5)),
    /^8 more than planned: A1 \+1, .* and 2 more\.$/,
  );
});
