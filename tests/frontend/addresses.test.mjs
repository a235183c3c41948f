import assert from "node:assert/strict";
import { test } from "node:test";
import { asQuery, isOpenTo, resolve, ROUTES, seenAt } from "../../frontend/page/addresses.js";

test("an address shows its page, with what it names and what it asks", () => {
  const found = resolve("#/devices/12?tab=sales");
  assert.equal(found.route.page, "device");
  assert.equal(found.key, "/devices/12");
  assert.deepEqual(found.fixed, { device_id: "12" });
  assert.deepEqual(found.params, { tab: "sales" });
  assert.equal(found.source, "/pages/device.html?tab=sales&device_id=12");
});

test("two ways to say one page share its frame", () => {
  const [board, ofRoute] = [resolve("#/route-board"), resolve("#/route-board/3?q=lobby")];
  assert.equal(board.key, ofRoute.key);
  assert.deepEqual(ofRoute.fixed, {});
  assert.deepEqual(ofRoute.params, { q: "lobby", route_id: "3" });
});

test("an address may end with a slash, and need not begin with a hash", () => {
  assert.equal(resolve("/products/").route.page, "products");
});

test("nobody has an address that is not listed", () => {
  assert.equal(resolve("#/nowhere"), null);
  assert.equal(resolve("#/devices/12/nowhere"), null);
  assert.equal(resolve(""), null);
});

test("every page is found under its own address", () => {
  for (const { path, page } of ROUTES)
    assert.equal(resolve(`#${path.replaceAll(/:\w+/g, "7")}`).route.page, page);
});

test("empty values leave the address", () => {
  const params = {
    q: "cola & co",
    none: null,
    not: undefined,
    empty: "",
    off: false,
    on: true,
    n: 0,
  };
  assert.equal(asQuery(params), "?q=cola+%26+co&on=true&n=0");
  assert.equal(asQuery({}), "");
});

test("a page is open to whom one of its operations is", () => {
  const only =
    (...allowed) =>
    (operation) =>
      allowed.includes(operation);
  const dex = ROUTES.find(({ page }) => page === "dex");
  const profile = ROUTES.find(({ page }) => page === "profile");
  assert.equal(isOpenTo(dex, only("dex_read_service.create_dex_read")), true);
  assert.equal(isOpenTo(dex, only("dex_read_service.list_dex_reads")), true);
  assert.equal(isOpenTo(dex, only()), false);
  assert.equal(
    isOpenTo(
      ROUTES.find(({ page }) => page === "users"),
      only(),
    ),
    false,
  );
  assert.equal(isOpenTo(profile, only()), true);
});

test("a noun is seen on its own page, or in its list, or nowhere", () => {
  assert.equal(seenAt("device", 12), "/devices/12");
  assert.equal(seenAt("route", 3), "/route-board/3");
  assert.equal(seenAt("location", 4), "/locations");
  assert.equal(seenAt("visit", 5), null);
});

test("the rail has its pages in order, and no place twice", () => {
  const menu = ROUTES.filter((route) => route.menu).map((route) => route.menu.join(" "));
  assert.equal(new Set(menu).size, menu.length);
  assert.equal(menu[0], " 1");
  assert.match(menu.at(-1), /^Admin /);
  const firstHidden = ROUTES.findIndex((route) => !route.menu);
  assert.equal(firstHidden, menu.length);
});

test("no letter goes to two pages", () => {
  const letters = ROUTES.flatMap(({ letter }) => letter ?? []);
  assert.equal(new Set(letters).size, letters.length);
});
