import { idsOf, MOST_MACHINES, periodOf, PERIODS } from "../../words/comparison-words.js";
import { Combobox } from "../../components/combobox/combobox.js";
import { empty } from "../../components/empty/empty.js";
import { problemBox } from "../../components/problem/problem.js";
import {
  api,
  ApiError,
  byId,
  fill,
  h,
  link,
  onChanged,
  onParams,
  setParams,
  start,
  toast,
} from "../../page/page.js";
import { findDevices } from "../reads/audits.js";
import { comparisonTable } from "./compare-table.js";

const add = byId("add", Combobox);
const [from, to] = [byId("from", HTMLInputElement), byId("to", HTMLInputElement)];
const choice = byId("days", HTMLSelectElement);
const sheet = byId("csv", HTMLAnchorElement);
/** @type {AbortController | null} */
let loading = null;
/** What the table says: of which machines and days. */
let shownOf = "";

start((page) => {
  fill(
    choice,
    PERIODS.map(([value, label]) => h("option", { value }, label)),
    h("option", { value: "" }, "Own dates"),
  );
  choice.onchange = () => {
    const { from: first, to: last } = periodOf(page.params);
    if (choice.value) change({ days: choice.value, from: "", to: "" });
    else change({ days: "", from: first, to: last });
  };
  for (const input of [from, to])
    input.onchange = () => {
      if (from.value && to.value) change({ days: "", from: from.value, to: to.value });
    };
  add.source = findDevices;
  add.addEventListener("choose", () => {
    const id = Number(add.value);
    add.chosen = null;
    if (id) put([...idsOf(page.params.devices), id]);
  });
  onParams(load);
  onChanged(["sale", "visit", "ticket", "device", "everything"], load);
  document.addEventListener("shown", () => load());
  load();

  /** @param {Record<string, string>} asked */
  function change(asked) {
    setParams(asked);
    load();
  }

  /** @param {number[]} ids */
  function put(ids) {
    if (ids.length > MOST_MACHINES) {
      toast(`No more than ${MOST_MACHINES} fit side by side. Remove one first.`);
      return;
    }
    change({ devices: ids.join(",") });
  }

  function load() {
    const [ids, period] = [idsOf(page.params.devices), periodOf(page.params)];
    choice.value = period.days;
    [from.value, to.value] = [period.from, period.to];
    return show(ids, period, (left) => change({ devices: left.join(",") }));
  }
});

/**
 * @param {number[]} ids
 * @param {import("../../words/comparison-words.js").Period} period
 * @param {(left: number[]) => void} keep some of the machines
 */
async function show(ids, period, keep) {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  sheet.hidden = ids.length === 0;
  fill(byId("problem"));
  if (ids.length === 0) {
    fill(byId("found"), nothing());
    return;
  }
  const asked = { device_ids: ids.join(","), from: period.from, to: period.to };
  sheet.href = api.comparison_service.get_comparison.url({ ...asked, format: "csv" });
  try {
    const found = await api.comparison_service.get_comparison(asked, { signal });
    if (signal.aborted) return;
    shownOf = sheet.href;
    const comparison = /** @type {import("./compare-table.js").Comparison} */ (found);
    fill(
      byId("found"),
      ids.length === 1 && h("p", { class: "muted" }, "Add another machine to see both."),
      comparisonTable(comparison, period, (id) => keep(ids.filter((each) => each !== id))),
    );
  } catch (error) {
    if (signal.aborted) return;
    const isGone = error instanceof ApiError && error.status === 404;
    // Figures of other machines or days would stand under what is chosen now.
    if (isGone || shownOf !== sheet.href) fill(byId("found"), isGone && chooseAnew(keep));
    fill(
      byId("problem"),
      problemBox(error, () => show(ids, period, keep)),
    );
  }
}

/** A way on where one of the machines is no more. @param {(left: number[]) => void} keep */
const chooseAnew = (keep) =>
  h("button", { class: "button", type: "button", onclick: () => keep([]) }, "Choose machines anew");

/** What to do where no machine is chosen. */
const nothing = () =>
  empty({
    icon: "git-compare",
    heading: "Choose two to six machines",
    text:
      "Add them above, or select them in the list of devices. Each is shown beside the others and " +
      "beside the mean of the machines of its type.",
    action: link("/devices", "Choose in the list of devices"),
  });
