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
  setTitle,
  start,
  toast,
  units,
} from "../../page/page.js";
import { despiteSerial, statesAnother } from "./audits.js";
import { nameOf } from "../../words/read-words.js";
import { clearErrors, showErrors } from "../../components/field/field.js";
import { Problem } from "../../components/problem/problem.js";
import { Title } from "../../components/title/title.js";
import { cabinetsPart, cabinetSizes } from "./installation-cabinets.js";
import { isUsed, lineOf, NEW, slotOf } from "./installation-line.js";
import { machinePart } from "./installation-machine.js";
import { placesIn } from "./installation-places.js";
import { forAll, slotHead, stockPart } from "./installation-slots.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {import("../../components/combobox/combobox.js").Choice} Choice */
/** @typedef {import("./installation-cabinets.js").CabinetSize} CabinetSize */
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
      machinePart(read, this.#insisting),
      cabinetsPart(read, this.#cabinets, () => {
        this.#arrange();
        this.#tell();
      }),
      h(
        "section",
        { class: "section" },
        h("header", null, h("h2", null, "Slots"), this.#summary),
        forAll(this.#lines, () => this.#tell()),
        stockPart(() => this.#tell()),
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
    fill(
      this.#slots,
      slotHead(),
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
