import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import { hitOf } from "../../frontend/words/hits.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const found = (noun, more) =>
  hitOf({
    noun,
    id: 7,
    title: "Seven",
    name: null,
    detail: null,
    status: null,
    scheduled_on: null,
    edits: 0,
    rank: 1,
    ...more,
  });

/** A text without what keeps names in their direction. */
const plain = (text) => text.replace(/[\u2066-\u2069]/g, "");

describe("a hit", () => {
  test("leads to where it is shown", () => {
    const to = (noun, more) => found(noun, more).to;
    assert.equal(to("device"), "/devices/7");
    assert.equal(to("product"), "/products/7");
    assert.equal(to("location", { title: "A & B" }), "/locations?q=A%20%26%20B");
    assert.equal(to("route"), "/route-board/7");
    assert.equal(to("user", { detail: "max", status: "manager" }), "/users?q=max");
    assert.equal(to("ticket"), "/tickets/7");
    assert.equal(to("service_order", { status: "planned" }), "/service-orders/7");
  });

  test("is called so that it is known", () => {
    assert.equal(plain(found("device", { name: "Lobby" }).label), "Seven Lobby");
    assert.equal(found("device", { name: "Seven" }).label, "Seven");
    assert.equal(found("device", { detail: "Station" }).detail, "Station");
    assert.equal(found("product").detail, "Product");
    assert.equal(found("location").detail, "Location");
    assert.equal(found("route").detail, "Route");
    assert.equal(plain(found("route", { detail: "dora" }).detail), "Route of dora");
    assert.equal(found("ticket").detail, "Ticket");
    assert.equal(plain(found("ticket", { detail: "M1" }).detail), "Ticket of M1");
    const user = found("user", { detail: "max", status: "manager" });
    assert.equal(user.detail, "max · Manager");
    assert.equal(found("user", { detail: null, status: "driver" }).to, "/users?q=");
  });

  test("of an order says when it is and whose", () => {
    const open = found("service_order", { title: "", status: "planned", detail: "dora" });
    assert.equal(plain(open.label), "Order 7, No route");
    assert.equal(open.detail, "dora · not scheduled");
    const dated = found("service_order", { status: "planned", scheduled_on: "2026-03-04" });
    assert.match(dated.detail, /Mar 4/);
    assert.equal(found("service_order", { status: "cancelled" }).detail, "Cancelled");
  });
});
