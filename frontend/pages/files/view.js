/**
 * One photo as large as the window: arrows go to the others, Delete removes it, Escape closes.
 * @module
 */
import { dateTime, isolated, number } from "../../words/format.js";
import { fill, h, icon } from "../../page/dom.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { altOf, thumbnailOf, wholeOf } from "./photo-words.js";

/** @typedef {import("../../api.js").Schemas["File"]} Photo */
/**
 * `photos` as they are now; `name` of what they show; without `remove` nobody may.
 * @typedef {{photos: () => Photo[], name: string, remove: ((photo: Photo) => Promise<boolean>) |
 *   null}} Shown
 */

/** Resolves once it is closed. @param {Photo} first @param {Shown} shown */
export function openView(first, shown) {
  const view = new View(first, shown);
  view.draw();
  return view.closed;
}

class View {
  #figure = h("figure", { tabindex: -1, autofocus: true });
  #line = h("p", { role: "status" });
  #foot = h("div", { class: "bar" });

  /** @param {Photo} first @param {Shown} shown */
  constructor(first, shown) {
    this.photo = first;
    this.shown = shown;
    const content = [this.#figure, this.#line, this.#foot];
    const { dialog, closed } = openDialog({ heading: isolated(shown.name), wide: true, content });
    this.dialog = dialog;
    this.closed = closed;
    dialog.classList.add("photo-view");
    dialog.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") this.#go(-1);
      else if (key === "ArrowRight") this.#go(1);
      else if (key === "Delete") this.#remove();
    });
  }

  draw() {
    const { photo, shown } = this;
    const all = shown.photos();
    const place = this.#place(all);
    fill(this.#figure, h("img", { src: thumbnailOf(photo, 1024), alt: altOf(photo, shown.name) }));
    fill(
      this.#line,
      all.length > 1 && `${number(place + 1)} of ${number(all.length)} · `,
      `${dateTime(photo.created_at)}, by ${isolated(photo.username)}`,
    );
    const whole = { class: "button", href: wholeOf(photo), target: "_blank", rel: "noopener" };
    const remove = { class: "button danger end", type: "button", onclick: () => this.#remove() };
    fill(
      this.#foot,
      all.length > 1 && [
        this.#step("chevron-left", "Previous photo", -1),
        this.#step("chevron-right", "Next photo", 1),
      ],
      h("a", whole, "Full size"),
      shown.remove && h("button", remove, icon("trash-2"), "Remove"),
    );
  }

  /** @param {Photo[]} all */
  #place(all) {
    return all.findIndex(({ id }) => id === this.photo.id);
  }

  /** @param {string} sign @param {string} words @param {number} by */
  #step(sign, words, by) {
    const button = { class: "button square", type: "button", "aria-label": words };
    return h("button", { ...button, onclick: () => this.#go(by) }, icon(sign));
  }

  /** To another, round and round. @param {number} by */
  #go(by) {
    const all = this.shown.photos();
    this.photo = all[(this.#place(all) + by + all.length) % all.length] ?? this.photo;
    this.draw();
  }

  async #remove() {
    const { photos, remove } = this.shown;
    const all = photos();
    const next = all[this.#place(all) + 1] ?? all.at(-2);
    if (!remove || !(await remove(this.photo))) return;
    if (!next || photos().length === 0) {
      this.dialog.close();
      return;
    }
    this.photo = next;
    this.draw();
  }
}
