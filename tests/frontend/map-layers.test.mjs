import assert from "node:assert/strict";
import { test } from "node:test";
import { asFeatures, asLines, asWays, styleOf } from "../../frontend/pages/insight/map-layers.js";
import { RANKS } from "../../frontend/words/map-points.js";

const point = (state, machines) => ({
  place: { id: 7 },
  position: [13.4, 52.5],
  state,
  machines: Array.from({ length: machines }, () => ({})),
});

test("nothing on the map comes from anywhere else", () => {
  const style = styleOf({ "--canvas-sunken": "#111", "--line": "#222" });
  assert.ok(!JSON.stringify(style).includes("http"));
  assert.equal(style.layers[0].paint["background-color"], "#111");
  for (const { source } of style.layers.slice(1)) assert.ok(source in style.sources, source);
});

test("a place says its worst state and how many machines it has", () => {
  const { features } = asFeatures([point(RANKS[1], 3)]);
  assert.deepEqual(features, [
    {
      type: "Feature",
      geometry: { type: "Point", coordinates: [13.4, 52.5] },
      properties: { id: 7, rank: 1, machines: 3 },
    },
  ]);
});

test("a line goes from one position to the other", () => {
  const [line] = asLines([
    [
      [0, 0],
      [1, 1],
    ],
  ]).features;
  assert.deepEqual(line.geometry, {
    type: "LineString",
    coordinates: [
      [0, 0],
      [1, 1],
    ],
  });
});

test("an order of one stop has no line, and says which stops are done", () => {
  const stop = (words, isDone) => ({ position: [1, 2], words, isDone });
  const { lines, stops } = asWays([
    { id: 1, line: [[1, 2]], stops: [stop("1", true)] },
    {
      id: 2,
      line: [
        [1, 2],
        [3, 4],
      ],
      stops: [stop("1", false)],
    },
  ]);
  assert.deepEqual(
    lines.features.map(({ properties }) => properties.id),
    [2],
  );
  assert.deepEqual(
    stops.features.map(({ properties }) => properties.mark),
    ["stop done 1", "stop due 1"],
  );
});
