/**
 * The present password, asked before something that opens or closes one's account.
 * @module
 */
import { field, textInput } from "../../components/field/field.js";

/** `hint` says why it is asked. @param {{label?: string, hint?: string}} [words] */
export const passwordField = ({ label = "Present password", hint } = {}) =>
  field(
    label,
    textInput("current_password", "", {
      type: "password",
      required: true,
      maxlength: 1000,
      autocomplete: "current-password",
    }),
    { wide: true, hint },
  );
