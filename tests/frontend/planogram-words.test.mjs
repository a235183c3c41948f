import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import { summaryWords } from "../../frontend/words/planogram-words.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const slot = (product_id, quantity) => ({ product_id, quantity });

test("a planogram says how many slots are used, sold out, and not known", () => {
  const slots = [slot(1, 5), slot(2, 0), slot(3, null), slot(null, null)];
  assert.equal(summaryWords(slots), "3 of 4 slots in use, 1 sold out, 1 unknown");
  assert.equal(summaryWords([slot(1, 5)]), "1 of 1 slot in use");
});
