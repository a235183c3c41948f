/**
 * Many audits at once on the DEX page: sent as one batch, followed while a job books it, and then
 * what needs a look.
 * @module
 */
import {
  api,
  byId,
  fill,
  h,
  icon,
  link,
  number,
  setParams,
  toastProblem,
} from "../../page/page.js";
import { JobProgress } from "../../components/job/job.js";
import { batchSentence, OUTCOMES } from "../../words/source-words.js";
import { zipOf } from "../../words/zip.js";

/** @typedef {import("../../api.js").Schemas["DexBatch"]} DexBatch */
/** @typedef {import("../../api.js").Schemas["DexBatchFile"]} DexBatchFile */

/** More than so many files are a batch. */
const HANDFUL = 10;
const MOST_SHOWN = 100;
const MOST_BYTES = 50 * 1024 * 1024;

const isZip = (/** @type {File} */ { name, type }) =>
  /\.zip$/i.test(name) || type === "application/zip";

/**
 * The files that are to be sent one by one, and the zips that are batches.
 * @param {File[]} files
 * @returns {Promise<{single: File[], zips: File[]}>}
 */
export async function sorted(files) {
  const zips = files.filter(isZip);
  const others = files.filter((file) => !isZip(file));
  if (others.length <= HANDFUL) return { single: others, zips };
  const read = others.map(async (file) => ({
    name: file.name,
    content: new Uint8Array(await file.arrayBuffer()),
  }));
  const packed = zipOf(await Promise.all(read));
  return { single: [], zips: [...zips, new File(packed, `${number(others.length)} files.zip`)] };
}

export class Batches {
  #section = byId("batch");
  #job = byId("batch-job", JobProgress);
  /** The batch that is shown, 0 for none. */
  #id = 0;

  /** @param {() => void} onDone hears when a batch is booked */
  constructor(onDone) {
    this.onDone = onDone;
    this.#job.addEventListener("ended", () => this.show(this.#id).then(onDone));
    byId("batch-close").onclick = () => {
      this.#section.hidden = true;
      this.#id = 0;
      setParams({ batch: "" });
    };
  }

  /** Send zips, one after the other; the last stays in sight. @param {File[]} zips */
  async send(zips) {
    for (const file of zips) {
      this.#begin(file.name);
      if (file.size > MOST_BYTES) {
        this.#tell("It is larger than 50 MiB: send it in parts.");
        continue;
      }
      try {
        const batch = await api.dex_batch_service.create_dex_batch({ file });
        if (batch.id === null) {
          this.#report(batch, (batch.items ?? []).filter(needsALook));
          this.onDone();
        } else {
          setParams({ batch: String(batch.id) });
          await this.show(batch.id);
        }
      } catch (error) {
        this.#tell("Nothing of it was taken in.");
        toastProblem(error);
      }
    }
  }

  /** Show a batch that was sent before, and follow its job. @param {number} id */
  async show(id) {
    if (!id) return;
    this.#id = id;
    try {
      const batch = await api.dex_batch_service.get_dex_batch({ dex_batch_id: id });
      const asked = { dex_batch_id: id, needs_a_look: true, limit: MOST_SHOWN };
      const { items } = await api.dex_batch_service.list_dex_batch_files(asked);
      this.#report(batch, items);
      if (batch.left > 0 && batch.job_id !== null) {
        this.#job.hidden = false;
        if (byId("batch-list").childElementCount === 0) this.#tell("");
        await this.#job.follow(batch.job_id);
      }
    } catch (error) {
      toastProblem(error);
    }
  }

  /** @param {string} name */
  #begin(name) {
    this.#section.hidden = false;
    this.#job.hidden = true;
    byId("batch-name").textContent = name;
    fill(byId("batch-list"));
    this.#tell("Sending…");
  }

  /** @param {string} sentence */
  #tell(sentence) {
    byId("batch-summary").textContent = sentence;
  }

  /** @param {DexBatch} batch @param {DexBatchFile[]} items */
  #report(batch, items) {
    this.#begin(batch.filename);
    const more = batch.needs_a_look - items.length;
    this.#tell(batch.left > 0 ? "" : batchSentence(batch));
    fill(
      byId("batch-list"),
      items.map(row),
      more > 0 && h("li", { class: "muted" }, `and ${number(more)} more that need a look`),
    );
  }
}

/** @param {DexBatchFile} file */
const needsALook = ({ outcome }) => outcome !== null && outcome in OUTCOMES;

/** @param {DexBatchFile} file */
function row({ filename, outcome, note, dex_read_id }) {
  const isBad = outcome === "refused";
  const mark = icon(isBad ? "ban" : "triangle-alert");
  mark.classList.add(isBad ? "bad" : "warn");
  const to = dex_read_id === null ? "/dex?tab=refused" : `/dex/${dex_read_id}`;
  return h(
    "li",
    null,
    mark,
    h(
      "div",
      { class: "words" },
      h("p", null, `${OUTCOMES[outcome ?? ""]}${note ? `. ${note}` : ""}`),
      h("span", { class: "file" }, filename),
    ),
    h("div", { class: "actions" }, link(to, isBad ? "Refused files" : "Look at it")),
  );
}
