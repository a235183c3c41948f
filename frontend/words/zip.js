/**
 * A zip of files that are sent together, as they are: what they hold is small, and the way is short.
 * @module
 */

const CRC_POLYNOMIAL = 0xedb88320;
const HEADER_BYTES = 30;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
const VERSION = 20;
/** Names are UTF-8. */
const UTF8 = 0x0800;
/** The first day that a zip knows: when a file was written says nothing here. */
const FIRST_DAY = 0x21;

const table = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1)
    value = value & 1 ? (value >>> 1) ^ CRC_POLYNOMIAL : value >>> 1;
  return value;
});

/** The checksum of a zip. @param {Uint8Array} bytes */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * The parts of a zip, one after the other.
 * @param {{name: string, content: Uint8Array<ArrayBuffer>}[]} files
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
export function zipOf(files) {
  const parts = [];
  const list = [];
  let at = 0;
  for (const { name, content } of files) {
    const named = new TextEncoder().encode(name);
    const { header, entry } = headersOf(named, content, at);
    parts.push(header, content);
    list.push(entry);
    at += header.length + content.length;
  }
  return [...parts, ...list, endOf(files.length, lengthOf(list), at)];
}

/** @param {Uint8Array[]} parts */
const lengthOf = (parts) => parts.reduce((sum, { length }) => sum + length, 0);

/**
 * What stands before a file, and of it in the list at the end.
 * @param {Uint8Array} name @param {Uint8Array} content @param {number} at
 */
function headersOf(name, content, at) {
  const header = new Uint8Array(HEADER_BYTES + name.length);
  const entry = new Uint8Array(ENTRY_BYTES + name.length);
  const first = new DataView(header.buffer);
  const second = new DataView(entry.buffer);
  first.setUint32(0, 0x04034b50, true);
  second.setUint32(0, 0x02014b50, true);
  second.setUint16(4, VERSION, true);
  describe(first, 4, name, content);
  describe(second, 6, name, content);
  second.setUint32(42, at, true);
  header.set(name, HEADER_BYTES);
  entry.set(name, ENTRY_BYTES);
  return { header, entry };
}

/** @param {DataView} view @param {number} from @param {Uint8Array} name @param {Uint8Array} content */
function describe(view, from, name, content) {
  view.setUint16(from, VERSION, true);
  view.setUint16(from + 2, UTF8, true);
  view.setUint16(from + 8, FIRST_DAY, true);
  view.setUint32(from + 10, crc32(content), true);
  view.setUint32(from + 14, content.length, true);
  view.setUint32(from + 18, content.length, true);
  view.setUint16(from + 22, name.length, true);
}

/** @param {number} files @param {number} size @param {number} at */
function endOf(files, size, at) {
  const end = new Uint8Array(END_BYTES);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, files, true);
  view.setUint16(10, files, true);
  view.setUint32(12, size, true);
  view.setUint32(16, at, true);
  return end;
}
