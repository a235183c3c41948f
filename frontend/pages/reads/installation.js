import {
  api,
  ApiError,
  byId,
  changed,
  fill,
  h,
  isolated,
  link,
  money,
  navigate,
  number,
  percent,
  setTitle,
  start,
  toast,
  uniqueId,
  units,
} from "../../page/page.js";
import { despiteSerial, statesAnother, withOthers } from "./audits.js";
import { headingOf, nameOf } from "../../words/read-words.js";
import { combobox } from "../../components/combobox/combobox.js";
import { clearErrors, field, showErrors } from "../../components/field/field.js";
import { Problem } from "../../components/problem/problem.js";
import { Title } from "../../components/title/title.js";
import { isUsed, lineOf, MOST_CABINETS, NEW, slotOf } from "./installation-line.js";
import { placesIn } from "./installation-places.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {import("../../components/combobox/combobox.js").Choice} Choice */
/** @typedef {import("./installation-line.js").Line} Line */

start(async (page) => {
  const dex_read_id = Number(page.params.dex_read_id);
  const read = await api.dex_read_service.get_dex_read({ dex_read_id });
  setTitle(`New machine: ${isolated(nameOf(read))}`);
  byId("title", Title).parents = [
    ["/dex", "DEX"],
    [`/dex/${read.id}`, nameOf(read)],
  ];
  if (read.device_id !== null) {
    fill(
      byId("body"),
      h(
        "p",
        null,
        "This audit belongs to ",
        link(`/devices/${read.device_id}`, nameOf(read)),
        " already.",
      ),
    );
    return;
  }
  if (read.selections.length === 0) {
    fill(
      byId("body"),
      h(
        "p",
        null,
        "This audit names no selections, so no planogram can be made from it. Add the device under ",
        link("/devices", "Devices"),
        " and assign the audit to it.",
      ),
    );
    return;
  }
  fill(byId("body"), new Installation(read, await knownProducts()).form);
});

/** Products in use by name in small letters. @returns {Promise<Map<string, Choice>>} */
async function knownProducts() {
  /** @type {Map<string, Choice>} */
  const known = new Map();
  /** @type {string | null | undefined} */
  let cursor;
  do {
    const answer = await api.product_service.list_products({
      limit: 200,
      cursor: cursor ?? undefined,
    });
    for (const { id, name, price_cents } of answer.items)
      known.set(name.toLowerCase(), { value: id, label: name, detail: money(price_cents) });
    cursor = answer.next_cursor;
  } while (cursor && known.size < 2000);
  return known;
}

/** @typedef {{number: number, rows: HTMLInputElement, columns: HTMLInputElement}} CabinetSize */

/**
 * As large as its selections need, or as the audit's layout says.
 * @param {Read} read
 * @returns {CabinetSize[]}
 */
function cabinetSizes({ selections, layout }) {
  const numbers = [...new Set(selections.map(({ cabinet }) => cabinet))].sort((a, b) => a - b);
  return numbers.slice(0, MOST_CABINETS).map((cabinet) => {
    const own = selections.filter((each) => each.cabinet === cabinet);
    const most = (/** @type {"row" | "column"} */ name) =>
      Math.max(1, ...own.map((each) => each[name] ?? 0));
    const columns = Math.max(most("column"), layout ? 1 : own.length);
    const size = cabinet === 1 && layout ? layout : { rows: most("row"), columns };
    return {
      number: cabinet,
      rows: sizeInput("Shelves", size.rows, 26),
      columns: sizeInput("Columns", size.columns, 40),
    };
  });
}

class Installation {
  /** Of a combination machine, one for each of its parts. @type {CabinetSize[]} */ #cabinets;
  /** @type {Line[]} */ #lines;
  #problem = new Problem();
  #insisting = despiteSerial();
  #submit = h("button", { class: "button primary", type: "submit" }, "Create machine");
  #summary = h("span", { class: "muted" });
  #slots = h("div", { class: "slots", role: "group", "aria-label": "Slots" });

  /** @param {Read} read @param {Map<string, Choice>} products */
  constructor(read, products) {
    this.read = read;
    this.products = products;
    this.#cabinets = cabinetSizes(read);
    this.#lines = read.selections
      .filter(isUsed)
      .map((each) => lineOf(each, read, products, () => this.#tell()));
    this.#problem.hidden = true;
    this.#arrange();
    const onsubmit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#save();
    };
    this.form = h(
      "form",
      { class: "installation", novalidate: true, onsubmit },
      this.#problem,
      this.#about(),
      this.#grid(),
      h(
        "section",
        { class: "section" },
        h("header", null, h("h2", null, "Slots"), this.#summary),
        this.#bulk(),
        this.#stock(),
        this.#slots,
      ),
      this.#saveBar(),
    );
    this.form.addEventListener("input", () => this.#tell());
    this.#tell();
  }

  #saveBar() {
    const words =
      "Creates the device, its planogram and the products named here, and books this audit.";
    return h(
      "div",
      { class: "save-bar" },
      h("span", { class: "muted small" }, words),
      h(
        "span",
        { class: "end bar" },
        h("a", { class: "button", href: `/#/dex/${this.read.id}` }, "Cancel"),
        this.#submit,
      ),
    );
  }

  // Parts

  #about() {
    const { read } = this;
    const asset = read.reported_asset ?? read.serial ?? "";
    return h(
      "section",
      { class: "section about" },
      h(
        "header",
        null,
        h("h2", null, "The machine"),
        h("span", { class: "count" }, headingOf(read)),
      ),
      h(
        "div",
        { class: "form" },
        field(
          "Asset number",
          h("input", {
            class: "input",
            name: "asset",
            required: true,
            maxlength: 40,
            autocomplete: "off",
            value: asset,
          }),
          {
            hint: read.reported_asset
              ? "As the machine says"
              : "The machine does not say: what is on its sticker?",
          },
        ),
        field(
          "Name",
          h("input", { class: "input", name: "name", maxlength: 120, autocomplete: "off" }),
          { optional: true, hint: "Such as Town hall, lobby" },
        ),
        field(
          "Location",
          combobox({
            name: "location_id",
            placeholder: "Not yet",
            source: findLocations,
            create: createLocation,
          }),
          { optional: true },
        ),
        field("Route", combobox({ name: "route_id", placeholder: "Not yet", source: findRoutes }), {
          optional: true,
        }),
        withOthers(read),
        this.#insisting,
      ),
    );
  }

  #grid() {
    const layout = this.read.layout;
    const several = this.#cabinets.length > 1;
    const sizes = this.#cabinets.map(({ number: cabinet, rows, columns }, index) => {
      for (const input of [rows, columns])
        input.onchange = () => {
          this.#arrange();
          this.#tell();
        };
      return h(
        "div",
        { class: "grid-size" },
        several && h("h3", null, `Cabinet ${number(cabinet)}`),
        field("Shelves", rows, { pointer: `/cabinets/${index}/rows` }),
        field("Columns", columns, { pointer: `/cabinets/${index}/columns` }),
        index === 0 &&
          h(
            "p",
            { class: "muted" },
            "Slots keep the place their code suggests; those that no longer fit follow in order.",
          ),
      );
    });
    return h(
      "section",
      { class: "section" },
      h(
        "header",
        null,
        h("h2", null, several ? "The cabinets" : "The cabinet"),
        layout &&
          h(
            "span",
            { class: "count" },
            `read from the selection codes, ${percent(layout.confidence * 100)} sure`,
          ),
      ),
      sizes,
    );
  }

  #bulk() {
    const set = (/** @type {"capacity" | "par"} */ name, /** @type {HTMLInputElement} */ input) => {
      if (input.value === "") return;
      for (const { inputs } of this.#lines) inputs[name].value = input.value;
      if (name === "capacity")
        for (const { inputs } of this.#lines)
          inputs.par.value = String(Math.min(Number(inputs.par.value), Number(input.value)));
      this.#tell();
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

  #stock() {
    const choices = /** @type {const} */ ([
      ["full", "Full"],
      ["par", "At par"],
      ["counted", "Counted"],
      ["unknown", "Unknown"],
    ]);
    return h(
      "fieldset",
      { class: "stock-choice", onchange: () => this.#tell() },
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

  // Actions

  /** Gives every slot a place in the grid: its own where it fits, else the next free one. */
  #arrange() {
    for (const { number: cabinet, rows, columns } of this.#cabinets) {
      const lines = this.#linesOf(cabinet);
      const wanted = lines.map(({ wanted: place }) => place);
      const places = placesIn(wanted, Number(rows.value), Number(columns.value));
      for (const [index, line] of lines.entries()) Object.assign(line, places[index]);
    }
    const several = this.#cabinets.length > 1;
    const byPlace = [...this.#lines].sort(
      (a, b) => a.cabinet - b.cabinet || (a.row || 99) - (b.row || 99) || a.column - b.column,
    );
    const head = h(
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
    fill(
      this.#slots,
      head,
      byPlace.map(({ line, place, cabinet, row, column }) => {
        place.textContent = row
          ? `${several ? `${cabinet}: ` : ""}${String.fromCharCode(64 + row)}${column}`
          : "no room";
        place.classList.toggle("bad", row === 0);
        return line;
      }),
    );
  }

  #tell() {
    const chosen = this.#lines.filter(({ product }) => product.value !== "");
    const made = new Set(
      chosen
        .filter(({ product }) => product.value.startsWith(NEW))
        .map(({ product }) => product.value),
    );
    this.#slots.classList.toggle("counting", this.#mode === "counted");
    this.#summary.className = "count";
    this.#summary.textContent =
      `${number(chosen.length)} of ${units(this.#lines.length, "slot")} with a ` +
      `product${made.size ? `, ${units(made.size, "new product")}` : ""}`;
  }

  get #mode() {
    const chosen = this.form?.querySelector("input[name=stock]:checked");
    return chosen instanceof HTMLInputElement ? chosen.value : "par";
  }

  async #save() {
    if (this.#submit.ariaBusy === "true") return;
    this.#problem.error = null;
    clearErrors(this.form);
    for (const { error } of this.#lines) error.hidden = true;
    if (String(new FormData(this.form).get("asset")).trim() === "") {
      showErrors(
        this.form,
        new ApiError({
          status: 422,
          title: "",
          detail: "",
          errors: [
            {
              pointer: "/asset",
              message: "Give the machine a number, such as the one on its sticker",
            },
          ],
        }),
      );
      return;
    }
    this.#submit.ariaBusy = "true";
    try {
      const device = await api.installation_service.create_installation(this.#body());
      changed(
        "device",
        "planogram",
        "dex_read",
        "product",
        "location",
        "device_type",
        "cabinet_type",
        "sale",
        "stock",
      );
      toast(`Created ${isolated(device.asset)}`);
      navigate(`/devices/${device.id}`, { replace: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (statesAnother(error)) this.#insisting.hidden = false;
      this.#show(error);
    } finally {
      this.#submit.ariaBusy = null;
    }
  }

  #body() {
    const form = new FormData(this.form);
    const name = String(form.get("name") ?? "").trim();
    return {
      dex_read_id: this.read.id,
      asset: String(form.get("asset") ?? "").trim(),
      ...(name ? { name } : {}),
      location_id: Number(form.get("location_id")) || null,
      route_id: Number(form.get("route_id")) || null,
      cabinets: this.#cabinets.map(({ number: cabinet, rows, columns }, at) => ({
        rows: Number(rows.value),
        columns: Number(columns.value),
        slots: this.#linesOf(cabinet).map((line, index) =>
          slotOf(line, `/cabinets/${at}/slots/${index}/price_cents`),
        ),
      })),
      with_others: form.has("with_others"),
      despite_serial: form.has("despite_serial"),
      stock:
        this.#mode === "counted"
          ? this.#counts()
          : /** @type {"full" | "par" | "unknown"} */ (this.#mode),
    };
  }

  /** @param {number} cabinet */
  #linesOf(cabinet) {
    return this.#lines.filter((line) => line.cabinet === cabinet);
  }

  #counts() {
    return Object.fromEntries(
      this.#lines
        .filter(({ inputs, product }) => inputs.count.value !== "" && product.value !== "")
        .map(({ inputs }) => [inputs.selection.value.trim(), Number(inputs.count.value)]),
    );
  }

  /** Puts each message at its slot or field, the rest into the box. @param {ApiError} error */
  #show(error) {
    const left = [];
    for (const each of error.errors) {
      const slot = /^\/cabinets\/(\d+)\/slots\/(\d+)/.exec(each.pointer);
      const count = /^\/stock\/(.+)/.exec(each.pointer);
      const line = slot
        ? this.#linesOf(this.#cabinets[Number(slot[1])]?.number ?? 0)[Number(slot[2])]
        : count
          ? this.#lines.find(({ inputs }) => inputs.selection.value.trim() === count[1])
          : undefined;
      if (!line) {
        left.push(each);
        continue;
      }
      line.error.textContent = `${nameOfPlace(each.pointer)}${each.message}`;
      line.error.hidden = false;
    }
    this.form
      .querySelector(".slot-line .error:not([hidden])")
      ?.parentElement?.querySelector("input")
      ?.focus();
    const rest = new ApiError({
      status: error.status,
      title: error.title,
      detail: error.detail,
      errors: left,
    });
    if (error.errors.length > 0 && left.length === 0) return;
    if (error.status === 409 && error.detail.includes("asset number"))
      rest.errors = [{ pointer: "/asset", message: error.detail }];
    if (!showErrors(this.form, rest)) {
      this.#problem.error = rest;
      this.#problem.scrollIntoView({ block: "center" });
    }
  }
}

/** @param {string} pointer */
function nameOfPlace(pointer) {
  const last = pointer.split("/").at(-1) ?? "";
  return (
    {
      par_level: "Par: ",
      capacity: "Capacity: ",
      price_cents: "Price: ",
      selection: "Selection: ",
      name: "Product: ",
    }[last] ?? ""
  );
}

/** @param {string} label @param {number} value @param {number} max */
const sizeInput = (label, value, max) =>
  h("input", {
    class: "input number",
    type: "number",
    min: 1,
    max,
    inputmode: "numeric",
    required: true,
    id: uniqueId("size"),
    "aria-label": label,
    value,
  });

/** @param {string} q @param {AbortSignal} signal */
async function findLocations(q, signal) {
  const { items } = await api.location_service.list_locations({ q, limit: 20 }, { signal });
  return items.map(({ id, name, address }) => ({ value: id, label: name, detail: address }));
}

/** @param {string} name */
async function createLocation(name) {
  const made = await api.location_service.create_location({ name });
  changed("location");
  return { value: made.id, label: made.name };
}

/** @param {string} q @param {AbortSignal} signal */
async function findRoutes(q, signal) {
  const { items } = await api.route_service.list_routes({ q, limit: 20 }, { signal });
  return items.map(({ id, name }) => ({ value: id, label: name }));
}
