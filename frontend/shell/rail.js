/**
 * The rail, and the bar that a phone has in its place: the pages that the role may open.
 * @module
 */
import { byId, fill, h, icon } from "../page/dom.js";
import { isOpenTo, ROUTES } from "../page/addresses.js";
import { showAlertCount } from "./alert-count.js";
import { closeDrawer, openDrawer } from "./drawer.js";
import { addressOf, focusFrame, shownKey } from "./frames.js";
import { COMMAND, goAnywhere } from "./keys.js";
import { markPins, pinLinks } from "./pinned-views.js";
import { railGroup, unfold } from "./rail-groups.js";
import { may } from "./session.js";
import { userMenu } from "./user-menu.js";

/** @typedef {import("../page/addresses.js").Route} Route */

export function drawRail() {
  const routes = inRail();
  const [first, ...groups] = [...new Set(routes.map(groupOf))];
  const linksOf = (/** @type {string | undefined} */ group) =>
    routes.filter((route) => groupOf(route) === group).map((route) => pageLink(route, "rail-link"));
  const pins = pinLinks();
  fill(
    byId("nav"),
    railGroup(first, linksOf(first)),
    pins.length > 0 && railGroup("Views", pins),
    groups.flatMap((group) => railGroup(group, linksOf(group))),
  );
  fill(
    byId("tabbar"),
    routes.filter(({ short }) => short).map((route) => pageLink(route, "", route.short)),
    h("button", { type: "button", onclick: openDrawer }, icon("menu"), "More"),
  );
  fill(byId("rail-foot"), userMenu(redrawRail), collapseButton());
  byId("shell").classList.toggle("is-narrow", localStorage.getItem("cvd-rail") === "narrow");
  byId("open-palette").onclick = goAnywhere;
  byId("palette-key").textContent = `${COMMAND} K`;
  byId("skip").onclick = (event) => {
    event.preventDefault();
    focusFrame();
  };
}

export function redrawRail() {
  drawRail();
  showAlertCount();
  mark(shownKey());
}

/**
 * Marks where the reader is: the page itself, or the one in the rail whose address this one's
 * begins with.
 * @param {string} path
 */
export function mark(path) {
  const here = `/${path.split("/")[1] ?? ""}`;
  for (const link of document.querySelectorAll("[data-path]")) {
    if (/** @type {HTMLElement} */ (link).dataset.path === here) {
      link.setAttribute("aria-current", "page");
      unfold(link);
    } else link.removeAttribute("aria-current");
  }
  markPins();
}

function inRail() {
  // Who has no Today page is a driver.
  const isOffice = may("dashboard_service.get_dashboard");
  return ROUTES.filter(
    (route) => route.menu !== undefined && isOpenTo(route, may) && (isOffice || !route.office),
  );
}

/** @param {Route} route */
const groupOf = ({ menu }) => menu?.[0];

/**
 * @param {Route} route
 * @param {string} style
 * @param {string} [word]
 */
function pageLink({ path, title, icon: name = "list" }, style, word = title) {
  const onclick = (/** @type {MouseEvent} */ event) => {
    closeDrawer();
    const was = addressOf(path);
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (was === null || shownKey() === path || isElsewhere) return;
    event.preventDefault();
    location.hash = was;
  };
  const tip = word === title && style ? title : null;
  return h(
    "a",
    { class: style, href: `#${path}`, dataset: { path }, title: tip, onclick },
    icon(name),
    h("span", { class: "word" }, word),
  );
}

const collapseButton = () =>
  h(
    "button",
    {
      class: "button plain square collapse",
      type: "button",
      "aria-label": "Collapse the rail",
      "data-tip": "Collapse",
      onclick: toggleRail,
    },
    icon("panel-left"),
  );

function toggleRail() {
  const narrow = byId("shell").classList.toggle("is-narrow");
  localStorage.setItem("cvd-rail", narrow ? "narrow" : "wide");
}
