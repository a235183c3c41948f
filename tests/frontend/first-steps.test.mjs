import assert from "node:assert/strict";
import { test } from "node:test";
import { isUnderWay, progressWords, stepWords } from "../../frontend/words/first-steps.js";

const step = (name, more = {}) => ({ step: name, done: false, noun_id: null, ...more });

test("a step leads to where it is done, with the form open", () => {
  assert.equal(stepWords(step("product")).to, "/products?new=true");
  assert.equal(stepWords(step("planogram")).to, "/devices?new=true");
  assert.equal(stepWords(step("visit")).to, "/service-orders");
});

test("a step that is begun goes on where it was left", () => {
  assert.equal(stepWords(step("planogram", { noun_id: 7 })).to, "/devices/7/planogram");
  const { action, to } = stepWords(step("visit", { noun_id: 12 }));
  assert.deepEqual([action, to], ["Open order 12", "/service-orders/12"]);
});

test("the list is under way until all is done", () => {
  const steps = [step("audit", { done: true }), step("product")];
  assert.equal(progressWords(steps), "1 of 2 done");
  assert.equal(isUnderWay(steps), true);
  assert.equal(isUnderWay([step("audit", { done: true })]), false);
});
