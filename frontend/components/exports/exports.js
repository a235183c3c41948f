import { api } from "../../api.js";
import { fill, h, icon } from "../../page/dom.js";
import { asQuery, exportLine } from "../../words/export-words.js";
import { isUnderWay } from "../../words/job-words.js";
import { JobProgress } from "../job/job.js";
import { problemBox } from "../problem/problem.js";

/** @typedef {import("../../api.js").Schemas["Export"]} Export */
/** @typedef {import("../../api.js").Schemas["Exported"]} Exported */

/**
 * `<cvd-exports operation="sale_service.list_sales">`: a list as a spreadsheet. A short one is
 * downloaded at once; a long one is written by a job, which shows here with how far it is, and then
 * the file, also after a reload. Nothing shows while there is none. Everything that there is can be
 * one of these files, too.
 */
export class Exports extends HTMLElement {
  #list = h("ul", { class: "rows" });
  #problem = h("div");
  /** @type {Map<number, Export>} */
  #files = new Map();
  #isAsking = false;

  connectedCallback() {
    this.hidden = true;
    this.replaceChildren(
      h(
        "header",
        null,
        h("h2", null, "Files"),
        h("span", { class: "muted" }, "Only you see them. They go after a day."),
      ),
      this.#problem,
      this.#list,
    );
    this.#load();
  }

  /** @returns {Exported} */
  get operation() {
    return /** @type {Exported} */ (this.getAttribute("operation"));
  }

  /**
   * Download a spreadsheet, or let a job write it.
   * @param {Record<string, any>} given how the list is filtered and sorted, and its `format`
   */
  async take(given) {
    const asked = { operation: this.operation, query: asQuery(given) };
    await this.#ask(async () => {
      const found = await api.export_service.create_export_preview(asked);
      if (found.address) h("a", { href: found.address, download: "" }).click();
      else this.#show(await api.export_service.create_export(asked), true);
    });
  }

  /** Let a job write everything that there is into one file. */
  async takeEverything() {
    await this.#ask(async () => this.#show(await api.archive_service.create_archive(), true));
  }

  /** Ask once at a time, and tell what went wrong. @param {() => Promise<void>} asking */
  async #ask(asking) {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      await asking();
      this.#tell(null);
    } catch (error) {
      this.#tell(error, () => this.#ask(asking));
    } finally {
      this.#isAsking = false;
    }
  }

  async #load() {
    const { operation } = this;
    try {
      const { items } = await api.export_service.list_exports({ operation });
      this.#files.clear();
      this.#list.replaceChildren();
      this.#tell(null);
      for (const file of items.toReversed()) this.#show(file);
    } catch {
      // The page itself says that the server does not answer.
    }
  }

  /** One file, the newest first. @param {Export} file @param {boolean} [isNew] */
  #show(file, isNew = false) {
    this.#files.set(file.id, file);
    const row = this.#row(file);
    const before = this.#list.querySelector(`[data-id="${file.id}"]`);
    if (before) before.replaceWith(row);
    else this.#list.prepend(row);
    this.hidden = false;
    if (isNew) row.scrollIntoView({ block: "nearest" });
  }

  /** @param {Export} file */
  #row(file) {
    const isMade = file.state === "done";
    const remove = h(
      "button",
      { class: "button plain", type: "button", "aria-label": `Remove ${file.name}` },
      icon("trash-2"),
      "Remove",
    );
    remove.onclick = () => this.#remove(file);
    return h(
      "li",
      { "data-id": String(file.id) },
      h(
        "div",
        { class: "file" },
        h("strong", { class: "truncate" }, file.name),
        h("span", { class: "muted small" }, exportLine(file)),
        !isMade && this.#progress(file),
      ),
      h(
        "div",
        { class: "acts" },
        isMade &&
          h(
            "a",
            { class: "button", href: file.address, download: file.name },
            icon("download"),
            "Download",
          ),
        !isUnderWay(file) && remove,
      ),
    );
  }

  /** How far it is, and once it has ended what became of it. @param {Export} file */
  #progress(file) {
    const progress = new JobProgress();
    let state = file.state;
    progress.addEventListener("told", async (event) => {
      const job = /** @type {CustomEvent} */ (event).detail;
      if (job.state === state || (isUnderWay(job) && isUnderWay({ state }))) return;
      state = job.state;
      const now = await api.export_service.get_export({ export_id: file.id }).catch(() => null);
      if (now) this.#show(now);
    });
    progress.follow(file.job_id);
    return progress;
  }

  /** @param {Export} file */
  async #remove({ id }) {
    try {
      await api.export_service.delete_export({ export_id: id });
    } catch (error) {
      this.#tell(error, () => this.#load());
      return;
    }
    this.#files.delete(id);
    this.#list.querySelector(`[data-id="${id}"]`)?.remove();
    this.#tell(null);
  }

  /** What went wrong, if anything. @param {unknown} error @param {() => void} [retry] */
  #tell(error, retry) {
    fill(this.#problem, error ? problemBox(error, retry) : null);
    this.hidden = !error && this.#files.size === 0;
  }
}

customElements.define("cvd-exports", Exports);
