/**
 * The shell: what stands around the pages. Begins with whoever is signed in, and shows what the
 * address says.
 * @module
 */
import "../components/components.js";
import "../page/tip.js";
import "../page/waiting.js";
import { api, ApiError, whenReached, whenSessionEnds } from "../api.js";
import { problemBox } from "../components/problem/problem.js";
import { asQuery, isOpenTo, resolve, ROUTES } from "../page/addresses.js";
import { hearTabs } from "../page/browser-tabs.js";
import { byId, fill, h } from "../page/dom.js";
import { hearGoKeys } from "../page/go-keys.js";
import { followAlerts } from "./alert-count.js";
import { learnSettings } from "./company.js";
import { closeDrawer } from "./drawer.js";
import { focusPage, showPage, showWords } from "./frames.js";
import { hear, lostConnection, tellOthers } from "./hearing.js";
import { openHelp } from "./help.js";
import { go, onKey } from "./keys.js";
import { learnPins } from "./pinned-views.js";
import { drawRail, mark, redrawRail } from "./rail.js";
import { isHeld, learnMe, may, signInAgain, who } from "./session.js";

// Who has no Today page is a driver, and begins with what there is to carry out.
const HOMES = ["today", "service-orders", "profile"];

await begin();

async function begin() {
  try {
    await learnMe();
  } catch (error) {
    await nobody(error);
    return;
  }
  whenSessionEnds(() => signInAgain(focusPage));
  whenReached((reached) => {
    if (!reached) lostConnection();
  });
  if (!isHeld()) await learnSettings();
  drawRail();
  learnPins().then(redrawRail);
  followAlerts();
  addEventListener("hashchange", show);
  addEventListener("message", hear);
  hearTabs((nouns) => tellOthers(null, nouns));
  addEventListener("offline", lostConnection);
  addEventListener("storage", ({ key }) => {
    if (key === "cvd-theme") redrawRail();
  });
  document.addEventListener("keydown", (event) => onKey(event, openHelp));
  hearGoKeys(may, go);
  show();
}

/** @param {unknown} error why it is not known who is signed in */
async function nobody(error) {
  if (!(error instanceof ApiError) || error.status !== 401) {
    fill(
      byId("content"),
      byId("heading"),
      problemBox(error, () => location.reload()),
    );
    return;
  }
  const { needed } = await api.setup_service.get_setup();
  const login = `/pages/login.html${asQuery({ next: `/${location.hash}` })}`;
  location.replace(needed ? "/pages/setup.html" : login);
}

function show() {
  const home = HOMES.map((name) => ROUTES.find(({ page }) => page === name)).find(
    (route) => route && isOpenTo(route, may),
  );
  if (isHeld() && !location.hash.startsWith("#/profile")) {
    location.replace("#/profile");
    return;
  }
  if (location.hash.length < 3 && home) {
    location.replace(`#${home.path}`);
    return;
  }
  closeDrawer();
  const found = resolve(location.hash);
  if (found && isOpenTo(found.route, may)) {
    showPage(found);
    mark(found.route.path);
  } else {
    showNothing(found?.route, home);
    mark("");
  }
}

/**
 * @param {import("../page/addresses.js").Route | undefined} closed that the role may not open
 * @param {import("../page/addresses.js").Route | undefined} home
 */
function showNothing(closed, home) {
  const { icon, heading, text } = closed
    ? {
        icon: "shield-check",
        heading: `${closed.title} is not for your role`,
        text:
          `The page exists, but a ${who().role} may not use it. ` +
          "An administrator can give you another role.",
      }
    : {
        icon: "circle-help",
        heading: "There is no such page",
        text: "The address may be old, or a letter is missing.",
      };
  const way = home && h("a", { class: "button", href: `#${home.path}` }, `Go to ${home.title}`);
  showWords(heading, h("cvd-empty", { icon, heading }, h("p", null, text), way));
}
