/**
 * What MapLibre is told to draw: plain ground with a grid, the lines of orders, the places and the
 * numbers of stops. No tile, font or picture comes from anywhere.
 * @module
 */
import { RANKS } from "../../words/map-points.js";

/** @typedef {import("../../words/map-points.js").Point} Point */
/** @typedef {import("../../words/map-points.js").Position} Position */

/** Beyond this zoom no places are drawn as one. */
const LAST_CLUSTER_ZOOM = 13;
const CLUSTER_PIXELS = 44;
const RANK_NAME = /** @type {any} */ ([
  "match",
  ["get", "rank"],
  ...RANKS.flatMap((state, rank) => [rank, state]),
  "ok",
]);
const NOTHING = /** @type {any} */ ({ type: "FeatureCollection", features: [] });

/** @param {Record<string, string>} colours */
export const styleOf = (colours) =>
  /** @type {import("maplibre-gl").StyleSpecification} */ ({
    version: 8,
    sources: SOURCES,
    layers: layersOf(colours),
  });

/** @type {any} */
const EMPTY = { type: "geojson", data: NOTHING };
const SOURCES = {
  grid: EMPTY,
  ways: EMPTY,
  stops: EMPTY,
  chosen: EMPTY,
  places: {
    ...EMPTY,
    cluster: true,
    clusterRadius: CLUSTER_PIXELS,
    clusterMaxZoom: LAST_CLUSTER_ZOOM,
    clusterProperties: {
      machines: ["+", ["get", "machines"]],
      rank: ["max", ["get", "rank"]],
    },
  },
};
/** A mark is never left out for another. */
const ALWAYS = { "icon-allow-overlap": true, "icon-ignore-placement": true };

/** @param {Record<string, string>} colours */
const layersOf = (colours) => [
  { id: "ground", type: "background", paint: { "background-color": colours["--canvas-sunken"] } },
  {
    id: "grid",
    type: "line",
    source: "grid",
    paint: { "line-color": colours["--line"], "line-width": 1 },
  },
  {
    id: "ways",
    type: "line",
    source: "ways",
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": colours["--accent"], "line-width": 2.5, "line-opacity": 0.75 },
  },
  {
    id: "chosen",
    type: "circle",
    source: "chosen",
    paint: {
      "circle-radius": 14,
      "circle-color": colours["--accent-soft"],
      "circle-stroke-color": colours["--accent"],
      "circle-stroke-width": 2,
    },
  },
  {
    id: "places",
    type: "symbol",
    source: "places",
    layout: { ...ALWAYS, "icon-image": placeMark() },
  },
  {
    id: "stops",
    type: "symbol",
    source: "stops",
    layout: { ...ALWAYS, "icon-image": ["get", "mark"], "icon-offset": [0, -17] },
  },
];

/** The name that `markOf` draws a place or a cluster by. @returns {any} */
function placeMark() {
  const kind = ["case", ["has", "point_count"], "cluster ", "place "];
  return ["concat", kind, RANK_NAME, " ", shortCount()];
}

/** The count in at most four letters; nothing where a place has one machine. @returns {any} */
function shortCount() {
  const count = ["get", "machines"];
  const tenths = ["/", ["round", ["/", count, 100]], 10];
  return [
    "case",
    ["<", count, 2],
    "",
    ["<", count, 1000],
    ["to-string", count],
    ["concat", ["to-string", ["case", ["<", count, 9950], tenths, ["round", tenths]]], "k"],
  ];
}

/** What a place or a cluster says of its machines. @param {Point} point */
const mark = ({ place, state, machines }) => ({
  id: place.id,
  rank: RANKS.indexOf(state),
  machines: machines.length,
});

/** @param {Point[]} points */
export const asFeatures = (points) =>
  collection(points.map((point) => feature("Point", point.position, mark(point))));

/** @param {[Position, Position][]} lines */
export const asLines = (lines) => collection(lines.map((line) => feature("LineString", line, {})));

/** @param {ReturnType<typeof import("../../words/map-points.js").waysOf>} ways */
export const asWays = (ways) => ({
  lines: collection(
    ways
      .filter(({ line }) => line.length > 1)
      .map(({ id, line }) => feature("LineString", line, { id })),
  ),
  stops: collection(
    ways.flatMap(({ stops }) =>
      stops.map(({ position, words, isDone }) =>
        feature("Point", position, { mark: `stop ${isDone ? "done" : "due"} ${words}` }),
      ),
    ),
  ),
});

/** @param {any[]} features @returns {any} */
const collection = (features) => ({ type: "FeatureCollection", features });

/** @param {string} type @param {any} coordinates @param {any} properties */
const feature = (type, coordinates, properties) => ({
  type: "Feature",
  geometry: { type, coordinates },
  properties,
});
