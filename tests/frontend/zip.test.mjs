import assert from "node:assert/strict";
import { test } from "node:test";
import { execFileSync } from "node:child_process";
import { crc32, zipOf } from "../../frontend/words/zip.js";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

test("the checksum is that of every zip", () => {
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  assert.equal(crc32(bytes("")), 0);
});

test("a zip holds the files as they are, under their names", () => {
  const zip = Buffer.concat(
    zipOf([
      { name: "a.dex", content: bytes("DXS*1") },
      { name: "Köln ☕.dex", content: bytes("") },
    ]),
  );
  const script =
    "import io,sys,zipfile;z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()));" +
    "assert z.testzip() is None;print(ascii([(i.filename,z.read(i)) for i in z.infolist()]))";
  const read = execFileSync("python3", ["-c", script], { input: zip, encoding: "utf8" });
  assert.equal(read.trim(), "[('a.dex', b'DXS*1'), ('K\\xf6ln \\u2615.dex', b'')]");
});

test("a zip of nothing is its end", () => assert.equal(Buffer.concat(zipOf([])).length, 22));
