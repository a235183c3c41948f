/**
 * Bundles the scripts of the pages into `built/`: three or four files a page in place of seventy,
 * none of them asked for by another.
 * `web/assets.py` serves them as long as they are of the sources that are there; else the plain modules
 * serve, which are the same program.
 *
 * node frontend/bundle.mjs
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = dirname(fileURLToPath(import.meta.url));
const DRAFT = join(ROOT, "built.partial");
const BUILT = join(ROOT, "built");
const FOLDERS = ["components", "page", "pages", "shell", "words"];
const ENTRY = /<script type="module" src="\/([\w./-]+)\.js">/;
/** What every page has: what page.js brings along. A page's own script is the last file. */
const IN_EVERY_PAGE = new RegExp(
  [
    "frontend/api\\.js",
    "frontend/page/(?!archiving|edit-form|help-text|kept|list-page|row-keys)",
    "frontend/words/format\\.js",
    "frontend/components/(?!chart|copy|ending|estimate|new-password|sign-in)",
  ].join("|"),
);

/** What so many pages have is apart from what few share, so that small pages stay small. */
const MANY = 4;

const sources = [
  "api.js",
  ...FOLDERS.flatMap((folder) => within(folder).filter((name) => name.endsWith(".js"))),
].sort();
const pages = ["index.html", ...within("pages").filter((name) => name.endsWith(".html"))];
const entries = pages
  .map((page) => ENTRY.exec(readFileSync(join(ROOT, page), "utf8"))?.[1] ?? "")
  .filter(Boolean);

rmSync(DRAFT, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, join(ROOT, `${name}.js`)])),
  cwd: ROOT,
});
const { output } = await bundle.write({
  dir: DRAFT,
  format: "esm",
  minify: true,
  entryFileNames: "[name].js",
  // As deep as page/: what names files relative to itself finds them from there too.
  chunkFileNames: "page/[name].js",
  codeSplitting: {
    groups: [
      { name: "every-page", test: IN_EVERY_PAGE, priority: 3 },
      { name: "many-pages", minShareCount: MANY, priority: 2 },
      { name: "several-pages", minShareCount: 2, priority: 1 },
    ],
  },
});
await bundle.close();
const chunks = output.filter((each) => each.type === "chunk");
const scripts = Object.fromEntries(
  chunks.map(({ fileName, imports }) => [fileName, [...imports].sort()]),
);
writeFileSync(
  join(DRAFT, "bundle.json"),
  `${JSON.stringify({ sources: digest(), scripts }, null, 2)}\n`,
);
rmSync(BUILT, { recursive: true, force: true });
mkdirSync(dirname(BUILT), { recursive: true });
renameSync(DRAFT, BUILT);

/** The files in a folder, by name from here. @param {string} folder @returns {string[]} */
function within(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** What the sources are, as `web/bundles.py` computes it. */
function digest() {
  const all = createHash("sha256");
  for (const name of sources)
    all.update(
      `${name} ${createHash("sha256")
        .update(readFileSync(join(ROOT, name)))
        .digest("hex")}\n`,
    );
  return all.digest("hex");
}
