/**
 * How somebody gets in, for an administrator: where they are signed in, which keys they
 * have and which programs have tokens in their name, and ending that.
 * @module
 */
import {
  api,
  changed,
  fill,
  h,
  isolated,
  time,
  toast,
  toastProblem,
  units,
} from "../../page/page.js";
import { confirmed, openDialog } from "../../components/dialog/dialog.js";
import { keysList, mayRevoke } from "./api-keys.js";
import { passkeyRows } from "./passkey-list.js";
import { placesList, placeWords } from "./signed-in-places.js";
import { familiesList } from "./token-families.js";

/** @typedef {import("../../api.js").Schemas["User"]} User */

/** @param {User} user */
export async function openAccess(user) {
  const name = isolated(user.display_name);
  const { all, places, programs, families, passkeys, show } = waysIn(user, name);
  try {
    await show();
  } catch (error) {
    toastProblem(error);
    return;
  }
  const { dialog } = openDialog({
    heading: `How ${name} gets in`,
    content: [
      user.second_factor &&
        section(
          "Second factor",
          null,
          h(
            "div",
            { class: "stack" },
            factorReset(user, () => dialog.close()),
            user.passkeys > 0 && passkeys,
          ),
        ),
      user.linked_at &&
        section(
          "Provider",
          null,
          h(
            "p",
            { class: "muted" },
            "The company's provider signs them in, linked ",
            time(user.linked_at),
            ". Another email ends the link.",
          ),
        ),
      section("Signed in", all, places),
      section("API keys", null, programs),
      families,
    ],
  });
}

/** What is shown of sessions, keys and tokens, and shown anew by `show`. @param {User} user @param {string} name */
function waysIn(user, name) {
  const places = h("div");
  const programs = h("div");
  const tokens = h("div", { class: "stack" });
  const families = section("Programs with tokens", null, tokens);
  families.hidden = true;
  const passkeys = h("div");
  const all = h("button", { class: "button plain end", type: "button" }, "Sign out everywhere");

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
    const [{ items }, keys, begun, known] = await Promise.all([
      api.open_session_service.list_user_sessions({ user_id: user.id }),
      api.api_key_service.list_user_api_keys({ user_id: user.id }),
      api.token_family_service.list_user_token_families({ user_id: user.id }),
      api.passkey_service.list_user_passkeys({ user_id: user.id }),
    ]);
    fill(passkeys, passkeyRows(known.items));
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
    families.hidden = begun.items.length === 0;
    fill(
      tokens,
      !families.hidden && familiesList(begun.items, (family) => acted(() => endOf(user, family))),
    );
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

  all.onclick = () => acted(() => endOfAll(user, name));
  return { all, places, programs, families, passkeys, show };
}

/** @param {User} user @param {string} name */
async function endOfAll(user, name) {
  const { ended } = await api.open_session_service.delete_user_sessions({ user_id: user.id });
  return `Signed ${name} out in ${units(ended, "place")}`;
}

/** @param {User} user @param {import("./token-families.js").TokenFamily} family */
async function endOf(user, family) {
  await api.token_family_service.delete_user_token_family({
    user_id: user.id,
    token_family_id: family.id,
  });
  return `Ended the tokens of ${isolated(family.name)} of ${isolated(user.display_name)}`;
}

/**
 * That there is one, and a button for who lost their phone.
 * @param {User} user @param {() => void} close
 */
function factorReset(user, close) {
  const name = isolated(user.display_name);
  const run = async () => {
    close();
    const isSure = await confirmed({
      heading: `Reset the second factor of ${name}?`,
      text:
        "Authenticator app, passkeys and recovery codes are void, the password alone signs " +
        `${name} in from now on, and every session ends. Be sure who asks you for it.`,
      action: "Reset second factor",
    });
    if (!isSure) return;
    try {
      await api.second_factor_service.create_reset({ user_id: user.id });
      changed("user");
      toast(`Reset the second factor of ${name}`);
    } catch (error) {
      toastProblem(error);
    }
  };
  return h(
    "div",
    { class: "bar" },
    h("span", null, askedOf(user)),
    h("button", { class: "button end", type: "button", onclick: run }, "Reset"),
  );
}

/** @param {User} user */
function askedOf({ authenticator_app: hasApp, passkeys }) {
  const factors = [...(hasApp ? ["code"] : []), ...(passkeys > 0 ? ["passkey"] : [])];
  return `A ${factors.join(" or a ")} is asked for after the password.`;
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
