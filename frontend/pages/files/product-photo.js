/**
 * What a product looks like, small, beside where it is named. A page asks once for each product that
 * it shows, behind what it shows anyway; the browser keeps the picture for good.
 * @module
 */
import { api } from "../../api.js";
import { onChanged } from "../../page/changes.js";
import { h } from "../../page/dom.js";
import { altOf, thumbnailOf } from "./photo-words.js";

/** The places of pictures, by the id of their product. @type {Map<number, HTMLElement>} */
const places = new Map();

/**
 * The place of a product's first photo; empty until there is one. A product has one on a page.
 * @param {number} product_id
 * @param {string} name
 */
export function productPhoto(product_id, name) {
  const known = places.get(product_id);
  if (known) return known;
  const place = h("span", { class: "product-photo" });
  places.set(product_id, place);
  show(place, product_id, name);
  return place;
}

/** @param {HTMLElement} place @param {number} noun_id @param {string} name */
async function show(place, noun_id, name) {
  try {
    const { items } = await api.file_service.list_files({ noun: "product", noun_id });
    const [photo] = items;
    if (photo)
      place.replaceChildren(
        h("img", { src: thumbnailOf(photo, 160), alt: altOf(photo, name), loading: "lazy" }),
      );
  } catch {
    // Nobody misses a picture; it is asked for again with the next look.
    places.delete(noun_id);
  }
}

onChanged(["file"], () => places.clear());
