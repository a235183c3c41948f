/**
 * Webhooks and their deliveries in words.
 * @module
 */
import { units } from "./format.js";

/** @typedef {import("../api.js").Schemas["Webhook"]} Webhook */
/** @typedef {import("../api.js").Schemas["WebhookDelivery"]} Delivery */
/** @typedef {import("../components/status/status.js").Kind} Kind */

/** How a webhook stands. @type {Record<Webhook["state"], [Kind, string, string]>} */
export const STATES = {
  active: ["ok", "Active", "What happens is sent at once"],
  retrying: ["warn", "Retrying", "The last try failed; what follows waits in its order"],
  paused: ["bad", "Paused", "It failed for three days; what happens waits until you resume it"],
  disabled: ["idle", "Off", "It is told of nothing"],
};

/** What became of a delivery. @type {Record<Delivery["state"], [Kind, string]>} */
export const DELIVERY_STATES = {
  waiting: ["info", "Waiting"],
  delivered: ["ok", "Delivered"],
  failed: ["bad", "Failed"],
};

/** What a webhook may see. @type {Record<Webhook["detail"], string>} */
export const DETAILS = {
  references: "Ids, states and times",
  full: "Everything: names, amounts and texts as well",
};

/** @param {Delivery} delivery @returns {[Kind, string]} */
export const stateOf = ({ state, attempts }) =>
  state === "waiting" && attempts > 0 ? ["warn", "Tried again"] : DELIVERY_STATES[state];

/** What the receiver said to the last try. @param {Delivery} delivery */
export function answerWords({ status, problem, duration_ms }) {
  if (problem) return problem;
  if (status === null) return "";
  return `${status} in ${durationWords(duration_ms ?? 0)}`;
}

/** @param {number} ms */
export const durationWords = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/** The name of a webhook: what it is for, or where it leads. @param {{description: string, url: string}} webhook */
export const nameOf = ({ description, url }) => description || hostOf(url);

/** @param {string} url */
export function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** What is left to do, in a few words; empty for nothing. @param {Webhook} webhook */
export function leftWords({ waiting, failed }) {
  const words = [];
  if (waiting) words.push(`${waiting >= 1000 ? "1,000 or more" : waiting} waiting`);
  if (failed) words.push(`${failed >= 1000 ? "1,000 or more" : failed} failed`);
  return words.join(", ");
}

/** Something has been due for so long that nobody can be sending. */
const UNSENT_MS = 2 * 60_000;

/** Whether nobody sends what is due. @param {Webhook} webhook */
export const isUnsent = ({ state, next_at }, now = Date.now()) =>
  state === "active" && next_at !== null && Date.parse(next_at) < now - UNSENT_MS;

/** What is sent again. @param {{count: number, more: boolean}} replayed */
export const replayedWords = ({ count, more }) =>
  count === 0
    ? "Nothing happened since then"
    : `${units(count, "delivery", "deliveries")} sent again${more ? "; there are more, these are the oldest" : ""}`;

/** A body with its lines, as people read it. @param {string} body */
export function readable(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** How a receiver verifies who asks. */
export const EXAMPLES = {
  python: `# pip install flask standardwebhooks
from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook("whsec_…")  # the secret, from a place of secrets
seen = set()                  # of your database: each webhook-id once

@app.post("/hooks/cvd")
def told():
    try:
        event = webhook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 401
    if event["id"] not in seen:
        print(event["type"], event["data"])
        seen.add(event["id"])
    return "", 204
`,
  javascript: `// npm install express standardwebhooks
import express from "express";
import { Webhook } from "standardwebhooks";

const app = express();
const webhook = new Webhook("whsec_…"); // the secret, from a place of secrets
const seen = new Set();                 // of your database: each webhook-id once

app.post("/hooks/cvd", express.raw({ type: "application/json" }), (request, response) => {
  let event;
  try {
    event = webhook.verify(request.body.toString(), request.headers);
  } catch {
    return response.sendStatus(401);
  }
  if (!seen.has(event.id)) {
    console.log(event.type, event.data);
    seen.add(event.id);
  }
  response.sendStatus(204);
});

app.listen(3000);
`,
};
