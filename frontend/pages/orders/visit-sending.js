/**
 * Sending a visit from a phone: once, however often it takes.
 * @module
 */
import { api, ApiError, money, number } from "../../page/page.js";
import { newKey } from "../../api.js";
import { draftAt, forgetDraft, isSameStop, keepDraft, unsentVisits } from "./visit-drafts.js";
import { sendPhotosOf } from "./visit-photos.js";

/** @typedef {import("./visit-drafts.js").Body} Body */
/** @typedef {import("./visit-drafts.js").Draft} Draft */
/** @typedef {import("./visit-drafts.js").Where} Where */
/** @typedef {import("../../words/order-words.js").Visit} Visit */

/** The time as the API writes it. */
export const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/**
 * Puts what is entered into the draft; the same content keeps its key.
 * @param {Where} where
 * @param {Draft} draft
 * @param {Body["fills"]} fills
 * @param {NonNullable<Body["price_answers"]>} answers
 */
export function prepare(where, draft, fills, answers) {
  const notes = draft.notes.trim();
  const before = draft.sending?.body;
  const price_answers = answers.length > 0 ? { price_answers: answers } : {};
  const content = (/** @type {Partial<Body>} */ body) =>
    JSON.stringify([body.fills, body.notes, body.price_answers ?? []]);
  if (!before || content(before) !== content({ fills, notes, ...price_answers })) {
    const started = draft.started_at ? { started_at: draft.started_at } : {};
    draft.sending = {
      key: newKey(),
      body: {
        cabinet_id: where.cabinet_id,
        fills,
        ...price_answers,
        notes,
        ...started,
        finished_at: now(),
      },
    };
  }
  keepDraft(where, draft);
}

/**
 * Sends what was prepared. A phone whose clock is wrong leaves the time to the server.
 * @param {Where} where
 * @param {Draft} draft
 * @returns {Promise<Visit>}
 */
export async function sendDraft(where, draft) {
  try {
    return await post(where, draft);
  } catch (error) {
    if (!draft.sending || !(error instanceof ApiError) || !isAboutClock(error)) throw error;
    const { started_at: _started, finished_at: _finished, ...body } = draft.sending.body;
    draft.sending = { key: newKey(), body };
    keepDraft(where, draft);
    return post(where, draft);
  }
}

/** @param {Where} where @param {Draft} draft @returns {Promise<Visit>} */
function post({ service_order_id }, { sending, purpose }) {
  if (!sending) throw new Error("Nothing was prepared to be sent.");
  if (service_order_id === 0)
    return api.visit_service.create_unplanned_visit(
      { ...sending.body, ...(purpose ? { purpose } : {}) },
      { key: sending.key },
    );
  return api.visit_service.create_visit(
    { service_order_id, ...sending.body },
    { key: sending.key },
  );
}

/** The stops whose visit is on its way. @type {Set<Where>} */
const underway = new Set();

/** @param {Where} where */
export const isUnderway = (where) => [...underway].some((each) => isSameStop(each, where));

/**
 * The visit of this stop is on its way until `send` is through.
 * @param {Where} where
 * @param {() => Promise<void>} send
 */
export async function untilAnswered(where, send) {
  underway.add(where);
  try {
    await send();
  } finally {
    underway.delete(where);
  }
}

let isWaitingSent = false;

/**
 * Sends the visits of other stops that found no connection; what is refused stays until somebody
 * opens it.
 * @param {Where} here
 * @returns {Promise<number>} how many were sent
 */
export async function sendWaiting(here) {
  if (isWaitingSent) return 0;
  isWaitingSent = true;
  let sent = 0;
  try {
    for (const where of unsentVisits(here.user_id)) {
      if (isSameStop(where, here) || isUnderway(where)) continue;
      const visit = await sendDraft(where, draftAt(where));
      forgetDraft(where);
      await sendPhotosOf(where, visit.id);
      sent += 1;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  } finally {
    isWaitingSent = false;
  }
  return sent;
}

/** @param {ApiError} error */
const isAboutClock = ({ errors }) =>
  errors.length > 0 &&
  errors.every(({ pointer }) => pointer === "/started_at" || pointer === "/finished_at");

/** @param {ApiError} error */
export const isAtSlots = ({ errors }) =>
  errors.some(({ pointer }) => /^\/(fills|price_answers)\//.test(pointer));

/**
 * Was what the phone tried to send recorded, and only its answer lost?
 * @param {Draft} draft
 * @param {Visit} visit
 */
export function wasRecorded({ sending }, { fills, price_answers }) {
  const said = new Map(price_answers.map(({ slot_id, outcome }) => [slot_id, outcome]));
  const mySaid = sending?.body.price_answers ?? [];
  if (mySaid.length !== said.size) return false;
  if (mySaid.some(({ slot_id, outcome }) => said.get(slot_id) !== outcome)) return false;

  const mine =
    sending?.body.fills.filter(
      ({ added, counted, removed }) => added > 0 || removed > 0 || counted !== null,
    ) ?? [];
  const theirs = new Map(fills.map((each) => [each.slot_id, each]));
  return (
    mine.length === theirs.size &&
    mine.every(({ slot_id, added, counted, removed }) => {
      const other = theirs.get(slot_id);
      return (
        other !== undefined &&
        other.added === added &&
        other.counted === counted &&
        other.removed === removed
      );
    })
  );
}

/**
 * What was to be sent and cannot be any more.
 * @param {Draft} draft
 * @param {Map<number, string>} codes of slots
 */
export function lostWords({ sending }, codes) {
  const loaded = sending?.body.fills.filter(({ added }) => added > 0) ?? [];
  const codeAt = (/** @type {number} */ id) => codes.get(id) ?? "another slot";
  const prices = sending?.body.price_answers?.filter(({ outcome }) => outcome === "done") ?? [];
  const words = [
    ...loaded.map(({ slot_id, added }) => `${codeAt(slot_id)} ${number(added)}`),
    ...prices.map((each) => `${codeAt(each.slot_id)} set to ${money(each.price_cents)}`),
  ].join(", ");
  return `Yours was not recorded. You had entered: ${words || "nothing"}. If that is right, tell the office.`;
}
