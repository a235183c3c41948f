/**
 * Which roles need a second factor, for administrators: a switch for each, kept at once.
 * @module
 */
import { api, fill, h, toast, toastProblem } from "../../page/page.js";
import { ROLES } from "../../words/roles.js";

/** @typedef {import("../../api.js").Schemas["SignInRules"]} Rules */

/** Shows the switches in `place`. @param {HTMLElement} place */
export async function showRules(place) {
  show(place, await api.sign_in_rule_service.get_sign_in_rules());
}

/** @param {HTMLElement} place @param {Rules} rules */
function show(place, rules) {
  fill(
    place,
    h(
      "fieldset",
      { class: "scopes" },
      h("legend", null, "A second factor is needed by"),
      ROLES.map(({ role, label }) =>
        h(
          "label",
          null,
          h("input", {
            type: "checkbox",
            name: "second_factor_roles",
            value: role,
            checked: rules.second_factor_roles.includes(role),
            onchange: () => save(place, rules),
          }),
          label,
        ),
      ),
    ),
  );
}

/** @param {HTMLElement} place @param {Rules} rules */
async function save(place, rules) {
  const chosen = /** @type {NodeListOf<HTMLInputElement>} */ (
    place.querySelectorAll("input:checked")
  );
  const roles = [...chosen].map(
    ({ value }) => /** @type {Rules["second_factor_roles"][0]} */ (value),
  );
  try {
    show(
      place,
      await api.sign_in_rule_service.update_sign_in_rules({
        version: rules.version,
        second_factor_roles: roles,
      }),
    );
    toast("Saved who needs a second factor");
  } catch (error) {
    toastProblem(error);
    await showRules(place);
  }
}
