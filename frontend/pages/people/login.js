import "../../components/sign-in/sign-in.js";
import { api } from "../../api.js";

const next = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);

document.querySelector("cvd-sign-in")?.addEventListener("signed-in", () => {
  // Only to a place of this site: an address in a link must not send anybody elsewhere.
  location.replace(next.origin === location.origin ? next.href : "/");
});

const { needed } = await api.setup_service.get_setup();
if (needed) location.replace("/pages/setup.html");
