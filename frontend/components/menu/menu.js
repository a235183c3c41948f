import { h, icon, uniqueId } from "../../page/dom.js";

/**
 * @typedef {{label: string, icon?: string, danger?: boolean, run: () => void} | null} Item null
 *   parts groups
 */

/**
 * A button that opens a menu: `menu("More actions", [{ label: "Archive", icon: "archive", run }])`.
 * Arrows move, Escape closes, focus returns.
 * @param {string} label
 * @param {Item[]} items
 * @param {{text?: string, icon?: string}} [face] what the button shows; an ellipsis unless said
 */
export function menu(label, items, { text, icon: name = "ellipsis" } = {}) {
  const id = uniqueId("menu");
  const button = h(
    "button",
    {
      class: `button plain${text ? "" : " square"}`,
      type: "button",
      "aria-label": text ? null : label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      popovertarget: id,
    },
    icon(name),
    text,
  );
  const list = h(
    "div",
    { class: "menu", id, role: "menu", popover: "auto", "aria-label": label },
    items.map((item) =>
      item === null
        ? h("hr")
        : h(
            "button",
            {
              type: "button",
              role: "menuitem",
              tabindex: -1,
              class: item.danger ? "danger" : null,
              onclick: () => {
                list.hidePopover();
                item.run();
              },
            },
            item.icon && icon(item.icon),
            item.label,
          ),
    ),
  );
  list.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    button.ariaExpanded = String(open);
    if (!open) return;
    const box = button.getBoundingClientRect();
    const own = list.getBoundingClientRect();
    list.style.left = `${Math.max(8, Math.min(box.right - own.width, innerWidth - own.width - 8))}px`;
    const hasRoomBelow = box.bottom + own.height + 8 < innerHeight;
    list.style.top = `${hasRoomBelow ? box.bottom + 4 : Math.max(8, box.top - own.height - 4)}px`;
    list.querySelector("button")?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const entries = [...list.querySelectorAll("button")];
    const at = entries.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    entries[(to + entries.length) % entries.length]?.focus();
  });
  return h("span", { class: "menu-holder" }, button, list);
}
