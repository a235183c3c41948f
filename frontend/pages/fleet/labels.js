import {
  api,
  byId,
  fill,
  h,
  icon,
  isolated,
  keys,
  link,
  onChanged,
  onParams,
  setParams,
  start,
  toastProblem,
  units,
} from "../../page/page.js";
import { inTurn } from "../../words/in-turn.js";
import { pagesOf, pathOf, perPage, positionOf, STOCKS, stockOf } from "../../words/label-stocks.js";
import { keep, recall } from "../../page/kept.js";
import { empty } from "../../components/empty/empty.js";
import { Filters } from "../../components/filters/filters.js";
import { Tabs } from "../../components/tabs/tabs.js";
import { routeFilter } from "./device-form.js";

/** @typedef {import("../../api.js").Schemas["Label"]} Label */
/** @typedef {import("../../api.js").Schemas["LabelList"]} LabelList */
/** @typedef {import("../../words/label-stocks.js").Stock} Stock */

const SVG = "http://www.w3.org/2000/svg";
/** Light modules around a code, without which a camera does not find it (ISO/IEC 18004). */
const QUIET = 4;
/** More are printed route by route. */
const MOST = 1000;
const KEPT = "label-stock";
const NOUNS = { device: "devices", cabinet: "cabinets", location: "locations" };

const [nouns, filters] = [byId("nouns", Tabs), byId("filters", Filters)];
const stocks = byId("stock", HTMLSelectElement);
const first = byId("first", HTMLInputElement);
const paper = new CSSStyleSheet();
document.adoptedStyleSheets.push(paper);

/** @type {Label[]} */
let labels = [];

start(async (page) => {
  fill(
    stocks,
    STOCKS.map(({ name, label }) => h("option", { value: name }, label)),
  );
  filters.filters = [await routeFilter()];
  const load = inTurn(async () => {
    const found = await all(page.params);
    labels = found.items;
    fill(byId("notice"), onlyHere(found), tooMany(found));
    draw(page.params);
  });
  const show = () => {
    const { stock, first: begin, noun, ids, route_id } = page.params;
    stocks.value = stockOf(stock ?? recall(KEPT)).name;
    first.value = begin ?? "1";
    nouns.value = noun ?? "device";
    filters.values = { route_id: route_id ?? "" };
    byId("all").hidden = !ids;
    load().catch(toastProblem);
  };
  const ask = (/** @type {import("../../page/page.js").Params} */ changes) => {
    setParams(changes);
    show();
  };
  nouns.addEventListener("tab", () => {
    const was = page.params.noun ?? "device";
    // Cabinets are asked for by their machines, so what is chosen of one is chosen of both.
    const keepsIds = was !== "location" && nouns.value !== "location";
    ask({
      noun: nouns.value === "device" ? "" : nouns.value,
      ...(keepsIds ? {} : { ids: "" }),
    });
  });
  filters.addEventListener("filter", (event) => {
    const { name, value } = /** @type {CustomEvent} */ (event).detail;
    ask({ [name]: value });
  });
  stocks.onchange = () => {
    keep(KEPT, stocks.value);
    setParams({ stock: stocks.value });
    draw(page.params);
  };
  first.oninput = () => {
    setParams({ first: first.value === "1" ? "" : first.value });
    draw(page.params);
  };
  byId("print").onclick = () => print();
  byId("all").onclick = () => ask({ ids: "" });
  keys({ p: ["Print", () => print()] });
  onParams(show);
  onChanged(["device", "location", "planogram", "everything"], show);
  addEventListener("resize", () => zoom(stockOf(stocks.value)));
  show();
});

/** @param {import("../../page/page.js").Params} params */
function draw(params) {
  const stock = stockOf(stocks.value);
  const pages = pagesOf(labels, stock, Number(first.value));
  const isRoll = perPage(stock) === 1;
  byId("first-field").hidden = isRoll;
  first.max = String(perPage(stock));
  byId("print", HTMLButtonElement).disabled = pages.length === 0;
  const sheets = isRoll ? "" : ` on ${units(pages.length, "sheet")}`;
  byId("count").textContent = pages.length ? `${units(labels.length, "label")}${sheets}` : "";
  const [width, height] = stock.paper;
  paper.replaceSync(`@page { size: ${width}mm ${height}mm; margin: 0; }`);
  zoom(stock);
  fill(byId("pages"), pages.length ? pages.map((each) => sheet(each, stock)) : nothing(params));
}

/**
 * All labels that are asked for, page after page.
 * @param {import("../../page/page.js").Params} params
 */
async function all({ noun, ids, route_id }) {
  /** @type {Label[]} */
  const items = [];
  const asked = {
    noun: /** @type {Label["noun"]} */ (noun ?? "device"),
    ids,
    route_id: Number(route_id) || undefined,
    limit: 200,
  };
  let answer = await api.label_service.list_labels(asked);
  items.push(...answer.items);
  while (answer.next_cursor !== null && items.length < MOST) {
    answer = await api.label_service.list_labels({ ...asked, cursor: answer.next_cursor });
    items.push(...answer.items);
  }
  return { ...answer, items };
}

/** A code that only this machine can open is of no use on a wall. @param {LabelList} found */
function onlyHere({ address, is_only_here }) {
  return (
    is_only_here &&
    warning(
      `These codes lead to ${address}, which no phone can open. Before you print them, open CVD ` +
        "by the address that phones use, or let an administrator set CVD_PUBLIC_URL.",
    )
  );
}

/** @param {LabelList} found */
function tooMany({ items, next_cursor }) {
  if (next_cursor === null) return false;
  return warning(
    `There are more than these ${units(items.length, "label")}. Choose a route to print the others.`,
  );
}

/** @param {string} words */
const warning = (words) => h("p", { class: "notice" }, icon("triangle-alert"), words);

/** @param {import("../../page/page.js").Params} params */
function nothing({ noun, ids, route_id }) {
  const things = NOUNS[/** @type {Label["noun"]} */ (noun ?? "device")];
  if (ids || route_id)
    return empty({
      icon: "qr-code",
      heading: `No ${things} to label here`,
      text: "What was chosen is archived by now, or the route has none. Take the filter away.",
    });
  return empty({
    icon: "qr-code",
    heading: `No ${things} yet`,
    text: "Each gets a label with a code: who scans it with a phone comes to its page.",
    action: link(noun === "location" ? "/locations?new=true" : "/devices?new=true", "Add one"),
  });
}

/** A page of labels as large as it is printed. @param {(Label | null)[]} labels @param {Stock} stock */
function sheet(labels, stock) {
  const [width, height] = stock.paper;
  return h(
    "section",
    { class: "paper", style: { width: `${width}mm`, height: `${height}mm` } },
    labels.map((label, place) => label && labelAt(label, stock, place)),
  );
}

/** @param {Label} label @param {Stock} stock @param {number} place */
function labelAt({ title, lines, url, modules }, stock, place) {
  const [left, top] = positionOf(stock, place);
  const [width, height] = stock.size;
  const style = {
    left: `${left}mm`,
    top: `${top}mm`,
    width: `${width}mm`,
    height: `${height}mm`,
    "--code": `${Math.min(height - 4, width / 2)}mm`,
    "--large": `${Math.min(height / 6, 7)}mm`,
    "--text": `${Math.min(height / 10, 4)}mm`,
  };
  const address = url.slice(url.indexOf("#") + 1);
  return h(
    "a",
    { class: "label", style, href: `/#${address}`, target: "_top" },
    code(modules, title),
    h(
      "div",
      null,
      h("strong", null, isolated(title)),
      lines.map((line) => h("span", null, isolated(line))),
    ),
  );
}

/** @param {string[]} modules @param {string} title */
function code(modules, title) {
  const svg = document.createElementNS(SVG, "svg");
  const size = modules.length + 2 * QUIET;
  svg.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `QR code of ${title}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", pathOf(modules));
  svg.append(path);
  return svg;
}

/** A sheet is as wide as the page, at most. @param {Stock} stock */
function zoom({ paper: [width] }) {
  const pages = byId("pages");
  const pixels = (width * 96) / 25.4 + 2;
  const fits = Math.min(1, pages.clientWidth / pixels);
  pages.style.setProperty("--zoom", String(fits));
}
