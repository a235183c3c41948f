/**
 * The stops of an order: where each is, how far it is, and what was planned and done there.
 * @module
 */
import { change, fill, h, icon, isolated, link, number, time, units } from "../../page/page.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { showPhotos } from "../files/lazily.js";
import { status } from "../../components/status/status.js";
import {
  isDone,
  isOpen,
  mapOf,
  nameAt,
  ofDay,
  placeOf,
  plannedUnits,
  PURPOSES,
  stopName,
  visitAddress,
  visitOf,
} from "../../words/order-words.js";
import { skipWords } from "../../words/skip-words.js";
import { answerWords } from "../../words/price-words.js";
import { lines } from "./order-lines.js";
import { priceMark, priceTable } from "./order-prices.js";
import { draftAt } from "./visit-drafts.js";

/** @typedef {import("../../words/order-words.js").ServiceOrder} ServiceOrder */
/** @typedef {import("../../words/order-words.js").Stop} Stop */
/** @typedef {import("../../words/order-words.js").Visit} Visit */
/** @typedef {import("./service-order-edit.js").OrderEdit} OrderEdit */
/**
 * What the page does with a stop when somebody asks for it; `takeBack` is of skips, by their ids.
 * @typedef {{skip: (stops: Stop[]) => void, takeBack: (ids: number[]) => void,
 *   reverse: (visit: Visit, stop: Stop) => void}} Acts
 */

export class OrderStops {
  /** @type {() => ServiceOrder} */ #shown;
  /** Null where nothing may be changed. @type {OrderEdit | null} */ #edit = null;
  #maySkip = false;
  /** Stops that the reader opened or closed. @type {Map<number, boolean>} */ #unfolded = new Map();
  /** @type {import("../../page/page.js").Page} */ #page;
  /** @type {Acts} */ #acts;

  /**
   * @param {import("../../page/page.js").Page} page
   * @param {() => ServiceOrder} order as the page knows it
   * @param {Acts} acts
   */
  constructor(page, order, acts) {
    this.#page = page;
    this.#shown = order;
    this.#acts = acts;
  }

  /** A row for each stop. @param {OrderEdit | null} edit null where nothing may be changed */
  rows(edit) {
    this.#edit = edit;
    this.#maySkip = isOpen(this.#order) && this.#page.may("skip_service.create_skip");
    return this.#order.cabinets.map((stop) => this.#row(stop));
  }

  get #order() {
    return this.#shown();
  }

  /** @param {Stop} stop */
  #row(stop) {
    const visit = visitOf(stop);
    const isToDo = !isDone(stop) && isOpen(this.#order);
    const details = h(
      "div",
      { class: "stack", id: `stop-${stop.cabinet_id}` },
      placeLines(stop),
      lines(this.#order, stop, visit, isToDo ? this.#quantity : null),
      priceTable(stop),
      this.#skipLine(stop),
      isToDo && this.#stopActions(stop),
      stop.visits.map((each) => this.#visitLine(each, stop)),
    );
    const { unfold, turn } = this.#folding(stop, details);
    const style = `stop${visit ? " is-visited" : ""}${this.#edit ? " is-editable" : ""}`;
    return h(
      "li",
      { class: style, dataset: { stop: String(stop.cabinet_id) } },
      h(
        "div",
        { class: "line", onclick: turn },
        this.#edit?.grip(stop),
        this.#whereOf(stop),
        this.#stateOf(stop, visit),
        h("span", { class: "loaded" }, ...loadedWords(stop, visit, this.#order)),
        h("span", { class: "do" }, isToDo && this.#visitLink(stop), unfold),
      ),
      details,
    );
  }

  /** @returns {import("./order-lines.js").Quantity | null} */
  get #quantity() {
    const edit = this.#edit;
    return edit && ((item, code) => edit.quantity(item, code));
  }

  /**
   * Folds and unfolds the details of a stop, by its button or its line.
   * @param {Stop} stop
   * @param {HTMLElement} details
   */
  #folding(stop, details) {
    const unfold = h("button", {
      class: "button plain square",
      type: "button",
      "aria-controls": details.id,
      "aria-label": `What to load and what was done: ${stopName(stop, this.#order)}`,
    });
    const setOpen = (/** @type {boolean} */ open) => {
      // Not hidden: on paper all of it shows.
      details.classList.toggle("is-folded", !open);
      unfold.ariaExpanded = String(open);
      fill(unfold, icon(open ? "chevron-up" : "chevron-down"));
    };
    const isMeant = stop.visits.some(({ id }) => String(id) === this.#page.params.visit_id);
    setOpen(this.#unfolded.get(stop.cabinet_id) ?? (isMeant || this.#order.cabinets.length === 1));
    const turn = (/** @type {Event} */ event) => {
      if (event.target instanceof Element && event.target.closest("a, button.grip")) return;
      const isFolded = details.classList.contains("is-folded");
      this.#unfolded.set(stop.cabinet_id, isFolded);
      setOpen(isFolded);
    };
    return { unfold, turn };
  }

  /** @param {Stop} stop */
  #whereOf(stop) {
    const words = [nameAt(stop), placeOf(stop)].filter(Boolean).join(", ");
    return h(
      "span",
      { class: "where" },
      link(`/devices/${stop.device_id}`, stopName(stop, this.#order)),
      h("span", { class: "muted truncate" }, words),
      priceMark(stop),
      elsewhere(stop, this.#order),
    );
  }

  /** @param {Stop} stop */
  #visitLink(stop) {
    if (!this.#page.may("visit_service.create_visit")) return null;
    const label = `Visit ${stopName(stop, this.#order)}`;
    const href = `/#${visitAddress(this.#order, stop)}`;
    return h("a", { class: "button", href, "aria-label": label }, "Visit");
  }

  /** @param {Stop} stop */
  #skipLine(stop) {
    const { skip: skipped } = stop;
    if (!skipped) return null;
    return h(
      "div",
      { class: "visit" },
      status("warn", "Skipped"),
      h("strong", null, skipWords(skipped)),
      h("span", null, `by ${isolated(skipped.username)}`),
      time(skipped.skipped_at),
      this.#order.status !== "cancelled" &&
        this.#page.may("skip_service.reverse_skip") &&
        h(
          "button",
          { class: "button end", type: "button", onclick: () => this.#acts.takeBack([skipped.id]) },
          icon("undo-2"),
          "Take back",
        ),
    );
  }

  /** @param {Stop} stop */
  #stopActions(stop) {
    const edit = this.#edit;
    return h(
      "div",
      { class: "bar stop-actions" },
      this.#maySkip &&
        h(
          "button",
          { class: "button", type: "button", onclick: () => this.#acts.skip([stop]) },
          icon("ban"),
          "Could not do it",
        ),
      edit &&
        this.#order.cabinets.length > 1 &&
        stop.visits.length === 0 &&
        h(
          "button",
          { class: "button", type: "button", onclick: () => edit.remove(stop) },
          icon("x"),
          "Take out of the order",
        ),
    );
  }

  /**
   * How far the stop is; also says what this phone has not sent.
   * @param {Stop} stop
   * @param {Visit | undefined} visit
   */
  #stateOf(stop, visit) {
    if (visit) return status("ok", "Visited");
    if (stop.skip) return status("warn", "Skipped");
    const draft = draftAt({
      user_id: this.#page.me.id,
      service_order_id: this.#order.id,
      cabinet_id: stop.cabinet_id,
    });
    if (draft.sending) return status("warn", "Not sent yet");
    if (!isOpen(this.#order)) return status("warn", "Not visited");
    return Object.keys(draft.entries).length > 0
      ? status("info", "Begun")
      : status("idle", "To do");
  }

  /** @param {Visit} visit @param {Stop} stop */
  #photos(visit, stop) {
    const host = h("div");
    openDialog({ heading: `Photos of visit ${visit.id}`, content: [host], wide: true });
    const name = stopName(stop, this.#order);
    const hint = "Photos show how the machine was left, or what was found there.";
    showPhotos(host, this.#page, { noun: "visit", noun_id: visit.id, name, hint });
  }

  /** @param {Visit} visit @param {Stop} stop */
  #visitLine(visit, stop) {
    const isMeant = String(visit.id) === this.#page.params.visit_id;
    const mayReverse = visit.reversed_at === null && this.#page.may("visit_service.reverse_visit");
    return h(
      "div",
      {
        class: `visit${visit.reversed_at ? " is-reversed" : ""}${isMeant ? " is-meant" : ""}`,
        id: `visit-${visit.id}`,
      },
      visit.reversed_at ? status("warn", "Reversed") : status("ok", "Recorded"),
      link(`/service-orders/${this.#order.id}?visit_id=${visit.id}`, `Visit ${visit.id}`),
      h("span", null, `by ${isolated(visit.username)}`),
      time(visit.finished_at),
      h("span", null, units(visit.units_added)),
      visit.price_answers.map((each) => h("span", null, answerWords(each))),
      visit.notes && h("span", { class: "muted" }, `“${visit.notes}”`),
      visit.reversed_at &&
        h(
          "span",
          null,
          "Reversed ",
          time(visit.reversed_at),
          visit.reversal_reason && `: ${visit.reversal_reason}`,
        ),
      h(
        "button",
        { class: "button plain end", type: "button", onclick: () => this.#photos(visit, stop) },
        icon("image"),
        "Photos",
      ),
      mayReverse &&
        h(
          "button",
          {
            class: "button danger",
            type: "button",
            onclick: () => this.#acts.reverse(visit, stop),
          },
          icon("undo-2"),
          "Reverse",
        ),
    );
  }
}

/**
 * The other open orders that this machine waits in.
 * @param {Stop} stop
 * @param {ServiceOrder} order
 */
const elsewhere = (stop, order) =>
  isOpen(order) &&
  stop.other_orders.map(({ service_order_id, scheduled_on }) =>
    h(
      "span",
      { class: "elsewhere" },
      icon("triangle-alert"),
      "Also in ",
      link(`/service-orders/${service_order_id}`, `order ${service_order_id}`),
      ` ${ofDay(scheduled_on)}, not visited yet`,
    ),
  );

/** What a driver must know of the place. @param {Stop} stop */
function placeLines(stop) {
  const map = mapOf(stop, navigator.userAgent);
  return [
    stop.location_notes &&
      h("p", { class: "place-note" }, icon("info"), h("span", null, stop.location_notes)),
    map &&
      h(
        "a",
        { class: "map", href: map, target: "_blank", rel: "noopener" },
        icon("map-pin"),
        stop.address || stop.location_name,
      ),
  ];
}

/** @param {Stop} stop @param {Visit | undefined} visit @param {ServiceOrder} order */
function loadedWords(stop, visit, order) {
  const planned = plannedUnits(stop);
  if (stop.skip) return [skipWords(stop.skip)];
  if (!visit)
    return [
      planned === 0 && order.purpose !== "fill"
        ? `To ${PURPOSES[order.purpose].toLowerCase()}`
        : `${units(planned)} to load`,
    ];
  const delta = visit.units_added - planned;
  return [
    `${number(visit.units_added)} of ${units(planned)}`,
    h("span", { class: "muted" }, delta === 0 ? "as planned" : `${change(delta)} against plan`),
  ];
}
