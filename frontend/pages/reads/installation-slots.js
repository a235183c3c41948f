/**
 * What stands above the slots of a new machine: figures for all, their stock, and the headings.
 * @module
 */
import { h } from "../../page/page.js";
import { field } from "../../components/field/field.js";

/** @typedef {import("./installation-line.js").Line} Line */

/**
 * Sets the capacity and par of all slots.
 * @param {Line[]} lines
 * @param {() => void} told
 */
export function forAll(lines, told) {
  const set = (/** @type {"capacity" | "par"} */ name, /** @type {HTMLInputElement} */ input) => {
    if (input.value === "") return;
    for (const { inputs } of lines) inputs[name].value = input.value;
    if (name === "capacity")
      for (const { inputs } of lines)
        inputs.par.value = String(Math.min(Number(inputs.par.value), Number(input.value)));
    told();
  };
  const capacity = h("input", {
    class: "input number",
    type: "number",
    min: 0,
    max: 10000,
    inputmode: "numeric",
  });
  const par = h("input", {
    class: "input number",
    type: "number",
    min: 0,
    max: 10000,
    inputmode: "numeric",
  });
  const apply = () => {
    set("capacity", capacity);
    set("par", par);
  };
  for (const input of [capacity, par])
    input.onkeydown = (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        apply();
      }
    };
  return h(
    "div",
    { class: "for-all" },
    field("Capacity of all", capacity),
    field("Par of all", par),
    h("button", { class: "button", type: "button", onclick: apply }, "Set for all"),
  );
}

/** What was in the slots when the audit was read. @param {() => void} told */
export function stockPart(told) {
  const choices = /** @type {const} */ ([
    ["full", "Full"],
    ["par", "At par"],
    ["counted", "Counted"],
    ["unknown", "Unknown"],
  ]);
  return h(
    "fieldset",
    { class: "stock-choice", onchange: told },
    h("legend", null, "What was in it when it was read?"),
    choices.map(([value, label]) =>
      h(
        "label",
        { class: "check" },
        h("input", { type: "radio", name: "stock", value, checked: value === "par" }),
        label,
      ),
    ),
  );
}

export const slotHead = () =>
  h(
    "div",
    { class: "slot-line head" },
    h("span", null, "Place"),
    h("span", null, "Selection"),
    h("span", null, "Product"),
    h("span", { class: "number" }, "Price"),
    h("span", { class: "number" }, "Capacity"),
    h("span", { class: "number" }, "Par"),
    h("span", { class: "number of-count" }, "Counted"),
  );
