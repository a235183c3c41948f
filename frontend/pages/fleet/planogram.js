import { inTurn } from "../../words/in-turn.js";
import {
  api,
  ApiError,
  byId,
  changed,
  fill,
  h,
  isolated,
  number,
  onChanged,
  onParams,
  setParams,
  setTitle,
  start,
  toast,
  units,
} from "../../page/page.js";
import { summaryWords } from "../../words/planogram-words.js";
import { codeOf } from "../../words/slots.js";
import { confirmed } from "../../components/dialog/dialog.js";
import { empty } from "../../components/empty/empty.js";
import { Title } from "../../components/title/title.js";
import { draggable } from "./planogram-drag.js";
import { Draft, isOffMachine } from "./planogram-draft.js";
import { editsOf, proposeFrom, settle } from "./planogram-dialogs.js";
import { Grid, idOf } from "./planogram-grid.js";
import { editKeys, gridKeys } from "./planogram-keys.js";
import { Mode } from "./planogram-mode.js";
import { say } from "./planogram-notice.js";
import { Side } from "./planogram-side.js";

/** @typedef {import("../../api.js").Schemas["Device"]} Device */
/** @typedef {import("../../api.js").Schemas["Cabinet"]} Cabinet */
/** @typedef {import("../../page/page.js").Page} Page */

const VIEWS = /** @type {const} */ (["level", "sales", "price"]);

start(async (page) => {
  const device = await api.device_service.get_device({ device_id: Number(page.params.device_id) });
  const title = byId("title", Title);
  title.parents = [
    ["/devices", "Devices"],
    [`/devices/${device.id}`, device.asset],
  ];
  setTitle(`Planogram of ${isolated(device.asset)}`);
  const first = device.cabinets[0];
  if (!first) {
    const mayAdd = page.may("device_service.create_cabinet");
    fill(
      byId("cabinet"),
      empty({
        icon: "grid-3x3",
        heading: "This device has no cabinet",
        text: mayAdd
          ? "Add one on the page of the device, then arrange it here."
          : "Its slots are shown here once a manager has added one.",
        action: h("a", { class: "button", href: `/#/devices/${device.id}` }, "Open the device"),
      }),
    );
    for (const id of ["side", "views", "undo", "redo", "from-audit", "show-products"])
      document.getElementById(id)?.remove();
    return;
  }
  const workbench = new Workbench(page, device);
  onParams(() => workbench.show());
  onChanged(["planogram", "stock", "dex_read", "visit", "everything"], () => workbench.renew());
  await workbench.show();
});

class Workbench {
  /** @type {Cabinet | null} */ #cabinet = null;
  /** @type {Draft | null} */ #draft = null;
  /** @type {Grid | null} */ #grid = null;
  /** @type {Side | null} */ #side = null;
  /** @type {Mode | null} */ #mode = null;
  #saving = false;

  /** @param {Page} page @param {Device} device */
  constructor(page, device) {
    this.page = page;
    this.device = device;
    this.mayEdit = page.may("planogram_service.update_planogram");
    this.#drawCabinets();
    for (const button of this.#viewButtons)
      button.onclick = () => {
        setParams({ view: button.value === "level" ? "" : button.value });
        this.#showView();
      };
    gridKeys(this.mayEdit);
    if (this.mayEdit) this.#edit();
    addEventListener("beforeunload", (event) => {
      if (this.#draft?.changedCount) event.preventDefault();
    });
  }

  /** Shows what the address says. */
  show = inTurn(() => this.#showAddressed());

  async #showAddressed() {
    const position = Number(this.page.params.cabinet) || 1;
    const cabinet =
      this.device.cabinets.find((each) => each.position === position) ?? this.device.cabinets[0];
    if (cabinet && cabinet.id !== this.#cabinet?.id) await this.#open(cabinet);
    this.#showView();
    const slot = Number(this.page.params.slot);
    if (
      slot &&
      this.#draft?.slots.some(({ id }) => id === slot) &&
      this.#grid &&
      !this.#grid.picked.includes(slot)
    )
      this.#grid.picked = [slot];
  }

  /** Shows what others changed, unless something here is not saved. */
  renew = inTurn(async () => {
    const draft = this.#draft;
    if (!draft || !this.#isAsSaved(draft)) return;
    const now = await api.planogram_service.get_planogram({ cabinet_id: draft.cabinetId });
    // Changed, saved or left while it was asked for: the answer is the older one.
    if (this.#isAsSaved(draft) && now.version >= draft.version) draft.reset(now);
  });

  /** @param {Draft} draft */
  #isAsSaved(draft) {
    return draft === this.#draft && draft.changedCount === 0 && !this.#saving;
  }

  /** @param {Cabinet} cabinet */
  async #open(cabinet) {
    const planogram = await api.planogram_service.get_planogram({ cabinet_id: cabinet.id });
    this.#cabinet = cabinet;
    const draft = new Draft(planogram);
    const grid = new Grid(draft, {
      rows: planogram.rows,
      columns: planogram.columns,
      label: `Cabinet ${cabinet.position} of ${isolated(this.device.asset)}, from the front`,
    });
    const side = new Side(byId("side"), this.page, draft, grid);
    this.#draft = draft;
    this.#grid = grid;
    this.#side = side;
    const mode = new Mode(draft, grid);
    if (this.#mode?.isOn) this.#mode.stop();
    this.#mode = mode;
    side.onSwap = () => mode.startSwap();
    side.onPlace = (product) => mode.startPlacing(product);
    fill(byId("cabinet"), grid.element);
    draft.addEventListener("change", () => {
      this.#tell();
      side.show();
    });
    grid.addEventListener("pick", () => this.#onPick());
    grid.addEventListener("choose", () => this.#onChoose());
    if (this.mayEdit) {
      grid.addEventListener("empty", () => draft.empty(grid.chosen));
      grid.addEventListener("type", () => side.focus("par_level"));
    }
    side.show();
    this.#tell();
  }

  #onPick() {
    if (!this.#grid || !this.#side) return;
    const [only] = this.#grid.picked;
    if (only && this.#mode?.take(this.#grid.picked)) return;
    setParams({ slot: this.#grid.picked.length === 1 ? only : "" });
    this.#side.show();
    if (only) this.#grid.reveal(only);
  }

  #onChoose() {
    const chosen = this.#grid?.chosen ?? [];
    if (this.#mode?.isOn) this.#mode.take(chosen);
    else if (this.mayEdit) this.#side?.focus("product_id");
    else if (this.#grid) this.#grid.picked = chosen;
  }

  // Editing

  #edit() {
    const { page } = this;
    byId("undo").onclick = () => this.#draft?.undo();
    byId("redo").onclick = () => this.#draft?.redo();
    byId("save").onclick = () => this.#save();
    byId("discard").onclick = () => this.#discard();
    byId("show-products").onclick = () => {
      if (!this.#grid || !this.#side) return;
      this.#grid.picked = [];
      this.#side.showProducts();
      this.#side.open();
    };
    if (page.may("planogram_service.create_planogram_proposal"))
      byId("from-audit").onclick = () => this.#propose();
    document.addEventListener("keydown", (event) => this.#onKey(event));
    draggable(document.body, {
      source: ".tile, .product",
      target: ".tile",
      label: (source) => this.#wordsOf(source),
      drop: (source, target) => this.#drop(source, target),
    });
    editKeys({
      focus: (field) => this.#side?.focus(field),
      swap: () => this.#mode?.startSwap(),
      propose: page.may("planogram_service.create_planogram_proposal")
        ? () => this.#propose()
        : null,
    });
  }

  /** @param {string} key @param {boolean} shifted */
  #commandOf(key, shifted) {
    if (key === "s") return () => this.#save();
    if (key === "y" || (key === "z" && shifted)) return () => this.#draft?.redo();
    return key === "z" ? () => this.#draft?.undo() : null;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape" && this.#mode?.isOn) return this.#mode.stop();
    if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const run = this.#commandOf(key, event.shiftKey);
    if (!run || (key !== "s" && event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    // What is being typed counts as entered.
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
    run();
  }

  /** @param {HTMLElement} source */
  #wordsOf(source) {
    if (source.matches(".product")) return this.#side?.productOf(source)?.name ?? null;
    const slot = this.#draft?.slot(idOf(source));
    return slot && slot.product_id !== null ? `${codeOf(slot)} ${slot.product_name}` : null;
  }

  /** @param {HTMLElement} source @param {HTMLElement} target */
  #drop(source, target) {
    if (!this.#draft || !this.#grid) return;
    const id = idOf(target);
    const product = source.matches(".product") ? this.#side?.productOf(source) : null;
    if (product)
      this.#draft.place(this.#grid.picked.includes(id) ? this.#grid.picked : [id], product);
    else if (idOf(source)) this.#draft.swap(idOf(source), id);
  }

  #propose() {
    const draft = this.#draft;
    if (!draft) return;
    proposeFrom({ device_id: this.device.id, cabinet_id: draft.cabinetId }, (proposal) => {
      const { edits, guesses } = editsOf(draft, proposal);
      const before = draft.changedCount;
      draft.change(edits, guesses);
      const count = [...guesses.values()].filter((each) => each.length > 0).length;
      const proposed = draft.changedCount - before;
      say(
        [
          proposed <= 0
            ? "The audit agrees with the planogram: nothing to change."
            : "The audit changes " +
              `${units(proposed, "slot")}${count ? `, ${number(count)} by a guess (dashed)` : ""}. ` +
              "Nothing is saved yet.",
          proposal.unplaced.length > 0 ? `No slot here for ${proposal.unplaced.join(", ")}.` : "",
        ].join(" "),
      );
    });
  }

  async #save() {
    const draft = this.#draft;
    if (!draft || draft.changedCount === 0 || this.#saving) return;
    const [mistake] = draft.mistakes;
    if (mistake) return this.#point(mistake.id, mistake.message);
    const slots = draft.request();
    if (slots.length === 0) return draft.reset();
    this.#saving = true;
    byId("save").ariaBusy = "true";
    /** @type {import("../../api.js").Schemas["Planogram"] | null} */
    let theirs = null;
    try {
      draft.reset(
        await api.planogram_service.update_planogram({
          cabinet_id: draft.cabinetId,
          version: draft.version,
          slots,
        }),
      );
      say("");
      changed("planogram", "stock", "device");
      toast(`Saved ${units(slots.length, "slot")}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409 && error.current) theirs = error.current;
      else this.#refused(error, slots);
    } finally {
      this.#saving = false;
      byId("save").ariaBusy = null;
    }
    if (theirs) await this.#merge(draft, theirs);
  }

  /** @param {Draft} draft @param {import("../../api.js").Schemas["Planogram"]} theirs */
  async #merge(draft, theirs) {
    if (draft.clashes(theirs).length > 0) {
      if (!(await settle(draft, theirs))) return;
    } else {
      draft.rebase(theirs);
      toast("Somebody else changed other slots: both are kept.", { kind: "info" });
    }
    await this.#save();
  }

  /** @param {ApiError} error @param {{id: number}[]} slots */
  #refused(error, slots) {
    const first = error.errors
      .map(({ pointer, message }) => ({
        id: slots[Number(/^\/slots\/(\d+)/.exec(pointer)?.[1])]?.id,
        message,
      }))
      .find(({ id }) => id !== undefined);
    if (first?.id && this.#draft)
      this.#point(first.id, `${codeOf(this.#draft.slot(first.id))}: ${first.message}`);
    else say(`${error.title}. ${error.detail}`, "bad");
  }

  /** @param {number} id @param {string} message */
  #point(id, message) {
    say(`${message}.`, "bad");
    if (this.#grid) this.#grid.picked = [id];
  }

  async #discard() {
    const draft = this.#draft;
    if (!draft) return;
    if (
      draft.changedCount > 3 &&
      !(await confirmed({
        heading: "Discard the changes?",
        text: `${units(draft.changedCount, "slot")} would be as they were saved last.`,
        action: "Discard",
      }))
    )
      return;
    draft.reset(await api.planogram_service.get_planogram({ cabinet_id: draft.cabinetId }));
    say("");
  }

  // Showing

  /** @returns {HTMLButtonElement[]} */
  get #viewButtons() {
    return [...byId("views").querySelectorAll("button")];
  }

  #showView() {
    const view = VIEWS.find((each) => each === this.page.params.view) ?? "level";
    for (const button of this.#viewButtons)
      button.setAttribute("aria-checked", String(button.value === view));
    if (this.#grid) this.#grid.view = view;
    this.#offerPrices();
    for (const button of byId("cabinets").querySelectorAll("button"))
      button.setAttribute("aria-checked", String(Number(button.value) === this.#cabinet?.position));
  }

  /** Offers, in the Price view, to take all prices of the machine that differ. */
  #offerPrices() {
    const draft = this.#draft;
    const button = document.getElementById("take-prices");
    if (!draft || !button) return;
    const off = draft.slots.filter(isOffMachine);
    button.hidden = this.page.params.view !== "price" || off.length === 0;
    button.textContent =
      off.length === 1
        ? "Take the machine's price"
        : `Take the machine's ${number(off.length)} prices`;
    button.onclick = () => {
      draft.takeMachinePrices(off.map(({ id }) => id));
      this.#grid?.focus();
    };
  }

  #drawCabinets() {
    const { cabinets } = this.device;
    byId("cabinets").hidden = cabinets.length < 2;
    fill(
      byId("cabinets"),
      cabinets.map(({ position }) =>
        h(
          "button",
          {
            type: "button",
            role: "radio",
            value: position,
            onclick: () => this.#switchTo(position),
          },
          `Cabinet ${position}`,
        ),
      ),
    );
  }

  /** @param {number} position */
  async #switchTo(position) {
    if (
      this.#draft?.changedCount &&
      !(await confirmed({
        heading: "Leave this cabinet?",
        text: `${units(this.#draft.changedCount, "slot")} of it are not saved.`,
        action: "Discard and leave",
      }))
    )
      return;
    setParams({ cabinet: position === 1 ? "" : position, slot: "" });
    await this.show();
  }

  #tell() {
    const draft = this.#draft;
    if (!draft) return;
    byId("summary").textContent = summaryWords(draft.slots);
    if (!this.mayEdit) return;
    this.#offerPrices();
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !draft.canUndo;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !draft.canRedo;
    byId("save-bar").hidden = draft.changedCount === 0;
    byId("unsaved").textContent = `${units(draft.changedCount, "slot")} changed, not saved`;
  }
}
