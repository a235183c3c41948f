/**
 * The uploads of the DEX page: three at a time, each ending as one sentence and what can be done
 * about it.
 * @module
 */
import {
  api,
  ApiError,
  byId,
  dateTime,
  fill,
  h,
  icon,
  isolated,
  link,
  money,
  number,
  toastProblem,
  units,
} from "../../page/page.js";
import { accept, assign } from "./audits.js";
import { firstCounters, headingOf, isHeld } from "../../words/read-words.js";
import { stockQuestion } from "./stock-question.js";

/** @typedef {import("../../page/dom.js").Child} Child */
/** @typedef {import("../../api.js").Schemas["DexRead"]} DexRead */
/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} DexReadDetail */
/** @typedef {{file: File, row: HTMLLIElement, started: boolean}} Upload */
/**
 * @typedef {{icon: string, kind: string, sentence: import("../../page/dom.js").Child, actions?:
 *   import("../../page/dom.js").Child[], more?: import("../../page/dom.js").Child}} Words
 */

const AT_ONCE = 3;

export class UploadQueue {
  #section = byId("uploads");
  #list = byId("queue");
  /** @type {Upload[]} */ #uploads = [];
  /** @type {Set<number>} */ #answered = new Set();
  /** Rows whose audit waits for a person. @type {Map<HTMLLIElement, {filename: string, read: DexRead}>} */ #waiting =
    new Map();
  #running = 0;
  #done = 0;
  #refused = 0;

  /**
   * @param {import("../../page/page.js").Page} page
   * @param {() => void} onDone hears when nothing is left to do
   */
  constructor(page, onDone) {
    this.page = page;
    this.onDone = onDone;
  }

  /** @param {File[]} files */
  add(files) {
    for (const file of files) {
      const row = h("li");
      this.#uploads.push({ file, row, started: false });
      word(row, file.name, { icon: "clock", kind: "muted", sentence: "Waiting" });
      this.#list.append(row);
    }
    this.#section.hidden = false;
    this.#tell();
    for (let free = this.#running; free < AT_ONCE; free += 1) this.#next();
  }

  /** Looks again at what waited for a person: somebody may have decided on another page. */
  async renew() {
    for (const [row, { filename, read }] of this.#waiting) {
      const now = await api.dex_read_service.get_dex_read({ dex_read_id: read.id });
      if (now.status !== read.status || isHeld(now) !== isHeld(read))
        await this.show(row, filename, now);
    }
  }

  /** Takes what is done off the list. */
  clear() {
    this.#uploads = this.#uploads.filter(({ started, row }) => !started || row.ariaBusy === "true");
    this.#waiting.clear();
    fill(
      this.#list,
      this.#uploads.map(({ row }) => row),
    );
    this.#done = 0;
    this.#refused = 0;
    this.#section.hidden = this.#uploads.length === 0;
    this.#tell();
  }

  async #next() {
    const upload = this.#uploads.find(({ started }) => !started);
    if (!upload) return;
    upload.started = true;
    this.#running += 1;
    await this.#send(upload);
    this.#running -= 1;
    this.#done += 1;
    this.#tell();
    if (this.#uploads.some(({ started }) => !started)) this.#next();
    else if (this.#running === 0) this.onDone();
  }

  /** @param {Upload} upload */
  async #send(upload) {
    const { file, row } = upload;
    row.ariaBusy = "true";
    word(row, file.name, { icon: "refresh-cw", kind: "muted spin", sentence: "Uploading" });
    try {
      const read = await api.dex_read_service.create_dex_read({ file });
      const isKnown = read.last_seen_at !== read.received_at || this.#answered.has(read.id);
      this.#answered.add(read.id);
      await this.show(row, file.name, read, isKnown);
    } catch (error) {
      this.#refused += 1;
      word(row, file.name, this.#refusal(error, upload));
    } finally {
      row.ariaBusy = null;
    }
  }

  /**
   * One audit as a sentence with what can be done.
   * @param {HTMLLIElement} row
   * @param {string} filename
   * @param {DexRead} read
   * @param {boolean} [isKnown]
   */
  async show(row, filename, read, isKnown = false) {
    const mayLook = this.page.may("dex_read_service.get_dex_read");
    if (mayLook && (read.status === "unassigned" || read.status === "damaged" || isHeld(read)))
      this.#waiting.set(row, { filename, read });
    else this.#waiting.delete(row);
    const detail = mayLook
      ? await api.dex_read_service.get_dex_read({ dex_read_id: read.id })
      : null;
    const again = async (/** @type {DexReadDetail} */ now) => this.show(row, filename, now);
    const open = detail && h("a", { class: "button", href: `/#/dex/${read.id}` }, "Open");
    const isBooked = (read.status === "booked" || read.status === "baseline") && !isHeld(read);
    if (isKnown && isBooked) word(row, filename, knownAlready(read, detail, open));
    else if (read.status === "unassigned") word(row, filename, this.#unassigned(read, open, again));
    else if (!isBooked) word(row, filename, this.#waits(read, detail, open, again));
    else if (read.status === "baseline") {
      const more = detail && (await stockQuestion(this.page, detail));
      word(row, filename, { ...firstOne(read, detail, open), more });
    } else word(row, filename, booked(read, detail, open, await soldOut(read, this.page)));
  }

  /**
   * Damaged or held back.
   * @param {DexRead} read
   * @param {DexReadDetail | null} detail
   * @param {Child} open
   * @param {(now: DexReadDetail) => void} again
   * @returns {Words}
   */
  #waits(read, detail, open, again) {
    const isDamaged = read.status === "damaged";
    const words = isDamaged
      ? ": its checksum does not match, so the file was changed or damaged on its way. It is " +
        "kept, but nothing is booked until you accept it; sending it again from the machine is " +
        "better."
      : `: held back. ${read.held_reason} Nothing of it is booked until you accept it.`;
    return {
      icon: "triangle-alert",
      kind: isDamaged ? "bad" : "warn",
      sentence: [name(read, detail), words],
      actions: [open, this.#acceptance(read, again)],
    };
  }

  /** @param {DexRead} read @param {(now: DexReadDetail) => void} again */
  #acceptance(read, again) {
    if (!this.page.may("dex_read_service.accept_dex_read")) return null;
    if (read.device_id === null) return null;
    const button = h(
      "button",
      {
        class: "button",
        type: "button",
        onclick: async () => {
          button.ariaBusy = "true";
          try {
            again(await accept(read));
          } catch (error) {
            toastProblem(error);
          } finally {
            button.ariaBusy = null;
          }
        },
      },
      "Accept and book",
    );
    return button;
  }

  /**
   * @param {DexRead} read
   * @param {import("../../page/dom.js").Child} open
   * @param {(now: DexReadDetail) => void} again
   * @returns {Words}
   */
  #unassigned(read, open, again) {
    const called = [
      read.serial && `serial ${isolated(read.serial)}`,
      read.reported_asset && `asset ${isolated(read.reported_asset)}`,
    ]
      .filter(Boolean)
      .join(" or ");
    return {
      icon: "circle-help",
      kind: "warn",
      sentence: this.page.may("dex_read_service.assign_dex_read")
        ? [
            `${headingOf(read)}: `,
            called ? `no device has ${called}. ` : "the machine does not say who it is. ",
            "Make a new machine from this audit, or say whose it is.",
          ]
        : `${headingOf(read)}: kept, but it is from none of your machines. The office decides whose it is.`,
      actions: [
        open,
        this.page.may("dex_read_service.assign_dex_read") &&
          h(
            "button",
            {
              class: "button",
              type: "button",
              onclick: () =>
                assign(read, (now) => {
                  again(now);
                  this.renew();
                }),
            },
            "Assign to a device",
          ),
        this.page.may("installation_service.create_installation") &&
          h(
            "a",
            { class: "button", href: `/#/dex/${read.id}/installation` },
            icon("plus"),
            "New machine from this audit",
          ),
      ],
    };
  }

  /** @param {unknown} error @param {Upload} upload @returns {Words} */
  #refusal(error, upload) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 422) {
      const reason = error.errors.map(({ message }) => message).join(" ") || error.detail;
      return {
        icon: "ban",
        kind: "bad",
        sentence: [
          `Refused. ${reason} `,
          this.page.may("quarantine_service.list_quarantined_files")
            ? ["It is kept among the ", link("/dex?tab=refused", "refused files"), "."]
            : "",
        ],
      };
    }
    const retry = () => {
      upload.started = false;
      this.#done -= 1;
      this.#refused -= 1;
      this.#tell();
      this.#next();
    };
    return {
      icon: "circle-alert",
      kind: "bad",
      sentence: `${error.title}. ${error.detail}`,
      actions: [
        error.status !== 413 &&
          h(
            "button",
            { class: "button", type: "button", onclick: retry },
            icon("rotate-ccw"),
            "Try again",
          ),
      ],
    };
  }

  #tell() {
    const progress = byId("progress");
    progress.setAttribute("max", String(this.#uploads.length));
    progress.setAttribute("value", String(this.#done));
    byId("summary").textContent =
      this.#done < this.#uploads.length || this.#done === 0
        ? ""
        : `${units(this.#done - this.#refused, "file")} taken ` +
          `in${this.#refused ? `, ${number(this.#refused)} not` : ""}.`;
  }
}

/** @param {HTMLLIElement} row @param {string} filename @param {Words} words */
function word(row, filename, { icon: name, kind, sentence, actions = [], more }) {
  const mark = icon(name);
  mark.classList.add(...kind.split(" "));
  fill(
    row,
    mark,
    h("div", { class: "words" }, h("p", null, sentence), h("span", { class: "file" }, filename)),
    h("div", { class: "actions" }, actions),
    more ? h("div", { class: "more" }, more) : null,
  );
}

/** @param {DexRead} read @param {DexReadDetail | null} detail */
const name = (read, detail) =>
  detail ? link(`/dex/${read.id}`, headingOf(read)) : headingOf(read);

/** @param {DexRead} read @param {import("../../page/page.js").Page} page */
async function soldOut(read, page) {
  if (read.device_id === null || !page.may("metrics_service.get_device_metrics")) return "";
  const { slots } = await api.metrics_service.get_device_metrics({ device_id: read.device_id });
  const out = slots.filter(({ sold_out }) => sold_out).map(({ label }) => label);
  return out.length === 0
    ? ""
    : `; ${out.slice(0, 4).join(", ")}${out.length > 4 ? ` and ${number(out.length - 4)} more` : ""} sold out`;
}

/**
 * @param {DexRead} read
 * @param {DexReadDetail | null} detail
 * @param {Child} open
 * @returns {Words}
 */
const knownAlready = (read, detail, open) => ({
  icon: "copy",
  kind: "info",
  sentence: [
    name(read, detail),
    `: known already, first received ${dateTime(read.received_at)}. Nothing is booked twice.`,
  ],
  actions: [open],
});

/**
 * @param {DexRead} read
 * @param {DexReadDetail | null} detail
 * @param {Child} open
 * @returns {Words}
 */
const firstOne = (read, detail, open) => ({
  icon: "circle-check",
  kind: "ok",
  sentence: [
    name(read, detail),
    `: its first audit. ${detail ? firstCounters(detail) : "Sales follow from the next one."}`,
  ],
  actions: [open],
});

/**
 * @param {DexRead} read
 * @param {DexReadDetail | null} detail
 * @param {Child} open
 * @param {Child} sold what is sold out now
 * @returns {Words}
 */
const booked = (read, detail, open, sold) => ({
  icon: "circle-check",
  kind: "ok",
  sentence: [
    name(read, detail),
    `: ${units(read.units)}, ${money(read.amount_cents)}`,
    detail?.previous_read_at && ` since ${dateTime(detail.previous_read_at)}`,
    sold,
    ".",
  ],
  actions: [open],
});
