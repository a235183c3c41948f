/**
 * The present password, asked before something that opens or closes one's account.
 * @module
 */
import { field, textInput } from "../../components/field/field.js";

export const passwordField = () =>
  field(
    "Present password",
    textInput("current_password", "", {
      type: "password",
      required: true,
      maxlength: 1000,
      autocomplete: "current-password",
    }),
    { wide: true },
  );
