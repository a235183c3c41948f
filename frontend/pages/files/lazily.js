/**
 * Photos further down a page: what shows them is fetched once somebody comes near.
 * @module
 */

const NEAR = "400px";

/** What shows photos; null where it cannot be fetched now: then the page goes on without them. */
export const fetchPhotos = () => import("./photos.js").catch(() => null);

/**
 * @param {HTMLElement} host that holds their place
 * @param {import("../../page/page.js").Page} page
 * @param {import("./photos.js").Subject} subject
 */
export function photosLazily(host, page, subject) {
  const near = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      showPhotos(host, page, subject);
    },
    { rootMargin: NEAR },
  );
  near.observe(host);
}

/**
 * Sends the photos that waited at a place: what they belong to is recorded now.
 * @param {number} user_id @param {string} place @param {import("./sending.js").Of} of
 */
export async function sendPhotosFrom(user_id, place, of) {
  const photos = await fetchPhotos();
  await photos?.sendFrom(user_id, place, of);
}

/**
 * Sends a photo of a noun, by itself and until the server has it.
 * @param {number} user_id @param {import("./sending.js").Of} of @param {File} file
 */
export async function sendPhoto(user_id, of, file) {
  const photos = await fetchPhotos();
  photos?.send(of, file, user_id);
}

/**
 * At once.
 * @param {HTMLElement} host
 * @param {import("../../page/page.js").Page} page
 * @param {import("./photos.js").Subject} subject
 */
export async function showPhotos(host, page, subject) {
  const fetched = await fetchPhotos();
  if (!fetched) return;
  const { Photos } = fetched;
  const before = host.firstElementChild;
  const photos = before instanceof Photos ? before : new Photos();
  if (photos !== before) host.replaceChildren(photos);
  await photos.show(page, subject);
}
