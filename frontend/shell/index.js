/**
 * The shell: rail, frames kept alive, addresses, palette, keys, toasts, and signing in again over
 * the page.
 * @module
 */
import "../components/components.js";
import "../components/sign-in/sign-in.js";
import "../page/tip.js";
import "../page/waiting.js";
import { api, ApiError, whenReached, whenSessionEnds } from "../api.js";
import { openDialog } from "../components/dialog/dialog.js";
import { menu } from "../components/menu/menu.js";
import { openPalette } from "./palette.js";
import { problemBox } from "../components/problem/problem.js";
import { showToast } from "../components/toasts/toasts.js";
import { byId, fill, h, icon, isTyping } from "../page/dom.js";
import { hearTabs, tellTabs } from "../page/browser-tabs.js";
import { configure } from "../words/format.js";
import { hearGoKeys, lettered } from "../page/go-keys.js";
import { read, send } from "../page/messages.js";
import { asQuery, isOpenTo, resolve, ROUTES } from "../page/addresses.js";

/**
 * @typedef {{frame: HTMLIFrameElement, names: string[], params: Record<string, string>, title:
 *   string, asks: boolean}} Kept `asks`: a dialog is open in it
 */

const KEEP = 5;
const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
/** @type {import("../page/messages.js").KeyGroup} */
const EVERYWHERE = {
  heading: "Everywhere",
  keys: [
    ["Ctrl K", "Find anything, and do it"],
    ["Ctrl Enter", "Save the form that is open"],
    ["Esc", "Close what is open"],
    ["?", "These keys"],
  ],
};
const content = byId("content");
const rail = byId("rail");
/** Least recently shown first. @type {Map<string, Kept>} */
const kept = new Map();
let current = "";
let company = "CVD";
/** @type {import("../api.js").Schemas["Me"]} */
let me;
/** @type {Promise<void> | null} */
let signingIn = null;

const may = (/** @type {string} */ operation) => me.operations.includes(operation);
const isAllowed = (/** @type {import("../page/addresses.js").Route} */ route) =>
  isOpenTo(route, may);

await begin();

async function begin() {
  try {
    me = await api.session_service.get_me();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401)
      fill(
        content,
        problemBox(error, () => location.reload()),
      );
    else {
      const { needed } = await api.setup_service.get_setup();
      location.replace(
        needed ? "/pages/setup.html" : `/pages/login.html${asQuery({ next: `/${location.hash}` })}`,
      );
    }
    return;
  }
  whenSessionEnds(signInAgain);
  whenReached((reached) => {
    if (!reached) goneOffline();
  });
  if (!me.password_change_due) await learnSettings();
  drawRail();
  addEventListener("hashchange", show);
  addEventListener("message", hear);
  hearTabs((nouns) => tellOthers(null, nouns));
  addEventListener("offline", goneOffline);
  addEventListener("storage", ({ key }) => {
    if (key === "cvd-theme") redrawRail();
  });
  document.addEventListener("keydown", onKey);
  hearGoKeys(may, go);
  show();
}

async function learnSettings() {
  const settings = await api.settings_service.get_settings();
  configure(settings);
  company = settings.company || "CVD";
  byId("company").textContent = company;
}

/** Somebody may have changed their own name. */
async function learnMe() {
  me = await api.session_service.get_me();
  redrawRail();
}

// Addresses and frames

function show() {
  // Who has no Today page is a driver, and begins with what there is to carry out.
  const home = ["today", "service-orders", "profile"]
    .map((name) => ROUTES.find(({ page }) => page === name))
    .find((route) => route && isAllowed(route));
  if (me.password_change_due && !location.hash.startsWith("#/profile")) {
    location.replace("#/profile");
    return;
  }
  if (location.hash.length < 3 && home) {
    location.replace(`#${home.path}`);
    return;
  }
  closeDrawer();
  const found = resolve(location.hash);
  for (const { frame } of kept.values()) frame.classList.remove("is-shown");
  for (const each of content.querySelectorAll(":scope > :not(iframe)")) each.remove();
  if (!found || !isAllowed(found.route)) {
    current = "";
    const words = found
      ? {
          icon: "shield-check",
          heading: `${found.route.title} is not for your role`,
          text: `The page exists, but a ${me.role} may not use it. An administrator can give you another role.`,
        }
      : {
          icon: "circle-help",
          heading: "There is no such page",
          text: "The address may be old, or a letter is missing.",
        };
    content.append(
      h(
        "cvd-empty",
        { icon: words.icon, heading: words.heading },
        h("p", null, words.text),
        home && h("a", { class: "button", href: `#${home.path}` }, `Go to ${home.title}`),
      ),
    );
    titled(words.heading);
    mark("");
    dim();
    return;
  }
  current = found.key;
  const wanted = { ...found.params, ...found.fixed };
  let page = kept.get(found.key);
  if (page) kept.delete(found.key);
  else page = open(found);
  kept.set(found.key, page);
  if (asQuery(page.params) !== asQuery(wanted)) {
    page.params = wanted;
    if (page.frame.contentWindow)
      send(page.frame.contentWindow, { type: "params", params: wanted });
  }
  for (const { frame } of kept.values()) frame.inert = frame !== page.frame;
  page.frame.classList.add("is-shown");
  if (page.frame.contentWindow) send(page.frame.contentWindow, { type: "shown" });
  focusPage();
  titled(page.title);
  mark(found.route.path);
  dim();
}

/**
 * The focus to the shown page, where it was in it: a browser forgets that once the focus leaves a
 * frame.
 */
function focusPage() {
  const frame = kept.get(current)?.frame;
  frame?.focus();
  if (frame?.contentWindow) send(frame.contentWindow, { type: "focus" });
}

/** @param {import("../page/addresses.js").Resolved} found @returns {Kept} */
function open(found) {
  // The address is set before the frame is in the document, so it makes no entry in the history.
  const frame = h("iframe", { src: found.source, title: found.route.title });
  content.append(frame);
  const oldest = kept.keys().next().value;
  if (kept.size >= KEEP && oldest !== undefined) {
    kept.get(oldest)?.frame.remove();
    kept.delete(oldest);
  }
  return {
    frame,
    names: Object.keys(found.fixed),
    params: { ...found.params, ...found.fixed },
    title: found.route.title,
    asks: false,
  };
}

/** Opens a page without showing it: it is there when there is no connection. @param {string} to */
function preload(to) {
  const found = resolve(`#${to}`);
  if (!found || !isAllowed(found.route) || kept.has(found.key) || kept.size >= KEEP) return;
  const page = open(found);
  page.frame.inert = true;
  kept.set(found.key, page);
}

/** The address of a kept page, with the state it is in. @param {string} key @param {Kept} page */
const addressOf = (key, page) =>
  `#${key}${asQuery(Object.fromEntries(Object.entries(page.params).filter(([name]) => !page.names.includes(name))))}`;

/** @param {string} title */
function titled(title) {
  document.title = `${title} · ${company}`;
}

// What pages say

/** @param {MessageEvent} event */
function hear(event) {
  const entry = [...kept].find(([, { frame }]) => frame.contentWindow === event.source);
  const message = entry && read(event);
  if (!message) return;
  const [key, page] = entry;
  const target = /** @type {Window} */ (page.frame.contentWindow);
  if (message.type === "navigate" && message.replace) location.replace(`#${message.to}`);
  else if (message.type === "navigate") location.hash = message.to;
  else if (message.type === "preload") preload(message.to);
  else if (message.type === "title") {
    page.title = message.title;
    page.frame.title = message.title;
    if (key === current) titled(page.title);
  } else if (message.type === "params") {
    page.params = message.params;
    // The address may name another page already, whose turn comes with the next event.
    if (key === current && resolve(location.hash)?.key === key)
      history.replaceState(null, "", addressOf(key, page));
  } else if (message.type === "toast") {
    showToast({
      ...message,
      run: () => {
        send(target, { type: "toast-action", id: message.id });
        focusPage();
      },
    });
  } else if (message.type === "changed") {
    tellOthers(page, message.nouns);
    tellTabs(message.nouns);
  } else if (message.type === "keys" && key === current) showKeys(message.groups);
  else if (message.type === "open")
    message.what === "palette" ? openPalette(may, go, focusPage) : openKeys();
  else if (message.type === "dialog") {
    page.asks = message.open;
    dim();
  } else if (message.type === "offline" && message.offline) goneOffline();
  else if (message.type === "session-ended")
    signInAgain().then(() => send(target, { type: "session-restored" }));
}

/** A dialog dims all that is around it, also outside its frame. */
function dim() {
  byId("shell").classList.toggle("is-dimmed", kept.get(current)?.asks ?? false);
}

/**
 * @param {Kept | null} teller the page that changed them; null when it is in another tab
 * @param {string[]} nouns
 */
function tellOthers(teller, nouns) {
  if (nouns.includes("settings")) learnSettings();
  if (nouns.includes("user")) learnMe();
  for (const page of kept.values()) {
    if (page !== teller && page.frame.contentWindow)
      send(page.frame.contentWindow, { type: "changed", nouns });
  }
}

/** @param {string} to */
function go(to) {
  location.hash = to;
}

// The rail

function drawRail() {
  // Who has no Today page is a driver.
  const isOffice = may("dashboard_service.get_dashboard");
  const routes = ROUTES.filter(
    (route) => route.group !== undefined && isAllowed(route) && (isOffice || !route.office),
  );
  const groups = [...new Set(routes.map(({ group }) => group))];
  fill(
    byId("nav"),
    groups.flatMap((group) => [
      group ? h("h2", null, group) : null,
      ...routes
        .filter((route) => route.group === group)
        .map((route) => pageLink(route, "rail-link")),
    ]),
  );
  fill(
    byId("tabbar"),
    routes.filter(({ short }) => short).map((route) => pageLink(route, "", route.short)),
    h("button", { type: "button", onclick: openDrawer }, icon("menu"), "More"),
  );
  fill(
    byId("rail-foot"),
    userMenu(),
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
    ),
  );
  byId("shell").classList.toggle("is-narrow", localStorage.getItem("cvd-rail") === "narrow");
  byId("open-palette").onclick = () => openPalette(may, go, focusPage);
  byId("palette-key").textContent = `${COMMAND} K`;
  byId("skip").onclick = (event) => {
    event.preventDefault();
    (kept.get(current)?.frame ?? content).focus();
  };
}

function redrawRail() {
  drawRail();
  mark(current);
}

/**
 * @param {import("../page/addresses.js").Route} route
 * @param {string} style
 * @param {string} [word]
 */
function pageLink({ path, title, icon: name = "list" }, style, word = title) {
  return h(
    "a",
    {
      class: style,
      href: `#${path}`,
      dataset: { path },
      title: word === title && style ? title : null,
      onclick: (/** @type {MouseEvent} */ event) => {
        closeDrawer();
        const was = kept.get(path);
        if (!was || current === path || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        location.hash = addressOf(path, was);
      },
    },
    icon(name),
    h("span", { class: "word" }, word),
  );
}

/**
 * Marks where the reader is: the page itself, or the one in the rail whose address this one's
 * begins with.
 * @param {string} path
 */
function mark(path) {
  const here = `/${path.split("/")[1] ?? ""}`;
  for (const link of document.querySelectorAll("[data-path]")) {
    if (/** @type {HTMLElement} */ (link).dataset.path === here)
      link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function userMenu() {
  const theme = localStorage.getItem("cvd-theme") ?? "auto";
  const choose = (/** @type {string} */ value) => {
    localStorage.setItem("cvd-theme", value);
    dispatchEvent(new Event("theme-chosen"));
    redrawRail();
  };
  const themes = [
    ["auto", "As the system", "monitor"],
    ["light", "Light", "sun"],
    ["dark", "Dark", "moon"],
  ];
  const holder = menu(
    `Menu of ${me.display_name}`,
    [
      { label: "Profile", icon: "circle-user", run: () => go("/profile") },
      { label: "Keys", icon: "list", run: openKeys },
      // Whoever runs CVD connects other programs with it.
      ...(may("settings_service.update_settings")
        ? [
            {
              label: "API for programs",
              icon: "file-text",
              run: () => void window.open("/api/docs", "_blank", "noopener"),
            },
          ]
        : []),
      null,
      ...themes.map(([value = "", label = "", name = ""]) => ({
        label: value === theme ? `${label} (chosen)` : label,
        icon: name,
        run: () => choose(value),
      })),
      null,
      { label: "Sign out", icon: "log-out", run: signOut },
    ],
    { icon: "circle-user", text: me.display_name },
  );
  holder.classList.add("rail-user");
  const button = /** @type {HTMLElement} */ (holder.firstElementChild);
  button.className = "rail-link";
  const name = h("span", { class: "word truncate" }, me.display_name);
  button.lastChild?.replaceWith(name);
  button.ariaLabel = `Menu of ${me.display_name}`;
  return holder;
}

function toggleRail() {
  const narrow = byId("shell").classList.toggle("is-narrow");
  localStorage.setItem("cvd-rail", narrow ? "narrow" : "wide");
}

function openDrawer() {
  rail.classList.add("is-open");
  byId("shell").append(
    h("button", {
      class: "scrim",
      type: "button",
      "aria-label": "Close the menu",
      onclick: closeDrawer,
    }),
  );
  /** @type {HTMLElement | null} */ (rail.querySelector(".rail-link"))?.focus();
}

function closeDrawer() {
  rail.classList.remove("is-open");
  document.querySelector(".scrim")?.remove();
}

async function signOut() {
  await api.session_service.delete_session();
  location.assign("/pages/login.html");
}

// Keys

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = kept.get(current)?.frame.contentWindow;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "p" && target) {
    // The page alone, over as many sheets as it takes: a frame is one of a fixed height.
    event.preventDefault();
    send(target, { type: "print" });
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) openPalette(may, go, focusPage);
  } else if (event.key === "Escape") closeDrawer();
  else if (event.key === "?" && !isTyping(event.target) && !document.querySelector("dialog[open]"))
    openKeys();
}

/** The list of keys while it is open. @type {HTMLElement | null} */
let keyList = null;

/** Those of the page are told by itself: they follow from what it shows. */
function openKeys() {
  keyList = h("div", { class: "key-groups" });
  showKeys([]);
  const { closed } = openDialog({ heading: "Keys", content: [keyList] });
  closed.then(() => {
    keyList = null;
    focusPage();
  });
  const target = kept.get(current)?.frame.contentWindow;
  if (!target) return;
  keyList.ariaBusy = "true";
  send(target, { type: "list-keys" });
}

/** @param {import("../page/messages.js").KeyGroup[]} groups */
function showKeys(groups) {
  if (!keyList) return;
  keyList.ariaBusy = null;
  const goTo = {
    heading: "Go to",
    keys: lettered(may).map(
      ({ letter, title }) => /** @type {[string, string]} */ ([`g ${letter}`, title]),
    ),
  };
  fill(
    keyList,
    [...groups, goTo, EVERYWHERE].map(({ heading, keys }) =>
      h(
        "section",
        null,
        h("h3", null, heading || "This page"),
        h("dl", { class: "keys" }, keys.map(keyLine)),
      ),
    ),
  );
}

/** @param {[string, string]} line */
const keyLine = ([key, label]) => [
  h(
    "dt",
    null,
    key
      .replace("Ctrl", COMMAND)
      .split(" ")
      .map((each) => h("kbd", null, each)),
  ),
  h("dd", null, label),
];

// Printing by the menu of the browser: the shown frame grows to all that is in it.

addEventListener("beforeprint", () => {
  const frame = kept.get(current)?.frame;
  const height = frame?.contentDocument?.documentElement.scrollHeight;
  if (frame && height) frame.style.height = `${height}px`;
});
addEventListener("afterprint", () => {
  for (const { frame } of kept.values()) frame.style.height = "";
});

// Session and network

function signInAgain() {
  signingIn ??= new Promise((resolve) => {
    const form = h("cvd-sign-in", { username: me.username });
    const dialog = h(
      "dialog",
      { class: "dialog", "aria-labelledby": "session-ended" },
      h("header", null, h("h2", { id: "session-ended" }, "Sign in again")),
      h(
        "div",
        { class: "dialog-body" },
        h("p", { class: "muted" }, "Your session has ended. Nothing you typed is lost."),
        form,
        h(
          "button",
          {
            class: "button plain",
            type: "button",
            onclick: () => location.assign("/pages/login.html"),
          },
          "I am somebody else",
        ),
      ),
    );
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("signed-in", (event) => {
      const again = /** @type {CustomEvent} */ (event).detail;
      if (again.id !== me.id) location.reload();
      dialog.close();
      dialog.remove();
      focusPage();
      signingIn = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return signingIn;
}

function goneOffline() {
  const banner = byId("offline");
  if (!banner.hidden) return;
  banner.hidden = false;
  const timer = setInterval(async () => {
    const answer = await fetch(api.health_service.get_liveness.url(), { cache: "no-store" }).catch(
      () => null,
    );
    if (!answer?.ok) return;
    clearInterval(timer);
    banner.hidden = true;
    const page = kept.get(current);
    if (page?.frame.contentWindow)
      send(page.frame.contentWindow, { type: "changed", nouns: ["everything"] });
  }, 3000);
}
