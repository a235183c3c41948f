import "../../components/sign-in/sign-in.js";
import { api } from "../../api.js";
import { Problem } from "../../components/problem/problem.js";
import { bringBack, goToProvider, isBack, isBeside } from "../../components/sign-in/by-provider.js";

const form = document.querySelector("cvd-sign-in");
const next = new URLSearchParams(location.search).get("next");

form?.addEventListener("signed-in", () => leave(next));
if (next !== null) form?.setAttribute("next", next);

if (form && isBack()) {
  bringBack(form, leave);
} else if (form && isBeside()) {
  const said = new Problem();
  form.before(said);
  await goToProvider(said, null, true);
} else {
  const { needed } = await api.setup_service.get_setup();
  if (needed) location.replace("/pages/setup.html");
}

/** @param {string | null} wanted where they were going */
function leave(wanted) {
  location.replace(placeOf(wanted ?? "/"));
}

/** Only a place of this site: a link must not send anybody elsewhere. @param {string} wanted */
function placeOf(wanted) {
  try {
    const place = new URL(wanted, location.origin);
    return place.origin === location.origin ? place.href : "/";
  } catch {
    return "/";
  }
}
