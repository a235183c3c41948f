import { inTurn } from "../../words/in-turn.js";
import { date, number } from "../../words/format.js";
import { api, ApiError } from "../../api.js";
import { changed, onChanged } from "../../page/changes.js";
import { fill, h, icon } from "../../page/dom.js";
import { toast, toastProblem } from "../../page/toasting.js";
import { problemBox } from "../../components/problem/problem.js";
import { again, giveUp, onSent, send, sendAgain, sendKept, uploadsOf } from "./sending.js";
import { altOf, thumbnailOf } from "./photo-words.js";
import { openView } from "./view.js";

export { send, sendFrom } from "./sending.js";

/** @typedef {import("../../api.js").Schemas["File"]} Photo */
/** @typedef {import("./sending.js").Upload} Upload */
/**
 * What the photos are of: `name` is what people call it, `hint` says what its photos are good for.
 * @typedef {import("./sending.js").Of & {name: string, hint: string}} Subject
 */

const KINDS = "image/jpeg,image/png,image/webp";
/** A device that is held in a hand has a camera; nothing is dropped or pasted there. */
const HELD = matchMedia("(pointer: coarse)");

/**
 * `<cvd-photos>`: the photos of a device, a product or a visit. `.show(page, subject)` reads them.
 * Photos are added by files, drop, paste or camera, opened by a click or Enter, and removed in the
 * full view. In a `.photo-place` it is hidden where there are none and none may be added.
 */
export class Photos extends HTMLElement {
  #count = h("span", { class: "count" });
  #acts = h("span", { class: "end bar" });
  #grid = h("ul", { class: "grid" });
  #problem = h("div");
  #said = h("span", { class: "visually-hidden", role: "status" });
  /** @type {import("../../page/page.js").Page | null} */ #page = null;
  /** @type {Subject | null} */ #subject = null;
  /** @type {Photo[]} */ #photos = [];
  /** @type {Map<Upload, HTMLElement>} */ #tiles = new Map();
  /** @type {AbortController | null} */ #listening = null;

  connectedCallback() {
    this.classList.add("section");
    this.replaceChildren(
      h("header", null, h("h2", null, "Photos"), this.#count, this.#acts),
      this.#problem,
      this.#grid,
      this.#said,
    );
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("dragover", (event) => this.#drag(event, true), { signal });
    this.addEventListener("dragleave", (event) => this.#drag(event, false), { signal });
    this.addEventListener("drop", (event) => this.#dropped(event), { signal });
    // Before other places for files on the page hear of it.
    const paste = { signal, capture: true };
    document.addEventListener("paste", (event) => this.#pasted(event), paste);
    signal.addEventListener(
      "abort",
      onSent((upload, photo) => this.#hear(upload, photo)),
    );
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /**
   * Reads the photos of a subject and shows them.
   * @param {import("../../page/page.js").Page} page @param {Subject} subject
   */
  async show(page, subject) {
    const isFirst = this.#page === null;
    this.#page = page;
    this.#subject = subject;
    fill(this.#acts, this.#mayChange && this.#buttons());
    if (isFirst) onChanged(["file", "everything"], () => this.refresh());
    await sendKept(page.me.id);
    await this.refresh();
    sendAgain();
  }

  /** Reads them again. */
  refresh = inTurn(async () => {
    if (!this.#subject || !this.isConnected) return;
    const { noun, noun_id } = this.#subject;
    try {
      this.#photos =
        noun_id === 0 ? [] : (await api.file_service.list_files({ noun, noun_id })).items;
      fill(this.#problem);
      this.#draw();
    } catch (error) {
      fill(
        this.#problem,
        problemBox(error, () => this.refresh()),
      );
    }
  });

  get #mayChange() {
    const page = this.#page;
    const isOthers = this.#subject?.noun === "product" && page?.me.role === "driver";
    return !isOthers && (page?.may("file_service.create_file") ?? false);
  }

  #buttons() {
    return [
      HELD.matches && this.#adder("camera", "Take a photo", { capture: "environment" }),
      this.#adder("image-plus", HELD.matches ? "Choose" : "Add photos", { multiple: true }),
    ];
  }

  /**
   * A button that asks for files.
   * @param {string} name @param {string} words
   * @param {Record<string, string | boolean>} how
   */
  #adder(name, words, how) {
    const input = h("input", {
      type: "file",
      class: "visually-hidden",
      accept: KINDS,
      tabindex: -1,
      "aria-hidden": "true",
      onchange: () => {
        this.#add([...(input.files ?? [])]);
        input.value = "";
      },
      ...how,
    });
    const open = () => input.click();
    return [
      h("button", { class: "button", type: "button", onclick: open }, icon(name), words),
      input,
    ];
  }

  /** @param {File[]} files */
  #add(files) {
    const { me } = this.#page ?? {};
    if (!me || !this.#subject) return;
    for (const file of files) send(this.#subject, file, me.id);
  }

  // Dropped and pasted

  /** @param {DragEvent} event @param {boolean} isOver */
  #drag(event, isOver) {
    if (!this.#mayChange || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.toggle("is-over", isOver);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    if (!this.#mayChange) return;
    event.preventDefault();
    event.stopPropagation();
    this.classList.remove("is-over");
    this.#add([...(event.dataTransfer?.files ?? [])]);
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const images = [...(event.clipboardData?.files ?? [])].filter(({ type }) =>
      type.startsWith("image/"),
    );
    if (images.length === 0 || !this.#mayChange || !this.checkVisibility()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#add(images);
  }

  // What is shown

  #draw() {
    if (!this.#subject) return;
    const under = uploadsOf(this.#subject);
    const isEmpty = this.#photos.length + under.length === 0;
    this.hidden = isEmpty && !this.#mayChange;
    this.#count.textContent = this.#photos.length > 0 ? number(this.#photos.length) : "";
    this.classList.toggle("is-empty", isEmpty);
    fill(
      this.#grid,
      this.#photos.map((photo) => this.#tile(photo)),
      under.map((upload) => this.#uploadTile(upload)),
      isEmpty && this.#nothing(),
    );
  }

  #nothing() {
    const way = HELD.matches ? "" : " Drop them here, paste them, or choose files.";
    return h(
      "li",
      { class: "nothing" },
      icon("image"),
      h("p", null, `${this.#subject?.hint}${way}`),
    );
  }

  /** @param {Photo} photo */
  #tile(photo) {
    const alt = altOf(photo, this.#subject?.name ?? "");
    return h(
      "li",
      { dataset: { id: photo.id } },
      h(
        "button",
        { type: "button", class: "photo", "aria-label": alt, onclick: () => this.#open(photo) },
        h("img", { src: thumbnailOf(photo, 160), alt: "", loading: "lazy", decoding: "async" }),
      ),
      h("span", { class: "small muted" }, date(photo.created_at)),
    );
  }

  /** @param {Upload} upload */
  #uploadTile(upload) {
    const before = this.#tiles.get(upload);
    if (before) return before;
    const tile = h("li", { class: "upload" });
    upload.picture.onerror = () => upload.picture.replaceWith(icon("image"));
    this.#tiles.set(upload, tile);
    word(tile, upload);
    return tile;
  }

  /** @param {Upload} upload @param {Photo | null} photo */
  #hear(upload, photo) {
    const tile = this.#tiles.get(upload);
    if (tile && uploadsOf(upload).includes(upload)) {
      word(tile, upload);
      if (upload.state === "refused") this.#said.textContent = upload.problem;
      return;
    }
    this.#tiles.delete(upload);
    if (photo && isOf(this.#subject, photo)) this.#added(photo);
    this.#draw();
  }

  /** @param {Photo} photo */
  #added(photo) {
    if (this.#photos.some(({ id }) => id === photo.id)) {
      toast("This photo is here already", { kind: "info" });
      return;
    }
    this.#photos.push(photo);
    this.#said.textContent = "Photo added";
    changed("file");
  }

  /** @param {Photo} photo */
  #open(photo) {
    openView(photo, {
      photos: () => this.#photos,
      name: this.#subject?.name ?? "",
      remove: this.#mayChange ? (each) => this.#remove(each) : null,
    }).then(() => {
      if (document.activeElement === document.body)
        /** @type {HTMLElement | null} */ (this.querySelector(".photo, .button"))?.focus();
    });
  }

  /** False where it stays. @param {Photo} photo */
  async #remove({ id }) {
    try {
      await api.file_service.delete_file({ file_id: id });
    } catch (error) {
      // Somebody else may have removed it before.
      if (!(error instanceof ApiError) || error.status !== 404) {
        toastProblem(error);
        return false;
      }
    }
    this.#photos = this.#photos.filter((each) => each.id !== id);
    this.#draw();
    changed("file");
    toast("Removed the photo", { action: "Undo", run: () => this.#restore(id) });
    return true;
  }

  /** @param {number} file_id */
  async #restore(file_id) {
    try {
      await api.file_service.restore_file({ file_id });
      changed("file");
    } catch (error) {
      toastProblem(error);
    }
    await this.refresh();
  }
}

/** @param {Subject | null} subject @param {Photo} photo */
const isOf = (subject, { noun, noun_id }) => subject?.noun === noun && subject.noun_id === noun_id;

/** What is true of an upload. @param {HTMLElement} tile @param {Upload} upload */
function word(tile, upload) {
  const { state, share, problem, file, picture } = upload;
  const isStopped = state === "away" || state === "refused";
  tile.classList.toggle("is-refused", state === "refused");
  fill(
    tile,
    tile.querySelector(".picture") ?? h("div", { class: "picture" }, picture),
    h(
      "div",
      { class: "words" },
      state === "sending" &&
        h("progress", {
          "aria-label": `Sending ${file.name}`,
          value: share < 1 ? share : undefined,
        }),
      h("p", { class: "small" }, isStopped ? problem : progressWords(upload)),
      state === "away" && act("Send now", () => again(upload)),
      isStopped && act(state === "away" ? "Do not send" : "Put away", () => giveUp(upload)),
      upload.noun_id === 0 && act("Do not send", () => giveUp(upload)),
    ),
  );
}

/** @param {Upload} upload */
function progressWords({ state, share, noun_id }) {
  if (noun_id === 0) return "Kept here, and sent with the visit";
  if (state === "waiting") return "Waiting";
  return share < 1 ? `Sending ${number(share * 100)}%` : "Making it safe";
}

/** @param {string} words @param {() => void} run */
const act = (words, run) => h("button", { class: "button", type: "button", onclick: run }, words);

customElements.define("cvd-photos", Photos);
