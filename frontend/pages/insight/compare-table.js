/**
 * Machines as columns: their figures in rows, each with a bar against the others and a way to where
 * it comes from.
 * @module
 */
import {
  againstWords,
  ENOUGH_DAYS,
  kindWords,
  lengthOf,
  priceWords,
  soldOutWords,
  sourcesOf,
} from "../../words/comparison-words.js";
import { days, h, icon, isolated, link, money, number, percent, units } from "../../page/page.js";
import { unknown } from "../../components/unknown/unknown.js";

/** @typedef {import("../../words/comparison-words.js").Machine} Machine */
/** @typedef {import("../../words/comparison-words.js").Period} Period */
/** @typedef {import("../../api.js").Schemas["Comparison"]} Comparison */
/** @typedef {ReturnType<typeof sourcesOf>} Sources */
/**
 * @typedef {object} Figure
 * @property {string} label
 * @property {(machine: Machine) => number | null} of
 * @property {(value: number, machine: Machine) => string} words
 * @property {(sources: Sources) => string} [from] where it comes from
 * @property {(machine: Machine) => number | null | undefined} [mean] of its kind, a mark on the bar
 * @property {(machine: Machine) => string | false} [more] said below
 * @property {string} [none] why there is none
 */

const NO_DAYS = "No audit closed an interval in these days";
/** @type {[string, Figure[]][]} */
const GROUPS = [
  [
    "Sales",
    [
      {
        label: "Money a day",
        of: ({ cents_per_day }) => cents_per_day,
        words: (value) => money(value),
        from: ({ sales }) => sales,
        mean: ({ kind }) => kind?.cents_per_day,
        more: ({ kind }) => kind !== null && `its kind ${money(kind.cents_per_day)}`,
        none: NO_DAYS,
      },
      {
        label: "Units a day",
        of: ({ units_per_day }) => units_per_day,
        words: (value) => number(value, 1),
        from: ({ sales }) => sales,
        mean: ({ kind }) => kind?.units_per_day,
        more: ({ kind }) => kind !== null && `its kind ${number(kind.units_per_day, 1)}`,
        none: NO_DAYS,
      },
      {
        label: "In all",
        of: ({ amount_cents, days: known }) =>
          known > 0 || amount_cents > 0 ? amount_cents : null,
        words: (value, machine) => `${money(value)}, ${units(machine.units)}`,
        from: ({ sales }) => sales,
        more: (machine) => `over ${days(machine.days)} of sales`,
        none: NO_DAYS,
      },
    ],
  ],
  [
    "Sold out",
    [
      {
        label: "Time sold out",
        of: ({ sold_out_percent }) => sold_out_percent,
        words: (value) => percent(value, 1),
        from: ({ lost }) => lost,
        more: (machine) => machine.sold_out_percent !== null && soldOutWords(machine),
        none: NO_DAYS,
      },
      {
        label: "Lost by it",
        of: ({ lost_cents, read_days: known }) => (known > 0 || lost_cents > 0 ? lost_cents : null),
        words: (value, { lost_units }) => `≈ ${money(value)}, ${number(lost_units, 1)} units`,
        from: ({ lost }) => lost,
        more: ({ lost_cents, read_days: known, kind }) =>
          known >= ENOUGH_DAYS &&
          typeof kind?.lost_cents_per_day === "number" &&
          `${money(Math.round(lost_cents / known))} a day, its kind ${money(kind.lost_cents_per_day)}`,
        none: NO_DAYS,
      },
    ],
  ],
  [
    "Service",
    [
      {
        label: "Visits",
        of: ({ visits }) => visits,
        words: (value) => number(value),
        from: ({ orders }) => orders,
      },
      {
        label: "Filled at a visit",
        of: ({ units_per_visit }) => units_per_visit,
        words: (value) => `${number(value, 1)} units`,
        from: ({ orders }) => orders,
        more: ({ visits, filled_units }) => visits > 0 && `${units(filled_units)} in all`,
        none: "Nobody visited it in these days",
      },
      {
        label: "Up",
        of: ({ up_percent }) => up_percent,
        words: (value) => percent(value, 1),
        from: ({ availability }) => availability,
        none: "It was not there in these days, or they have not begun",
      },
      {
        label: "Counts that differ",
        of: ({ missing, surplus }) => missing + surplus,
        words: (_, { missing, surplus }) =>
          missing + surplus === 0
            ? "none"
            : [missing && `${units(missing)} missing`, surplus && `${number(surplus)} too many`]
                .filter(Boolean)
                .join(", "),
        from: ({ counts }) => counts,
      },
    ],
  ],
];

/**
 * @param {Comparison} comparison
 * @param {Period} period
 * @param {(device_id: number) => void} remove
 */
export function comparisonTable({ machines, products }, period, remove) {
  const sources = machines.map((machine) => sourcesOf(machine, period));
  return h(
    "div",
    { class: "scroll-x", tabindex: 0, role: "region", "aria-label": "Machines side by side" },
    h(
      "table",
      { class: "compared" },
      h("caption", { class: "visually-hidden" }, "Machines side by side"),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("td"),
          machines.map((machine) => headOf(machine, remove)),
        ),
      ),
      GROUPS.map(([name, figures]) =>
        h(
          "tbody",
          null,
          groupRow(name, machines.length),
          figures.map((figure) => figureRow(figure, machines, sources)),
        ),
      ),
      h(
        "tbody",
        null,
        groupRow("Products that bring the most money", machines.length),
        products.map((product) => productRow(product, sources)),
      ),
    ),
  );
}

/** @param {Machine} machine @param {(device_id: number) => void} remove */
function headOf(machine, remove) {
  const { device_id, asset, name, location_name, device_type_name, archived_at, kind } = machine;
  const differs = kind?.cents_percent ?? 0;
  const tone = Math.round(differs) > 0 ? "is-more" : Math.round(differs) < 0 ? "is-less" : "";
  const place = [name !== asset && isolated(name), location_name && isolated(location_name)];
  return h(
    "th",
    { scope: "col" },
    h(
      "div",
      { class: "machine-head" },
      h(
        "div",
        null,
        link(`/devices/${device_id}`, isolated(asset)),
        h("div", null, place.filter(Boolean).join(", ")),
        h("div", { class: "muted" }, isolated(device_type_name), archived_at && ", archived"),
      ),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": `Remove ${isolated(asset)}`,
          onclick: () => remove(device_id),
        },
        icon("x"),
      ),
    ),
    h("p", { class: `against ${tone}` }, againstWords(machine)),
  );
}

/** @param {string} name @param {number} columns */
const groupRow = (name, columns) =>
  h("tr", null, h("th", { scope: "rowgroup", colspan: columns + 1 }, h("span", null, name)));

/** @param {Figure} figure @param {Machine[]} machines @param {Sources[]} sources */
function figureRow(figure, machines, sources) {
  const values = machines.map(figure.of);
  const means = machines.map((machine) => figure.mean?.(machine) ?? null);
  const all = [...values, ...means];
  return h(
    "tr",
    null,
    h("th", { scope: "row" }, figure.label),
    machines.map((machine, place) => {
      const value = values[place] ?? null;
      if (value === null) return h("td", null, unknown(figure.none ?? "Not known"));
      const words = figure.words(value, machine);
      const more = figure.more?.(machine);
      const from = sources[place];
      return h(
        "td",
        { class: "figure" },
        figure.from && from ? link(figure.from(from), words) : words,
        bar(value, all, means[place], `The mark is the mean of ${kindWords(machine)}`),
        more && h("div", { class: "muted" }, more),
      );
    }),
  );
}

/**
 * A value against the largest of all, unless none is any; where its kind has a mean, a mark shows it.
 * @param {number | null} value
 * @param {(number | null)[]} all
 * @param {number | null} [mean]
 * @param {string} [tip]
 */
function bar(value, all, mean = null, tip = "") {
  if (!all.some(Boolean)) return null;
  return h(
    "span",
    { class: "compare-bar", "aria-hidden": "true", "data-tip": mean === null ? null : tip },
    h("span", { style: { width: `${lengthOf(value, all)}%` } }),
    mean !== null && h("i", { style: { left: `${lengthOf(mean, all)}%` } }),
  );
}

/**
 * @param {Comparison["products"][number]} product
 * @param {Sources[]} sources
 */
function productRow({ product_id, name, sold }, sources) {
  const shares = sold.map(({ share_percent }) => share_percent);
  return h(
    "tr",
    null,
    h(
      "th",
      { scope: "row" },
      product_id === null ? "No product" : link(`/products/${product_id}`, isolated(name ?? "")),
    ),
    sold.map((each, place) => {
      const { sales = "", planogram = "" } = sources[place] ?? {};
      const share = each.share_percent;
      return h(
        "td",
        { class: "figure" },
        each.units === 0
          ? h("span", { class: "muted" }, "none sold")
          : link(sales, `${percent(share)}, ${units(each.units)}`),
        bar(share, shares),
        product_id !== null && h("div", { class: "muted" }, link(planogram, priceWords(each))),
      );
    }),
  );
}
