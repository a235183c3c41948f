/**
 * A visit in words: before it is recorded, and afterwards.
 * @module
 */
import { dateTime, h, icon, isolated, number, time, units } from "../../page/page.js";
import { againstPlan } from "./fills.js";
import { codeOf } from "../../words/slots.js";
import { answerWords } from "../../words/price-words.js";
import { nameAt, placeOf, plannedUnits, stopName } from "../../words/order-words.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */
/** @typedef {import("./slot-fill.js").SlotFill} SlotFill */

const NAMED = 8;

/** What is about to be recorded. @param {SlotFill[]} cards */
export function review(cards) {
  const loaded = cards.filter(({ entry }) => (entry.added ?? 0) > 0);
  const added = loaded.reduce((sum, { entry }) => sum + (entry.added ?? 0), 0);
  const removed = cards.reduce((sum, { entry }) => sum + entry.removed, 0);
  const counted = cards.filter(({ entry }) => entry.counted !== null).length;
  const left = cards.filter(({ isLeft }) => isLeft);
  const prices = cards.flatMap(({ price }) => price ?? []);
  const unsaid = prices.filter(({ entry }) => entry.outcome === null);
  const set = prices.filter(({ entry }) => entry.outcome === "done").length;
  const facts = [
    `${units(added)} into ${units(loaded.length, "slot")}`,
    removed > 0 && `${number(removed)} removed`,
    counted > 0 && `${units(counted, "slot")} counted`,
    set > 0 && `${units(set, "price")} set`,
  ]
    .filter(Boolean)
    .join(", ");
  return [
    // Focus stays off the note, so that a phone opens no keyboard over the question.
    h(
      "p",
      { class: "against", tabindex: -1, autofocus: true },
      againstPlan(
        cards.map(({ holds, planned, entry }) => ({
          code: codeOf(holds),
          planned,
          added: entry.added ?? 0,
        })),
      ),
    ),
    h("p", null, `${facts}.`),
    left.length > 0 &&
      h(
        "p",
        { class: "note" },
        `${units(left.length, "slot")} without an entry, recorded as nothing loaded: ${left
          .slice(0, NAMED)
          .map(({ holds }) => codeOf(holds))
          .join(", ")}${left.length > NAMED ? "…" : ""}.`,
      ),
    unsaid.length > 0 &&
      h(
        "p",
        { class: "note" },
        `${units(unsaid.length, "price")} not looked at, to do at the next visit: ${unsaid
          .slice(0, NAMED)
          .map((task) => codeOf(task.of))
          .join(", ")}${unsaid.length > NAMED ? "…" : ""}.`,
      ),
  ];
}

/**
 * What was recorded, and where to go from there.
 * @param {ServiceOrder} order
 * @param {Stop} stop
 * @param {Visit} visit
 * @param {Stop | undefined} next
 */
export function outcome(order, stop, visit, next) {
  const done = new Map(visit.fills.map((each) => [each.slot_id, each]));
  const planned = new Map(stop.items.map((item) => [item.slot_id, item]));
  const slots = [...new Set([...planned.keys(), ...done.keys()])].map((id) => {
    const item = planned.get(id);
    const slot = item ?? done.get(id);
    return {
      code: slot ? codeOf(slot) : "",
      planned: item?.quantity ?? 0,
      added: done.get(id)?.added ?? 0,
    };
  });
  const skipped = order.cabinets.filter(({ skip }) => skip !== null).length;
  const isPlanned = order.origin === "planned";
  return [
    h(
      "div",
      { class: "outcome", role: "status" },
      h("strong", null, icon("circle-check"), `${units(visit.units_added)} loaded`),
      isPlanned && h("p", { class: "against" }, againstPlan(slots)),
      visit.price_answers.map((each) => h("p", null, `${answerWords(each)}.`)),
      h("p", null, `Recorded by ${isolated(visit.username)}, `, time(visit.finished_at), "."),
    ),
    next && nextLink(order, next),
    order.status === "completed" &&
      isPlanned &&
      h(
        "p",
        { class: "where" },
        skipped === 0
          ? `Order ${order.id} is done: all ${units(order.cabinets.length, "stop")} visited.`
          : `Order ${order.id} is finished: ${units(order.cabinets.length - skipped, "stop")} ` +
              `visited, ${number(skipped)} skipped.`,
      ),
    orderLink(order),
    !next && h("a", { class: "button wide rest", href: "/#/service-orders" }, "Service orders"),
  ];
}

/** @param {ServiceOrder} order @param {Stop} next */
export function nextLink(order, next) {
  return h(
    "a",
    { class: "next", href: `/#/service-orders/${order.id}/visits/${next.cabinet_id}` },
    h(
      "span",
      null,
      "Next stop",
      h("strong", null, stopName(next, order)),
      [nameAt(next), placeOf(next), units(plannedUnits(next))].filter(Boolean).join(", "),
    ),
    icon("arrow-right"),
  );
}

/** @param {ServiceOrder} order */
export const orderLink = (order) =>
  order.id !== 0 &&
  h("a", { class: "button wide rest", href: `/#/service-orders/${order.id}` }, `Order ${order.id}`);

/** Why nothing can be recorded any more. @param {ServiceOrder} order */
export function closedWords({ id, status, cancelled_at, cancellation_reason }) {
  const reason = cancellation_reason ?? "no reason given";
  const fate =
    status === "cancelled"
      ? `Order ${id} was cancelled ${dateTime(cancelled_at)}: ${reason}.`
      : `Order ${id} is completed.`;
  return `${fate} Nothing can be recorded any more.`;
}
