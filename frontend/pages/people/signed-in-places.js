/**
 * Where somebody is signed in, a row for each session, on the profile and for an administrator.
 * @module
 */
import { h, time } from "../../page/page.js";
import { status } from "../../components/status/status.js";

/** @typedef {import("../../api.js").Schemas["Session"]} Session */

/** What a session was opened on. @param {string} device */
export const placeWords = (device) => device || "a device that is not known";

/**
 * @param {Session[]} sessions
 * @param {(session: Session) => void} end ends one that is not this
 */
export function placesList(sessions, end) {
  if (sessions.length === 0) return h("p", { class: "muted" }, "Signed in nowhere.");
  return h(
    "ul",
    { class: "rows", "aria-label": "Sessions" },
    sessions.map((session) =>
      h("li", null, known(session), !session.is_this && ending(session, end)),
    ),
  );
}

/** @param {Session} session */
function known({ device, address, opened_at, last_used_at, is_this }) {
  return h(
    "div",
    { class: "way-in" },
    h("div", { class: "name" }, device || "Device not known", is_this && status("ok", "This one")),
    h(
      "div",
      { class: "known" },
      h("span", null, "Last used ", time(last_used_at)),
      h("span", null, "Opened ", time(opened_at)),
      address && h("span", null, `From ${address}`),
    ),
  );
}

/** @param {Session} session @param {(session: Session) => void} end */
function ending(session, end) {
  const label = `Sign out on ${placeWords(session.device)}`;
  return h(
    "button",
    { class: "button", type: "button", "aria-label": label, onclick: () => end(session) },
    "Sign out",
  );
}
