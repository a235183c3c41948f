/**
 * Photos that were chosen and are not at the office yet: kept on this device over a reload.
 * Where it keeps nothing, they are sent as long as the page is open.
 * @module
 */

/** @typedef {import("../../api.js").Schemas["FileNoun"]} FileNoun */
/**
 * @typedef {{id?: number, user_id: number, noun: FileNoun, noun_id: number, place: string, file:
 *   File, at: number}} Kept
 */

const STORE = "waiting";
const DAYS = 14;

/** @returns {Promise<IDBDatabase>} */
function opened() {
  const asked = indexedDB.open("cvd-photos", 1);
  asked.onupgradeneeded = () =>
    asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return answered(asked);
}

/** @template T @param {IDBRequest<T>} asked @returns {Promise<T>} */
const answered = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

/**
 * What the store answers; `otherwise` where this device keeps nothing.
 * @template T
 * @param {(store: IDBObjectStore) => IDBRequest<T>} ask @param {T} otherwise
 */
async function asked(ask, otherwise) {
  try {
    const database = await opened();
    try {
      return await answered(ask(database.transaction(STORE, "readwrite").objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    return otherwise;
  }
}

/** Its number, 0 where it is not kept. @param {Kept} photo */
export const keepPhoto = async (photo) => Number(await asked((store) => store.add(photo), 0));

/** @param {number} id */
export const forgetPhoto = (id) => asked((store) => store.delete(id), undefined);

/** What this person chose and nobody has yet; the old is dropped. @param {number} user_id */
export async function keptPhotos(user_id) {
  const all = /** @type {(Kept & {id: number})[]} */ (await asked((store) => store.getAll(), []));
  const before = Date.now() - DAYS * 86_400_000;
  for (const { id } of all.filter(({ at }) => at < before)) await forgetPhoto(id);
  return all.filter((photo) => photo.user_id === user_id && photo.at >= before);
}
