/**
 * Photos on their way: two at a time, each kept until the server has it, and sent again by itself
 * once there is a connection. Those of a visit wait until it is recorded.
 * @module
 */
import { api, ApiError } from "../../api.js";
import { onChanged } from "../../page/changes.js";
import { h } from "../../page/dom.js";
import { fitting } from "./fitting.js";
import { forgetPhoto, keepPhoto, keptPhotos } from "./kept.js";

/** @typedef {import("../../api.js").Schemas["File"]} Photo */
/**
 * What photos are of; of what is not recorded yet `noun_id` is 0 and `place` tells it from others.
 * @typedef {{noun: import("./kept.js").FileNoun, noun_id: number, place?: string}} Of
 */
/**
 * `away`: waits for a connection; `refused`: `problem` says why; `share` of it that is sent.
 * @typedef {Of & {file: File, picture: HTMLImageElement, state: "waiting" | "sending" | "away" |
 *   "refused", share: number, problem: string, kept: Promise<number>}} Upload
 */

const AT_ONCE = 2;
/** @type {Upload[]} */ let uploads = [];
/** @type {Set<(upload: Upload, photo: Photo | null) => void>} */ const listeners = new Set();
let running = 0;

addEventListener("online", sendAgain);
onChanged("everything", sendAgain);

/**
 * Hears of each step of an upload, with the photo at the last. Returns how to stop hearing.
 * @param {(upload: Upload, photo: Photo | null) => void} listener
 */
export function onSent(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Those on their way to a noun. @param {Of} of */
export const uploadsOf = ({ noun, noun_id, place = "" }) =>
  uploads.filter(
    (each) =>
      each.noun === noun && each.noun_id === noun_id && (noun_id !== 0 || each.place === place),
  );

/** @param {Of} of @param {File} file @param {number} user_id */
export function send({ noun, noun_id, place = "" }, file, user_id) {
  const kept = keepPhoto({ noun, noun_id, place, file, user_id, at: Date.now() });
  queue({ noun, noun_id, place }, file, kept);
}

/**
 * Sends what waited at a place: what it belongs to is recorded now.
 * @param {number} user_id @param {string} place @param {Of} of
 */
export async function sendFrom(user_id, place, of) {
  await sendKept(user_id);
  for (const upload of uploads.filter((each) => each.noun_id === 0 && each.place === place)) {
    const { file, kept } = upload;
    Object.assign(upload, of);
    upload.kept = keepPhoto({ ...of, place, file, user_id, at: Date.now() });
    kept.then(forgetPhoto);
  }
  next();
}

let isRecalled = false;

/** Sends what this person chose before a reload, whatever it belongs to. @param {number} user_id */
export async function sendKept(user_id) {
  if (isRecalled) return;
  isRecalled = true;
  for (const { id, noun, noun_id, place, file } of await keptPhotos(user_id))
    queue({ noun, noun_id, place }, file, Promise.resolve(id));
}

/** Again, what waits for a connection or was refused. @param {Upload} upload */
export function again(upload) {
  upload.state = "waiting";
  tell(upload);
  next();
}

/** No more of it. @param {Upload} upload */
export function giveUp(upload) {
  forget(upload);
  tell(upload);
}

/** What waits for a connection. */
export function sendAgain() {
  for (const upload of uploads.filter(({ state }) => state === "away")) again(upload);
}

/** @param {Of} of @param {File} file @param {Promise<number>} kept */
function queue(of, file, kept) {
  const picture = h("img", { src: URL.createObjectURL(file), alt: "" });
  /** @type {Upload} */
  const upload = { ...of, file, picture, state: "waiting", share: 0, problem: "", kept };
  uploads.push(upload);
  tell(upload);
  next();
}

async function next() {
  const upload = uploads.find(({ state, noun_id }) => state === "waiting" && noun_id !== 0);
  if (!upload || running >= AT_ONCE) return;
  running += 1;
  upload.state = "sending";
  upload.share = 0;
  next();
  tell(upload);
  try {
    const photo = await sent(upload);
    forget(upload);
    tell(upload, photo);
  } catch (error) {
    refused(upload, error);
  } finally {
    running -= 1;
    next();
  }
}

/** @param {Upload} upload @returns {Promise<Photo>} */
async function sent(upload) {
  const { noun, noun_id } = upload;
  const file = await fitting(upload.file, upload.picture);
  if (!file)
    throw new ApiError({
      status: 413,
      title: "Too large",
      detail: "It is larger than 15 MB, and this browser cannot open it to make it smaller.",
    });
  const told = (/** @type {number} */ share) => {
    upload.share = share;
    tell(upload);
  };
  return api.file_service.create_file({ noun, noun_id, file }, { via: telling(told) });
}

/** @param {Upload} upload @param {unknown} error */
function refused(upload, error) {
  if (!(error instanceof ApiError)) throw error;
  const isAway = error.status === 0 || error.status >= 502;
  upload.state = isAway ? "away" : "refused";
  upload.problem = wordsOf(upload, error);
  // What the server will not have is not offered to it again after a reload.
  if (!isAway) upload.kept.then(forgetPhoto);
  tell(upload);
}

/** @param {Upload} upload @param {ApiError} error */
function wordsOf({ file }, { status, detail, errors }) {
  if (status === 0) return "No connection. It is kept on this device and sent by itself.";
  const [first] = errors;
  return first ? `${file.name} ${first.message}.` : detail;
}

/** @param {Upload} upload */
function forget(upload) {
  uploads = uploads.filter((each) => each !== upload);
  upload.kept.then(forgetPhoto);
  URL.revokeObjectURL(upload.picture.src);
}

/** @param {Upload} upload @param {Photo | null} [photo] */
function tell(upload, photo = null) {
  for (const listener of listeners) listener(upload, photo);
}

/**
 * A way to send that tells how much of it is sent, which fetch does not.
 * @param {(share: number) => void} told
 * @returns {(url: string, request: RequestInit) => Promise<Response>}
 */
const telling = (told) => (url, request) =>
  new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.open(request.method ?? "POST", url);
    for (const [name, value] of new Headers(request.headers)) asked.setRequestHeader(name, value);
    asked.responseType = "blob";
    asked.upload.onprogress = ({ loaded, total }) => told(loaded / total);
    asked.onload = () =>
      resolve(new Response(asked.response, { status: asked.status, headers: headersOf(asked) }));
    asked.onerror = () => reject(new TypeError("Nothing came back."));
    asked.send(/** @type {XMLHttpRequestBodyInit} */ (request.body));
  });

/** @param {XMLHttpRequest} asked */
const headersOf = (asked) =>
  asked
    .getAllResponseHeaders()
    .trim()
    .split("\r\n")
    .map(
      (line) =>
        /** @type {[string, string]} */ ([
          line.slice(0, line.indexOf(":")),
          line.slice(line.indexOf(":") + 1).trim(),
        ]),
    );
