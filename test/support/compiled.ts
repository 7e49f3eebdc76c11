// The compiled program, for tests that start it often: it starts in a quarter of the time that its source takes, and it is
// what is deployed. It is built when its source has changed, and by whoever needs it first.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const BUILDS = join(ROOT, "node_modules/.cache/revokewatch");
/** What a build is made of. */
const INPUTS = ["src/**/*.*", "scripts/*.ts", "package.json", "package-lock.json"];
/** Builds of other sources go after this, since a test that began before a change may still use one. */
const KEPT_MS = 3_600_000;

let found: string | null = null;

/** The folder of a build of the source as it now is, with `main.js` in it. Nothing may be changed in it. */
export function compiled(): string {
  found ??= build();
  return found;
}

function build(): string {
  const folder = join(BUILDS, stamp());
  if (existsSync(folder)) return folder;
  mkdirSync(BUILDS, { recursive: true });
  for (const name of readdirSync(BUILDS)) {
    const old = join(BUILDS, name);
    if (Date.now() - statSync(old).mtimeMs > KEPT_MS) rmSync(old, { recursive: true, force: true });
  }
  const own = `${folder}.${process.pid}`;
  execFileSync(process.execPath, [join(ROOT, "scripts/build.ts"), own]);
  try {
    renameSync(own, folder);
  } catch (error) {
    // Another test file has built the same meanwhile.
    rmSync(own, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Names the source by the sizes and times of its files. */
function stamp(): string {
  const hash = createHash("sha256").update(process.version);
  for (const path of globSync(INPUTS, { cwd: ROOT }).toSorted()) {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}
