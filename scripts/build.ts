// Bundles the program into dist/: one entry, split only where a client library is loaded on demand, so that a process
// pays in memory and start-up time for what it uses. Nothing of node_modules is needed at run time.

import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { version: string };

rmSync(`${root}/dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node24",
  // The bundle is read by whoever audits it: names stay, only syntax and white space shrink.
  minifySyntax: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "linked",
  define: {
    REVOKEWATCH_VERSION: JSON.stringify(version),
    REVOKEWATCH_REVISION: JSON.stringify(revision()),
  },
  // CommonJS packages inside an ES module bundle still call require for node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
chmodSync(`${root}/dist/main.js`, 0o755);

/** The commit, as the environment of the build names it, else as git does. */
function revision(): string {
  if (process.env["REVISION"] !== undefined && process.env["REVISION"] !== "") return process.env["REVISION"];
  try {
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
