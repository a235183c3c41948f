import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boundsOf,
  encloses,
  gridOf,
  machinesOf,
  narrowed,
  pointsOf,
  positionIn,
  projected,
  rounded,
  scaleOf,
  waysOf,
  worst,
} from "../../frontend/words/map-points.js";

const COLUMNS = {
  locations: {
    id: [1, 2],
    name: ["Lobby", "Yard"],
    latitude: [52.5, null],
    longitude: [13.4, null],
  },
  devices: {
    id: [10, 11, 12, 13],
    asset: ["A-1", "A-2", "B-1", "B-2"],
    name: ["Snacks", "Drinks", "Snacks", "Coffee"],
    location_id: [1, 1, 2, null],
    route_id: [5, 6, 5, null],
    state: ["sold_out", "ok", "low", "unknown"],
    estimated_stock_slots: [0, 2, 0, 0],
  },
};
const MACHINES = machinesOf(COLUMNS);
const ids = (wanted) => narrowed(MACHINES, wanted).map(({ id }) => id);

test("columns become machines, each with its place", () => {
  const [first, second, third, last] = MACHINES;
  assert.deepEqual(first.place, { id: 1, name: "Lobby", position: [13.4, 52.5] });
  assert.deepEqual([first.isEstimate, second.isEstimate], [false, true]);
  assert.equal(third.place.position, null);
  assert.deepEqual([last.place, last.route_id], [null, null]);
});

test("machines are found by words of their asset, name and place, on any side of each other", () => {
  assert.deepEqual(ids({ q: "lobby snacks" }), [10]);
  assert.deepEqual(ids({ q: " B- " }), [12, 13]);
  assert.deepEqual(ids({ q: "nowhere" }), []);
});

test("machines are narrowed by route, need, position and order", () => {
  assert.deepEqual(ids({}), [10, 11, 12, 13]);
  assert.deepEqual(ids({ route_id: "5" }), [10, 12]);
  assert.deepEqual(ids({ route_id: "none" }), [13]);
  assert.deepEqual(ids({ state: "low" }), [12]);
  assert.deepEqual(ids({ unplaced: true }), [12, 13]);
  assert.deepEqual(ids({ only: new Set([11, 13]) }), [11, 13]);
});

test("a place is one point, as its worst machine is", () => {
  const [point, ...others] = pointsOf([...MACHINES].reverse());
  assert.deepEqual(others, []);
  assert.deepEqual(
    [point.place.name, point.state, point.machines.length],
    ["Lobby", "sold_out", 2],
  );
});

test("sold out is worse than low, and low than unknown", () => {
  assert.equal(worst(["unknown", "low", "ok"]), "low");
  assert.equal(worst(["low", "sold_out"]), "sold_out");
  assert.equal(worst(["ok", "unknown"]), "unknown");
  assert.equal(worst([]), "ok");
});

test("the bounds hold every position", () => {
  assert.equal(boundsOf([]), null);
  const found = boundsOf([
    [13, 52],
    [-4, 55],
    [10, 40],
  ]);
  assert.deepEqual(found, [
    [-4, 40],
    [13, 55],
  ]);
});

test("the equator at Greenwich is the middle of the map, the poles its edges", () => {
  assert.deepEqual(projected([0, 0]), [0.5, 0.5]);
  assert.ok(Math.abs(projected([180, 90])[1]) < 0.001);
  assert.ok(Math.abs(projected([-180, -90])[1] - 1) < 0.001);
});

test("a lasso holds what is inside it, also where it bends", () => {
  const horseshoe = [
    [0, 0],
    [6, 0],
    [6, 6],
    [4, 6],
    [4, 2],
    [2, 2],
    [2, 6],
    [0, 6],
  ];
  assert.ok(encloses(horseshoe, [1, 5]));
  assert.ok(encloses(horseshoe, [5, 5]));
  assert.ok(!encloses(horseshoe, [3, 5]));
  assert.ok(!encloses([], [0, 0]));
});

test("the grid has few lines of round degrees, however near one looks", () => {
  const near = gridOf([
    [13.4, 52.5],
    [13.45, 52.52],
  ]);
  assert.equal(near.step, 0.01);
  assert.ok(near.lines.length >= 7 && near.lines.length <= 12);
  const world = gridOf([
    [-900, -90],
    [900, 90],
  ]);
  assert.equal(world.step, 30);
  for (const line of world.lines)
    for (const [, latitude] of line) assert.ok(Math.abs(latitude) < 86);
});

test("the scale says the longest round distance that fits", () => {
  assert.deepEqual(scaleOf({ latitude: 0, zoom: 10, pixels: 100 }), { pixels: 65, words: "5 km" });
  assert.equal(scaleOf({ latitude: 60, zoom: 15, pixels: 100 }).words, "100 m");
});

test("coordinates are read as a map writes them", () => {
  assert.deepEqual(positionIn("52.52, 13.405"), [13.405, 52.52]);
  assert.deepEqual(positionIn(" -33.9;18 "), [18, -33.9]);
  for (const wrong of ["", "north", "91, 0", "0, 181", "52.52"])
    assert.equal(positionIn(wrong), null);
  assert.equal(rounded(13.123456789), 13.123457);
});

test("an order leads from stop to stop, and machines at one place are one stop of several numbers", () => {
  const order = { id: 7, device_ids: [10, 11, 12], done_device_ids: [10] };
  const [way] = waysOf([order], MACHINES);
  assert.deepEqual(way.stops, [{ position: [13.4, 52.5], isDone: false, words: "1–2" }]);
  const [back] = waysOf([{ id: 8, device_ids: [99, 11], done_device_ids: [11] }], MACHINES);
  assert.deepEqual(back.stops, [{ position: [13.4, 52.5], isDone: true, words: "2" }]);
  assert.deepEqual(back.line, [[13.4, 52.5]]);
});
