/**
 * The dearest alerts that are open, at the head of Today.
 * @module
 */
import { api, byId, fill, h, isolated, link, money, number, time } from "../../page/page.js";
import { placeOf } from "../../words/alert-words.js";

/** @typedef {import("../../api.js").Schemas["Alert"]} Alert */

const FEW = 5;

/** Shows them, or nothing where none is open. @param {import("../../page/page.js").Page} page */
export async function showAlerts({ may }) {
  const place = byId("alerts");
  if (!may("alert_service.list_alerts")) return;
  const [{ items }, { open, more, lost_cents_per_day: lost }] = await Promise.all([
    api.alert_service.list_alerts({ limit: FEW }),
    api.alert_service.get_alert_summary(),
  ]);
  place.hidden = open === 0;
  fill(
    place,
    h(
      "header",
      null,
      h("h2", null, "Alerts"),
      h("span", { class: "count" }, number(open) + (more ? "+" : "")),
      lost > 0 && h("span", { class: "muted small" }, `about ${money(lost)} a day`),
      h("span", { class: "end small" }, link("/alerts", "All alerts")),
    ),
    h("ul", { class: "rows orders" }, items.map(row)),
  );
}

/** @param {Alert} alert */
const row = (alert) =>
  h(
    "li",
    { dataset: { row: "" } },
    h(
      "span",
      { class: "subject truncate" },
      link(placeOf(alert), isolated(alert.asset ?? alert.detail)),
      h("span", { class: "muted" }, alert.asset ? isolated(alert.detail) : ""),
    ),
    h(
      "span",
      { class: "muted nowrap" },
      alert.lost_cents_per_day ? `${money(alert.lost_cents_per_day)} a day` : time(alert.opened_at),
    ),
  );
