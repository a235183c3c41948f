/**
 * A photo in words, and where it is.
 * @module
 */
import { api } from "../../api.js";
import { date, isolated } from "../../words/format.js";

/** @typedef {import("../../api.js").Schemas["File"]} Photo */

/** What it is, for who does not see it. @param {Photo} photo @param {string} name of what it shows */
export const altOf = ({ created_at, username }, name) =>
  `Photo of ${isolated(name)}, ${date(created_at)}, by ${isolated(username)}`;

/**
 * @param {Photo} photo
 * @param {160 | 1024} size in pixels, of the longer side
 */
export const thumbnailOf = ({ id }, size) =>
  api.file_service.get_thumbnail.url({ file_id: id, size });

/** The whole. @param {Photo} photo */
export const wholeOf = ({ id }) => api.file_service.get_file.url({ file_id: id });
