/**
 * Saying where a location is: a pin that is dragged, a click on the map, arrows, or coordinates
 * typed or pasted.
 * @module
 */
import {
  api,
  byId,
  changed,
  fill,
  h,
  icon,
  isolated,
  toast,
  toastProblem,
} from "../../page/page.js";
import { positionIn, rounded } from "../../words/map-points.js";

/** @typedef {import("../../words/map-points.js").Place} Place */
/** @typedef {import("../../words/map-points.js").Position} Position */
/** @typedef {import("../../api.js").Schemas["Location"]} Location */

const STEP_PIXELS = 4;
/** @type {Record<string, [right: number, down: number]>} */
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const WRONG = "Type latitude and longitude in degrees, such as 52.5200, 13.4050.";
/** Ends what is going on, if something is. */
let end = () => {};

/**
 * Asks for the position of a place in the bar over the map.
 * @param {import("./map-view.js").MapView} view
 * @param {Place} place
 * @param {() => void} placed
 */
export function askPosition(view, place, placed) {
  end();
  const mark = pinButton(place);
  const pin = view.pin(mark, place.position);
  const typed = coordinates(pin?.position ?? place.position);
  const problem = h("span", { class: "bad small", role: "alert" });
  const show = () => {
    if (pin) typed.value = wordsOf(pin.position);
    problem.textContent = "";
  };
  pin?.onDrag(show);
  mark.onkeydown = (event) => {
    const [right, down] = ARROWS[event.key] ?? [0, 0];
    if (!right && !down) return;
    event.preventDefault();
    event.stopPropagation();
    pin?.nudge(right * STEP_PIXELS, down * STEP_PIXELS);
    show();
  };
  typed.oninput = () => {
    const position = positionIn(typed.value);
    if (position && pin) pin.position = position;
    if (position) view.show(position);
  };
  view.take = (position) => {
    if (pin) pin.position = position;
    show();
  };
  end = () => {
    byId("placing").hidden = true;
    pin?.remove();
    view.take = null;
    document.removeEventListener("keydown", onEscape);
    end = () => {};
  };
  document.addEventListener("keydown", onEscape);
  showBar(place, typed, problem, () => {
    const position = positionIn(typed.value);
    if (position) {
      end();
      move(place, position, placed).catch(toastProblem);
    } else {
      problem.textContent = WRONG;
      typed.focus();
    }
  });
  (pin ? mark : typed).focus();
}

/**
 * @param {Place} place
 * @param {HTMLInputElement} typed
 * @param {HTMLElement} problem
 * @param {() => void} save
 */
function showBar({ name }, typed, problem, save) {
  const onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    save();
  };
  const bar = byId("placing");
  bar.hidden = false;
  fill(
    bar,
    h(
      "form",
      { class: "bar", onsubmit },
      h("b", { class: "truncate" }, isolated(name)),
      h("span", { class: "muted small" }, "Drag the pin, click the map, or type"),
      typed,
      h("button", { class: "button primary", type: "submit" }, "Save position"),
      h("button", { class: "button plain", type: "button", onclick: () => end() }, "Cancel"),
      problem,
    ),
  );
}

/** @param {Position | null} position */
const coordinates = (position) =>
  h("input", {
    class: "input",
    "aria-label": "Latitude and longitude",
    placeholder: "52.5200, 13.4050",
    value: position ? wordsOf(position) : "",
  });

/** @param {Place} place */
const pinButton = ({ name }) =>
  h(
    "button",
    {
      class: "map-pin",
      type: "button",
      "aria-label": `Position of ${isolated(name)}: arrows move it`,
    },
    icon("map-pin"),
  );

/** @param {KeyboardEvent} event */
function onEscape(event) {
  if (event.key === "Escape") end();
}

/**
 * Writes where a place is, and offers to take that back.
 * @param {Place} place
 * @param {Position} position
 * @param {() => void} placed
 */
async function move({ id: location_id }, [longitude, latitude], placed) {
  const before = await api.location_service.get_location({ location_id });
  await write(before, { latitude, longitude }, placed);
}

/**
 * Undo gives back the position that was there before, unless somebody changed the location since.
 * @param {Location} before
 * @param {Pick<Location, "latitude" | "longitude">} position
 * @param {() => void} placed shows what holds now
 */
async function write(before, position, placed) {
  const { id: location_id, version, name, latitude, longitude } = before;
  try {
    const now = await api.location_service.update_location({ location_id, version, ...position });
    changed("location");
    const words =
      position.latitude === null
        ? `Took ${isolated(name)} off the map`
        : `Put ${isolated(name)} on the map`;
    const run = () => write(now, { latitude, longitude }, placed);
    toast(words, { action: "Undo", run });
  } finally {
    placed();
  }
}

/** @param {Position} position */
const wordsOf = ([longitude, latitude]) => `${rounded(latitude)}, ${rounded(longitude)}`;
