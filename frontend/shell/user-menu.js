/**
 * The menu of whoever is signed in: profile, keys, light and dark, signing out.
 * @module
 */
import { menu } from "../components/menu/menu.js";
import { h } from "../page/dom.js";
import { go, openKeys } from "./keys.js";
import { may, signOut, who } from "./session.js";

const THEMES = [
  ["auto", "As the system", "monitor"],
  ["light", "Light", "sun"],
  ["dark", "Dark", "moon"],
];

/** @param {() => void} themed when another theme was chosen */
export function userMenu(themed) {
  const { display_name } = who();
  const label = `Menu of ${display_name}`;
  const holder = menu(label, entries(themed), { icon: "circle-user", text: display_name });
  holder.classList.add("rail-user");
  const button = /** @type {HTMLElement} */ (holder.firstElementChild);
  button.className = "rail-link";
  button.lastChild?.replaceWith(h("span", { class: "word truncate" }, display_name));
  button.ariaLabel = label;
  return holder;
}

/** @param {() => void} themed */
function entries(themed) {
  const theme = localStorage.getItem("cvd-theme") ?? "auto";
  const themes = THEMES.map(([value = "", label = "", icon = ""]) => ({
    label: value === theme ? `${label} (chosen)` : label,
    icon,
    run: () => {
      localStorage.setItem("cvd-theme", value);
      dispatchEvent(new Event("theme-chosen"));
      themed();
    },
  }));
  // Whoever runs CVD connects other programs with it.
  const programs = may("settings_service.update_settings") && {
    label: "API for programs",
    icon: "file-text",
    run: () => void window.open("/api/docs", "_blank", "noopener"),
  };
  return [
    { label: "Profile", icon: "circle-user", run: () => go("/profile") },
    { label: "Help", icon: "circle-help", run: () => go("/help") },
    { label: "Keys", icon: "list", run: openKeys },
    ...(programs ? [programs] : []),
    null,
    ...themes,
    null,
    { label: "Sign out", icon: "log-out", run: signOut },
  ];
}
