/**
 * Runs the unit tests of the front end, and fails where a module that only computes has branches
 * that they do not take.
 *
 * node tests/frontend/run.mjs
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { computing } from "./computing.mjs";
import { branchesOf, lacking } from "./coverage.mjs";

const SHARE = 90;
const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../..");

const tests = readdirSync(HERE).filter((name) => name.endsWith(".test.mjs"));
const folder = mkdtempSync(join(tmpdir(), "cvd-coverage-"));
const report = join(folder, "lcov.info");
const { status } = spawnSync(
  process.execPath,
  [
    "--test",
    "--experimental-test-coverage",
    "--test-reporter=dot",
    "--test-reporter-destination=stdout",
    "--test-reporter=lcov",
    `--test-reporter-destination=${report}`,
    ...tests.map((name) => join(HERE, name)),
  ],
  { cwd: ROOT, stdio: "inherit" },
);
const modules = computing(join(ROOT, "frontend")).map((name) => `frontend/${name}`);
const missing =
  status === 0 ? lacking(modules, branchesOf(readFileSync(report, "utf8")), SHARE) : [];
rmSync(folder, { recursive: true });
for (const line of missing) console.error(`${line}; ${SHARE} % are asked for`);
if (status === 0 && missing.length === 0)
  console.log(`${modules.length} modules that only compute, ${SHARE} % of their branches or more`);
process.exitCode = status === 0 && missing.length === 0 ? 0 : 1;
