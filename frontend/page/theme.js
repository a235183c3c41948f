// A classic script, loaded before the style sheet paints, so a dark page never flashes white.
(() => {
  const apply = () => {
    const theme = localStorage.getItem("cvd-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    document.dispatchEvent(new CustomEvent("theme"));
  };
  addEventListener("storage", (event) => {
    if (event.key === "cvd-theme") apply();
  });
  addEventListener("theme-chosen", apply);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
})();
