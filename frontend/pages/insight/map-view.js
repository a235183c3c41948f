/**
 * The drawn map: MapLibre on plain ground, from this server alone. North is up; it moves by mouse,
 * finger, wheel, arrows and + and -.
 * @module
 */
import { byId, fill, h, isolated, units, VENDOR } from "../../page/page.js";
import { boundsOf, gridOf, scaleOf } from "../../words/map-points.js";
import { stateWords } from "../../words/levels.js";
import { asFeatures, asLines, asWays, styleOf } from "./map-layers.js";
import { markOf, palette } from "./map-marks.js";

/** @typedef {import("../../words/map-points.js").Point} Point */
/** @typedef {import("../../words/map-points.js").Position} Position */
/** @typedef {import("maplibre-gl").Map} Drawn */

const LIBRARY = `${VENDOR}maplibre/maplibre-gl.js`;
const WORKER = `${VENDOR}maplibre/maplibre-gl-worker.js`;
const SCALE_PIXELS = 110;
const NEAR_ZOOM = 14;
const EDGE_PIXELS = 48;
const MOST_ZOOM = 19;
/** Where nothing has a position yet. @type {[Position, Position]} */
const WORLD = [
  [-130, -45],
  [150, 65],
];

export class MapView {
  #box;
  #tip = h("div", { class: "map-tip", hidden: true });
  /** @type {Drawn | null} */ #drawn = null;
  /** @type {typeof import("maplibre-gl") | null} */ #library = null;
  /** @type {Map<number, Point>} */ #points = new Map();
  #colours;
  #wasFitted = false;
  /** What a click on a place does. @type {(place_id: number) => void} */ open = () => {};
  /** What takes a click before anything else does. @type {((at: Position) => void) | null} */
  take = null;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
    this.#colours = palette(box);
  }

  /** Draws it; rejects where there is no library or no WebGL. */
  async begin() {
    const library = /** @type {typeof import("maplibre-gl")} */ (await import(LIBRARY));
    library.setWorkerUrl(new URL(WORKER, location.href).href);
    const drawn = new library.Map({
      container: this.#box,
      style: styleOf(this.#colours),
      bounds: WORLD,
      attributionControl: false,
      boxZoom: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: MOST_ZOOM,
      fadeDuration: 0,
      renderWorldCopies: false,
    });
    drawn.touchZoomRotate.disableRotation();
    drawn.keyboard.disableRotation();
    drawn.getCanvas().setAttribute("aria-label", "Map of machines; the list has the same ones");
    drawn.setMissingStyleImageResolver((name) => {
      const { image, pixelRatio } = markOf(name, this.#colours);
      drawn.addImage(name, image, { pixelRatio });
    });
    drawn.on("click", (event) => this.#click(event));
    drawn.on("mousemove", (event) => this.#hover(event.point));
    drawn.on("mouseout", () => this.#hover(null));
    drawn.on("move", () => this.#measure());
    drawn.on("moveend", () => this.#drawGrid());
    document.addEventListener("theme", () => this.#paint());
    this.#box.append(this.#tip);
    await drawn.once("load");
    this.#drawn = drawn;
    this.#library = library;
    this.#drawGrid();
    this.#measure();
  }

  /** The places to show. @param {Point[]} points */
  set points(points) {
    this.#points = new Map(points.map((point) => [point.place.id, point]));
    this.#put("places", asFeatures(points));
    if (!this.#wasFitted && points.length > 0) {
      this.fit();
      this.#wasFitted = this.#drawn !== null;
    }
  }

  /** @param {Point[]} points */
  set chosen(points) {
    this.#put("chosen", asFeatures(points));
  }

  /** @param {ReturnType<typeof import("../../words/map-points.js").waysOf>} ways */
  set ways(ways) {
    const { lines, stops } = asWays(ways);
    this.#put("ways", lines);
    this.#put("stops", stops);
  }

  get element() {
    return this.#box;
  }

  /** Is it drawn? */
  get isDrawn() {
    return this.#drawn !== null;
  }

  /** All of these places. @param {Position[]} positions */
  fit(positions = [...this.#points.values()].map(({ position }) => position)) {
    const bounds = boundsOf(positions);
    this.#drawn?.fitBounds(bounds ?? WORLD, {
      padding: EDGE_PIXELS,
      maxZoom: NEAR_ZOOM,
      animate: false,
    });
  }

  /** Near to one place. @param {Position} position */
  show(position) {
    const drawn = this.#drawn;
    if (!drawn) return;
    drawn.easeTo({ center: position, zoom: Math.max(drawn.getZoom(), NEAR_ZOOM), duration: 120 });
  }

  /** @param {number} steps */
  zoom(steps) {
    this.#drawn?.zoomTo(this.#drawn.getZoom() + steps, { duration: 120 });
  }

  /** Where a point of the box is. @param {[x: number, y: number]} at @returns {Position} */
  positionAt(at) {
    const { lng = 0, lat = 0 } = this.#drawn?.unproject(at) ?? {};
    return [lng, lat];
  }

  /**
   * A pin that is dragged, or moved by arrows; in the middle unless said.
   * @param {HTMLElement} element
   * @param {Position | null} position
   */
  pin(element, position) {
    const drawn = this.#drawn;
    if (!drawn || !this.#library) return null;
    const start = position ?? drawn.getCenter();
    const pin = new this.#library.Marker({ element, draggable: true, anchor: "bottom" })
      .setLngLat(start)
      .addTo(drawn);
    return {
      /** @returns {Position} */
      get position() {
        const { lng, lat } = pin.getLngLat();
        return [lng, lat];
      },
      set position(next) {
        pin.setLngLat(next);
      },
      /** @param {number} right @param {number} down in pixels */
      nudge(right, down) {
        const { x, y } = drawn.project(pin.getLngLat());
        pin.setLngLat(drawn.unproject([x + right, y + down]));
      },
      /** @param {() => void} moved */
      onDrag: (moved) => pin.on("drag", moved),
      remove: () => pin.remove(),
    };
  }

  /** @param {[x: number, y: number]} at */
  #found(at) {
    return this.#drawn?.queryRenderedFeatures(at, { layers: ["places"] })[0];
  }

  /** @param {import("maplibre-gl").MapMouseEvent} event */
  async #click({ point, lngLat }) {
    if (this.take) {
      this.take([lngLat.lng, lngLat.lat]);
      return;
    }
    const found = this.#found([point.x, point.y]);
    if (!found) return;
    if (!found.properties.cluster) this.open(found.properties.id);
    else {
      const places = /** @type {import("maplibre-gl").GeoJSONSource} */ (
        this.#drawn?.getSource("places")
      );
      const zoom = await places.getClusterExpansionZoom(found.properties.cluster_id);
      const center = /** @type {any} */ (found.geometry).coordinates;
      this.#drawn?.easeTo({ center, zoom: zoom + 0.5, duration: 120 });
    }
  }

  /** Names what is under the mouse. @param {{x: number, y: number} | null} at */
  #hover(at) {
    // While it moves, each frame has better to do.
    const found = at && !this.#drawn?.isMoving() && this.#found([at.x, at.y]);
    this.#tip.hidden = !found;
    if (!found || !at) return;
    this.#box.style.setProperty("--x", `${at.x}px`);
    this.#box.style.setProperty("--y", `${at.y}px`);
    const point = this.#points.get(found.properties.id);
    const machines = units(found.properties.machines, "machine");
    fill(
      this.#tip,
      point && !found.properties.cluster
        ? [h("b", null, isolated(point.place.name)), `${stateWords(point.state)[1]} · ${machines}`]
        : [h("b", null, machines), "Click to look closer"],
    );
  }

  #drawGrid() {
    const bounds = this.#drawn?.getBounds();
    if (!bounds) return;
    const { lines } = gridOf(/** @type {[Position, Position]} */ (bounds.toArray()));
    this.#put("grid", asLines(lines));
  }

  #measure() {
    const drawn = this.#drawn;
    if (!drawn) return;
    const { pixels, words } = scaleOf({
      latitude: drawn.getCenter().lat,
      zoom: drawn.getZoom(),
      pixels: SCALE_PIXELS,
    });
    const scale = byId("scale");
    if (scale.textContent !== words) scale.textContent = words;
    scale.style.setProperty("width", `${pixels}px`);
    this.#tip.hidden = true;
  }

  /** @param {string} source @param {any} data */
  #put(source, data) {
    /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (
      this.#drawn?.getSource(source)
    )?.setData(data);
  }

  /** In the colours that the page has now. */
  #paint() {
    const drawn = this.#drawn;
    if (!drawn) return;
    this.#colours = palette(this.#box);
    for (const { id, paint = {} } of /** @type {any[]} */ (styleOf(this.#colours).layers))
      for (const [name, value] of Object.entries(paint))
        drawn.setPaintProperty(id, /** @type {any} */ (name), value);
    for (const name of drawn.listImages()) {
      const { image } = markOf(name, this.#colours);
      drawn.updateImage(name, image);
    }
  }
}
