import assert from "node:assert/strict";
import { test } from "node:test";
import {
  pagesOf,
  pathOf,
  perPage,
  positionOf,
  STOCKS,
  stockOf,
} from "../../frontend/words/label-stocks.js";

test("every label lies on its paper", () => {
  for (const stock of STOCKS) {
    const [left, top] = positionOf(stock, perPage(stock) - 1);
    assert.ok(left + stock.size[0] <= stock.paper[0] + 0.01, stock.name);
    assert.ok(top + stock.size[1] <= stock.paper[1] + 0.01, stock.name);
  }
});

test("labels do not overlap, and lie as far from the left edge as from the right", () => {
  for (const stock of STOCKS) {
    const { columns, rows, size, gap, edge, paper } = stock;
    assert.ok(gap[0] >= 0 && gap[1] >= 0);
    const across = columns * size[0] + (columns - 1) * gap[0];
    assert.ok(Math.abs(paper[0] - across - 2 * edge[0]) < 0.2, stock.name);
    const down = rows * size[1] + (rows - 1) * gap[1];
    assert.ok(Math.abs(paper[1] - down - 2 * edge[1]) < 0.2, stock.name);
  }
});

test("a stock is found by its name, and an unknown one is the first", () => {
  assert.equal(stockOf("letter-10").name, "letter-10");
  assert.equal(stockOf("papyrus").name, STOCKS[0].name);
  assert.equal(stockOf(undefined).name, STOCKS[0].name);
});

test("a used sheet is gone on with where it ends", () => {
  const stock = stockOf("a4-10");
  const labels = Array.from({ length: 9 }, (_, index) => index);
  assert.deepEqual(pagesOf(labels, stock, 9), [
    [...Array(8).fill(null), 0, 1],
    [2, 3, 4, 5, 6, 7, 8],
  ]);
  assert.deepEqual(pagesOf(labels, stock, 1), [labels]);
});

test("a first label that is none is the first or the last of the sheet", () => {
  const stock = stockOf("a4-10");
  for (const first of [0, -3, Number.NaN]) assert.deepEqual(pagesOf([1], stock, first), [[1]]);
  assert.deepEqual(pagesOf([1], stock, 99), [[...Array(9).fill(null), 1]]);
});

test("without labels there is no sheet", () => {
  assert.deepEqual(pagesOf([], stockOf("a4-10"), 4), []);
});

test("a code is drawn in runs of dark modules", () => {
  assert.equal(pathOf(["110", "001", "000"]), "M0 0h2v1h-2zM2 1h1v1h-1z");
});
