/**
 * What a map of machines computes: its points out of columns, which of them are shown, the worst of
 * many, the grid and the scale.
 * @module
 */

/** @typedef {import("../api.js").Schemas["MapPoints"]} MapPoints */
/** @typedef {import("./levels.js").State} State */
/** Degrees. @typedef {[longitude: number, latitude: number]} Position */
/**
 * Where machines stand; `position` is null where nobody said.
 * @typedef {{id: number, name: string, position: Position | null}} Place
 */
/**
 * @typedef {object} Machine
 * @property {number} id
 * @property {string} asset
 * @property {string} name
 * @property {number | null} route_id
 * @property {State} state
 * @property {boolean} isEstimate
 * @property {Place | null} place
 */
/**
 * The machines of one place.
 * @typedef {{place: Place, position: Position, machines: Machine[], state: State}} Point
 */

/** From the least to worry about. @type {State[]} */
export const RANKS = ["ok", "unknown", "low", "sold_out"];
const METRES_ROUND = 40_075_016.686;
const MOST_LATITUDE = 85.05;
const THOUSAND = 1000;
/** Degrees between two lines of the grid, and metres that a scale may say. */
const GRID_STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const LINES = 9;
const SCALE_STEPS = [1, 2, 5];
const PAIR = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

/** The machines that columns tell of, worst first. @param {MapPoints} columns @returns {Machine[]} */
export function machinesOf({ locations, devices }) {
  /** @type {Map<number | null, Place>} */
  const places = new Map(
    locations.id.map((id, row) => {
      const latitude = locations.latitude[row] ?? null;
      const longitude = locations.longitude[row] ?? null;
      const position =
        latitude === null || longitude === null
          ? null
          : /** @type {Position} */ ([longitude, latitude]);
      return [id, { id, name: locations.name[row] ?? "", position }];
    }),
  );
  return devices.id.map((id, row) => ({
    id,
    asset: devices.asset[row] ?? "",
    name: devices.name[row] ?? "",
    route_id: devices.route_id[row] ?? null,
    state: devices.state[row] ?? "unknown",
    isEstimate: (devices.estimated_stock_slots[row] ?? 0) > 0,
    place: places.get(devices.location_id[row] ?? null) ?? null,
  }));
}

/**
 * Those that fit all of it.
 * @param {Machine[]} machines
 * @param {{q?: string, route_id?: string, state?: string, unplaced?: boolean, only?: Set<number>}}
 *   wanted `route_id` "none": on no route; `only`: these machines
 */
export function narrowed(machines, { q = "", route_id, state, unplaced, only }) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const route = route_id === "none" ? null : Number(route_id);
  return machines.filter(
    (each) =>
      (!route_id || each.route_id === route) &&
      (!state || each.state === state) &&
      (!unplaced || !each.place?.position) &&
      (!only || only.has(each.id)) &&
      words.every((word) => wordsOf(each).includes(word)),
  );
}

/** @param {Machine} machine */
const wordsOf = ({ asset, name, place }) => `${asset} ${name} ${place?.name ?? ""}`.toLowerCase();

/** The places that have a position, each with its machines. @param {Machine[]} machines */
export function pointsOf(machines) {
  /** @type {Map<number, Point>} */
  const points = new Map();
  for (const machine of machines) {
    const { place } = machine;
    if (!place?.position) continue;
    const point = points.get(place.id);
    if (point) {
      point.machines.push(machine);
      point.state = worst([point.state, machine.state]);
    } else {
      const { position } = place;
      points.set(place.id, { place, position, machines: [machine], state: machine.state });
    }
  }
  return [...points.values()];
}

/** @param {State[]} states */
export const worst = (states) =>
  states.reduce((bad, state) => (RANKS.indexOf(state) > RANKS.indexOf(bad) ? state : bad), "ok");

/** The corner in the southwest and that in the northeast; null for none. @param {Position[]} all */
export function boundsOf(all) {
  if (all.length === 0) return null;
  /** @type {[Position, Position]} */
  const bounds = [
    [180, 90],
    [-180, -90],
  ];
  const [least, most] = bounds;
  for (const position of all)
    for (const axis of /** @type {const} */ ([0, 1])) {
      least[axis] = Math.min(least[axis], position[axis]);
      most[axis] = Math.max(most[axis], position[axis]);
    }
  return bounds;
}

/**
 * A position as a square map of the world has it: 0..1 to the right and down.
 * @param {Position} position
 * @returns {[x: number, y: number]}
 */
export function projected([longitude, latitude]) {
  const shown = Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude));
  const sine = Math.sin((shown * Math.PI) / 180);
  return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/**
 * Is the point in the area that a line around it encloses?
 * @param {[number, number][]} line
 * @param {[number, number]} point
 */
export function encloses(line, [x, y]) {
  let isIn = false;
  for (const [index, [ax, ay]] of line.entries()) {
    const [bx, by] = line[(index || line.length) - 1] ?? [ax, ay];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isIn = !isIn;
  }
  return isIn;
}

/** A few lines of round degrees over what is shown. @param {[Position, Position]} bounds */
export function gridOf([[west, south], [east, north]]) {
  const span = Math.max(east - west, north - south);
  const step = GRID_STEPS.find((each) => span / each <= LINES) ?? 30;
  const bottom = Math.max(-MOST_LATITUDE, south);
  const top = Math.min(MOST_LATITUDE, north);
  /** @type {[Position, Position][]} */
  const lines = [
    ...multiples(step, west, east).map((at) => line([at, bottom], [at, top])),
    ...multiples(step, bottom, top).map((at) => line([west, at], [east, at])),
  ];
  return { step, lines };
}

/** @param {Position} from @param {Position} to @returns {[Position, Position]} */
const line = (from, to) => [from, to];

/** @param {number} step @param {number} from @param {number} to */
function multiples(step, from, to) {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/**
 * The longest round distance that fits into so many pixels.
 * @param {{latitude: number, zoom: number, pixels: number}} shown of the middle, at the zoom at which
 *   the world is 512 pixels times two to its power
 */
export function scaleOf({ latitude, zoom, pixels }) {
  const metres = (METRES_ROUND * Math.cos((latitude * Math.PI) / 180)) / (512 * 2 ** zoom);
  const most = metres * pixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = SCALE_STEPS.findLast((each) => each * power <= most) ?? 1;
  const round = step * power;
  return {
    pixels: Math.round(round / metres),
    words: round >= THOUSAND ? `${round / THOUSAND} km` : `${round} m`,
  };
}

/** `52.52, 13.405` as a position; null for anything else. @param {string} text */
export function positionIn(text) {
  const pair = PAIR.exec(text);
  const latitude = Number(pair?.[1]);
  const longitude = Number(pair?.[2]);
  return pair && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? /** @type {Position} */ ([longitude, latitude])
    : null;
}

/** Half a metre is as exact as a machine needs it. @param {number} degrees */
export const rounded = (degrees) => Math.round(degrees * 1e6) / 1e6;

/**
 * The lines from stop to stop of orders, and the numbers at their stops.
 * @param {import("../api.js").Schemas["MapOrder"][]} orders
 * @param {Machine[]} machines
 */
export function waysOf(orders, machines) {
  const known = new Map(machines.map((each) => [each.id, each.place?.position]));
  return orders.map(({ id, device_ids, done_device_ids }) => {
    const done = new Set(done_device_ids);
    const stops = device_ids.flatMap((device_id, index) => {
      const position = known.get(device_id);
      return position ? [{ position, number: index + 1, isDone: done.has(device_id) }] : [];
    });
    return { id, stops: together(stops), line: stops.map(({ position }) => position) };
  });
}

/**
 * Stops at one place as one: `2–4`.
 * @param {{position: Position, number: number, isDone: boolean}[]} stops
 */
function together(stops) {
  /** @type {{position: Position, first: number, last: number, isDone: boolean}[]} */
  const found = [];
  for (const { position, number, isDone } of stops) {
    const before = found.at(-1);
    if (before && before.position.join() === position.join()) {
      before.last = number;
      before.isDone &&= isDone;
    } else found.push({ position, first: number, last: number, isDone });
  }
  return found.map(({ first, last, ...stop }) => ({
    ...stop,
    words: first === last ? String(first) : `${first}–${last}`,
  }));
}
