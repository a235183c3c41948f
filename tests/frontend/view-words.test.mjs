import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chosenOf,
  isAsItIs,
  moved,
  namesOf,
  offeredOf,
} from "../../frontend/words/column-choice.js";
import {
  asItIs,
  asksForViewAlone,
  columnsAs,
  columnsIn,
  differs,
  lostWords,
  ofList,
  opening,
} from "../../frontend/words/view-words.js";

const ASSET = { name: "asset", phone: "title" };
const [LEVEL, ROUTE, ACTS] = [{ name: "level" }, { name: "route" }, {}];
const COLUMNS = [ASSET, LEVEL, ROUTE];
const NAMES = ["q", "route_id", "sort"];
const VIEW = { id: 7, name: "North", params: { route_id: "3" }, columns: null };

test("without a choice all columns are shown", () => {
  assert.deepEqual(chosenOf(COLUMNS, null), COLUMNS);
});

test("chosen columns come in the order in which they were chosen", () => {
  assert.deepEqual(chosenOf(COLUMNS, ["route", "asset"]), [ROUTE, ASSET]);
});

test("the column that says which row it is stays, and what is no column is left out", () => {
  assert.deepEqual(chosenOf(COLUMNS, ["level", "gone"]), [ASSET, LEVEL]);
});

test("those that are not shown are offered behind the others", () => {
  const offered = offeredOf(COLUMNS, ["route", "asset"]);
  assert.deepEqual(
    offered.map(({ column, shown }) => [column.name, shown]),
    [
      ["route", true],
      ["asset", true],
      ["level", false],
    ],
  );
});

test("one is moved up or down, and no further than the ends", () => {
  assert.deepEqual(moved(["a", "b", "c"], 2, -1), ["a", "c", "b"]);
  assert.deepEqual(moved(["a", "b"], 0, 1), ["b", "a"]);
  assert.deepEqual(moved(["a", "b"], 0, -1), ["a", "b"]);
  assert.deepEqual(moved(["a", "b"], 1, 1), ["a", "b"]);
  assert.deepEqual(moved(["a"], 4, -1), ["a"]);
});

test("all columns in their own order are the list as it is", () => {
  assert.deepEqual(namesOf([...COLUMNS, ACTS]), ["asset", "level", "route"]);
  assert.equal(isAsItIs(["asset", "level", "route"], COLUMNS), true);
  assert.equal(isAsItIs(["asset", "route", "level"], COLUMNS), false);
});

test("a view keeps what the list knows of an address", () => {
  const params = { q: "cola", view: "7", job: "3", sort: "" };
  assert.deepEqual(ofList(params, NAMES), { q: "cola" });
});

test("opening a view clears what it does not say", () => {
  assert.deepEqual(opening({ ...VIEW, params: { route_id: "3", gone: "x" } }, NAMES), {
    q: "",
    route_id: "3",
    sort: "",
    columns: "",
    view: "7",
  });
  assert.equal(asItIs(NAMES).view, "");
});

test("an address of a view alone asks for it as it is saved", () => {
  assert.equal(asksForViewAlone({ view: "7" }), true);
  assert.equal(asksForViewAlone({ view: "none" }), false);
  assert.equal(asksForViewAlone({ view: "7", q: "x" }), false);
  assert.equal(asksForViewAlone({}), false);
});

test("columns are in an address by their names", () => {
  assert.deepEqual(columnsIn({ columns: "asset.level" }), ["asset", "level"]);
  assert.equal(columnsIn({}), null);
  assert.equal(columnsAs(["asset", "level"]), "asset.level");
  assert.equal(columnsAs(null), "");
});

test("a view that shows something else than was saved differs", () => {
  assert.equal(differs(VIEW, { view: "7", route_id: "3" }, NAMES), false);
  assert.equal(differs(VIEW, { view: "7", route_id: "4" }, NAMES), true);
  assert.equal(differs(VIEW, { view: "7" }, NAMES), true);
  assert.equal(differs(VIEW, { view: "7", route_id: "3", columns: "asset" }, NAMES), true);
  const kept = { ...VIEW, columns: ["asset"] };
  assert.equal(differs(kept, { route_id: "3", columns: "asset" }, NAMES), false);
});

test("what a list no longer has is said", () => {
  assert.equal(lostWords(VIEW, NAMES, ["asset"]), "");
  const old = { ...VIEW, params: { machine_kind: "x" }, columns: ["asset", "hue", "age"] };
  assert.equal(
    lostWords(old, NAMES, ["asset"]),
    "The view North was saved with “machine kind”, “hue” and “age”, which this list no longer " +
      "has: it is shown without.",
  );
  assert.match(lostWords({ ...VIEW, columns: ["hue"] }, NAMES, []), /with “hue”, which/);
});
