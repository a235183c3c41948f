/**
 * How somebody gets in, for an administrator: where they are signed in and which keys
 * they have, and ending that.
 * @module
 */
import { api, changed, fill, h, isolated, toast, toastProblem, units } from "../../page/page.js";
import { openDialog } from "../../components/dialog/dialog.js";
import { keysList, mayRevoke } from "./api-keys.js";
import { placesList, placeWords } from "./signed-in-places.js";

/** @typedef {import("../../api.js").Schemas["User"]} User */

/** @param {User} user */
export async function openAccess(user) {
  const places = h("div");
  const programs = h("div");
  const all = h("button", { class: "button plain end", type: "button" }, "Sign out everywhere");
  const name = isolated(user.display_name);

  /** @param {() => Promise<string>} act answers what was done */
  async function acted(act) {
    try {
      toast(await act());
    } catch (error) {
      toastProblem(error);
    }
    await show();
  }

  async function show() {
    const [{ items }, keys] = await Promise.all([
      api.open_session_service.list_user_sessions({ user_id: user.id }),
      api.api_key_service.list_user_api_keys({ user_id: user.id }),
    ]);
    all.hidden = items.every(({ is_this }) => is_this);
    fill(
      places,
      placesList(items, ({ id, device }) =>
        acted(async () => {
          await api.open_session_service.delete_user_session({ user_id: user.id, session_id: id });
          return `Signed ${name} out on ${isolated(placeWords(device))}`;
        }),
      ),
    );
    fill(programs, keysList(keys.items, revoke, "None."));
  }

  /** @param {import("./api-keys.js").ApiKey} key */
  async function revoke(key) {
    if (!(await mayRevoke(key))) return;
    await acted(async () => {
      await api.api_key_service.delete_user_api_key({ user_id: user.id, api_key_id: key.id });
      changed("user");
      return `Revoked ${isolated(key.name)} of ${name}`;
    });
  }

  all.onclick = () =>
    acted(async () => {
      const { ended } = await api.open_session_service.delete_user_sessions({ user_id: user.id });
      return `Signed ${name} out in ${units(ended, "place")}`;
    });
  try {
    await show();
  } catch (error) {
    toastProblem(error);
    return;
  }
  openDialog({
    heading: `How ${name} gets in`,
    content: [section("Signed in", all, places), section("API keys", null, programs)],
  });
}

/**
 * @param {string} heading
 * @param {HTMLElement | null} beside
 * @param {HTMLElement} content
 */
const section = (heading, beside, content) =>
  h(
    "section",
    { class: "section", "aria-label": heading },
    h("header", null, h("h3", null, heading), beside),
    content,
  );
