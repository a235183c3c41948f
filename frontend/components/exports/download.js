import { menu } from "../menu/menu.js";
import { Exports } from "./exports.js";

/**
 * A "Download" menu among the actions of the page's title, and below the title what is made of it.
 * Answers what takes the file of a format.
 * @param {import("./exports.js").Exported} operation what answers the list
 * @param {() => Record<string, any>} asked how it is filtered and sorted as it shows now
 * @param {string} [text] what the button says
 */
export function offerFile(operation, asked, text = "Download") {
  const files = new Exports();
  files.setAttribute("operation", operation);
  const as = (/** @type {"csv" | "xlsx"} */ format) => () => files.take({ ...asked(), format });
  const title = document.querySelector("cvd-title");
  title?.after(files);
  title?.querySelector(".actions")?.prepend(
    menu(
      text,
      [
        { label: "Excel", icon: "table", run: as("xlsx") },
        { label: "CSV", icon: "file-text", run: as("csv") },
      ],
      { text, icon: "download" },
    ),
  );
  return as;
}
