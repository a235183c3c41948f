import { api, ApiError } from "../../api.js";
import { fill, h, icon } from "../../page/dom.js";
import { isUnderWay, jobLine, stateOf } from "../../words/job-words.js";
import { problemBox } from "../problem/problem.js";
import { status } from "../status/status.js";

/** @typedef {import("../../api.js").Schemas["Job"]} Job */

const ASK_EVERY_MS = 1000;
const WHEN_AWAY_MS = 5000;

/**
 * `<cvd-job>`: how far a job is, with a way to end it, to try it again and to what it made.
 *
 * `.follow(id)` asks for it until it has ended, also across a lost connection. A page that starts
 * a job keeps its id in its address (`setParams({ job: id })`) and follows it again after a reload.
 * Tells `ended` with the job, once it has ended while it was followed.
 */
export class JobProgress extends HTMLElement {
  #id = 0;
  #timer = 0;
  #bar = h("progress", { "aria-label": "Progress" });
  #status = h("span", { role: "status" });
  #line = h("span", { class: "line muted" });
  #acts = h("span", { class: "acts" });
  #problem = h("div");

  connectedCallback() {
    this.replaceChildren(
      h("div", { class: "head" }, this.#status, this.#acts),
      this.#bar,
      this.#line,
      this.#problem,
    );
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** Show a job, and go on asking for it. @param {number} id */
  follow(id) {
    clearTimeout(this.#timer);
    this.#id = id;
    return this.#ask();
  }

  /** What is known of it. @param {Job} job */
  set job(job) {
    this.#id = job.id;
    const underWay = isUnderWay(job);
    const [kind, word] = stateOf(job);
    // Said again only when it is another: a reader is told of it.
    if (this.#status.textContent !== word) fill(this.#status, status(kind, word));
    this.#bar.hidden = !underWay;
    if (job.total) this.#bar.max = job.total;
    if (job.state === "running" && job.total) this.#bar.value = job.done;
    else if (job.state === "running") this.#bar.removeAttribute("value");
    else this.#bar.value = 0;
    this.#line.textContent = jobLine(job);
    fill(this.#acts, this.#buttons(job));
    clearTimeout(this.#timer);
    if (underWay && this.isConnected) this.#later(ASK_EVERY_MS);
  }

  /** @param {Job} job */
  #buttons({ state, link, cancel_asked_at }) {
    const { job_service: jobs } = api;
    return [
      isUnderWay({ state }) &&
        !cancel_asked_at &&
        this.#button("ban", "Cancel", () => jobs.cancel_job({ job_id: this.#id })),
      ["failed", "cancelled"].includes(state) &&
        this.#button("rotate-ccw", "Try again", () => jobs.retry_job({ job_id: this.#id })),
      state === "failed" &&
        this.#button("archive", "Put away", () => jobs.cancel_job({ job_id: this.#id })),
      link && resultOf(link),
    ];
  }

  /** @param {string} name @param {string} words @param {() => Promise<Job>} act */
  #button(name, words, act) {
    const run = async () => {
      try {
        this.#show(await act());
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) await this.#ask();
        else fill(this.#problem, problemBox(error, run));
      }
    };
    return h("button", { class: "button", type: "button", onclick: run }, icon(name), words);
  }

  /** @param {number} wait */
  #later(wait) {
    this.#timer = window.setTimeout(() => this.#ask(), wait);
  }

  async #ask() {
    clearTimeout(this.#timer);
    try {
      this.#show(await api.job_service.get_job({ job_id: this.#id }));
    } catch (error) {
      const isAway = error instanceof ApiError && (error.status === 0 || error.status >= 500);
      if (isAway && this.isConnected) this.#later(WHEN_AWAY_MS);
      else
        fill(
          this.#problem,
          problemBox(error, () => this.#ask()),
        );
    }
  }

  /** @param {Job} job */
  #show(job) {
    fill(this.#problem);
    this.job = job;
    this.dispatchEvent(new CustomEvent("told", { detail: job }));
    if (!isUnderWay(job)) this.dispatchEvent(new CustomEvent("ended", { detail: job }));
  }
}

/** The way to what was made: a page, or a file of the API. @param {string} link */
const resultOf = (link) =>
  link.startsWith("/api/")
    ? h("a", { class: "button", href: link, download: "" }, icon("download"), "Download")
    : h("a", { class: "button", href: `/#${link}` }, "See the result");

customElements.define("cvd-job", JobProgress);
