/**
 * Says that the server cannot be reached, and asks for it until it can.
 * @module
 */
import { api } from "../api.js";
import { byId } from "../page/dom.js";

const ASKED_EACH_MS = 3000;

/** @param {() => void} back when the server answers again */
export function goneOffline(back) {
  const banner = byId("offline");
  if (!banner.hidden) return;
  banner.hidden = false;
  const timer = setInterval(async () => {
    const address = api.health_service.get_liveness.url();
    const answer = await fetch(address, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    clearInterval(timer);
    banner.hidden = true;
    back();
  }, ASKED_EACH_MS);
}
