/**
 * The photos of a stop: those taken before its visit is recorded wait on this phone for that.
 * @module
 */
import { fetchPhotos, photosLazily, sendPhotosFrom, showPhotos } from "../files/lazily.js";
import { h } from "../../page/page.js";

/** @typedef {import("../../page/page.js").Page} Page */
/** @typedef {import("./visit-drafts.js").Where} Where */

const VISIT = "Photos show how the machine was left, or what was found there.";
const MACHINE = "A photo of the machine shows the office why it could not be done.";
const host = h("div", { class: "photo-place" });

// Where the machine is there may be no connection.
fetchPhotos();

/** @param {Where} where */
const placeOf = ({ service_order_id, cabinet_id }) => `visit-${service_order_id}-${cabinet_id}`;

/**
 * What waited at a stop goes to the visit that is recorded there.
 * @param {Where} where @param {number} visit_id
 */
export const sendPhotosOf = (where, visit_id) =>
  sendPhotosFrom(where.user_id, placeOf(where), { noun: "visit", noun_id: visit_id });

/**
 * At a stop without a visit yet.
 * @param {Page} page @param {Where} where @param {string} name of the stop
 */
export function photosBefore(page, where, name) {
  const of = { noun: /** @type {const} */ ("visit"), noun_id: 0, place: placeOf(where) };
  photosLazily(host, page, { ...of, name, hint: VISIT });
  return host;
}

/**
 * Of a recorded visit.
 * @param {Page} page @param {Where} where @param {string} name of the stop
 * @param {number} visit_id
 */
export function photosAfter(page, where, name, visit_id) {
  const subject = { noun: /** @type {const} */ ("visit"), noun_id: visit_id, name, hint: VISIT };
  sendPhotosOf(where, visit_id).then(() => showPhotos(host, page, subject));
  return host;
}

/**
 * Where it could not be done: those of the machine.
 * @param {Page} page @param {Where} where @param {import("../../words/order-words.js").Stop} stop
 */
export function photosOfMachine(page, where, { asset, device_id }) {
  const of = { noun: /** @type {const} */ ("device"), noun_id: device_id };
  sendPhotosFrom(where.user_id, placeOf(where), of).then(() =>
    showPhotos(host, page, { ...of, name: asset, hint: MACHINE }),
  );
  return host;
}
