/**
 * A photo that fits: what is larger than the server takes is made smaller here, anything else is
 * sent as it is.
 * @module
 */

/** The request holds a little more than the file; the server takes 15 MiB of both. */
export const MOST_BYTES = 15 * 2 ** 20 - 64 * 2 ** 10;
export const MOST_PIXELS = 30_000_000;
/** What every phone can still draw. */
const SHRUNK_PIXELS = 12_000_000;
const QUALITY = 0.88;

/**
 * The size of a picture made smaller, or null for one that may be sent as it is.
 * @param {{bytes: number, width: number, height: number}} picture
 */
export function shrunkSize({ bytes, width, height }) {
  const pixels = width * height;
  if (bytes <= MOST_BYTES && pixels <= MOST_PIXELS) return null;
  const scale = Math.min(1, Math.sqrt(SHRUNK_PIXELS / pixels));
  return { width: Math.floor(width * scale), height: Math.floor(height * scale) };
}

/**
 * The file to send. Resolves null for what is too large and no picture that this browser can open.
 * @param {File} file @param {HTMLImageElement} picture that shows it
 * @returns {Promise<File | null>}
 */
export async function fitting(file, picture) {
  const bytes = file.size;
  try {
    await picture.decode();
  } catch {
    return bytes <= MOST_BYTES ? file : null;
  }
  const size = shrunkSize({ bytes, width: picture.naturalWidth, height: picture.naturalHeight });
  if (!size) return file;
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, size.width, size.height);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", QUALITY);
  });
  return blob && new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}
