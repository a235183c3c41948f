/**
 * What a table says in place of its rows: they are coming, there are none, or loading failed.
 * @module
 */
import { fill, h } from "../../page/dom.js";
import { problemBox } from "../problem/problem.js";

export class Notice {
  element = h("div", { class: "notice", hidden: true });

  hide() {
    this.element.hidden = true;
  }

  /** @param {Node} words */
  show(words) {
    this.element.hidden = false;
    fill(this.element, words);
  }

  wait() {
    this.show(h("cvd-skeleton", { rows: 8 }));
  }

  /** @param {unknown} error @param {() => void} again */
  fail(error, again) {
    this.show(
      problemBox(error, () => {
        this.hide();
        again();
      }),
    );
  }
}
