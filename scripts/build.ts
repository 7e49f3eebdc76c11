// Bundles the program into dist/: one entry, split only where a client library is loaded on demand, so that a process
// pays in memory and start-up time for what it uses. Nothing of node_modules is needed at run time.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundlePage } from "./build-page.ts";
import { builtins } from "./bundle-builtins.ts";
import { leftOut } from "./bundle-left-out.ts";
import { onDemand } from "./bundle-on-demand.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { version: string };

/** Where the bundle goes; a test builds its own. */
const out = process.argv[2] ?? `${root}/dist`;
rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: out,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node24",
  // Names stay, for whoever reads a stack or audits the bundle. White space and comments go: V8 keeps the text of all
  // that it has loaded, and one letter outside of Latin-1 in a comment doubles a whole file: 1 MiB in all.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "linked",
  define: {
    REVOKEWATCH_VERSION: JSON.stringify(version),
    REVOKEWATCH_REVISION: JSON.stringify(revision()),
  },
  plugins: [leftOut, onDemand, builtins],
});
mkdirSync(`${out}/page`);
for (const [name, body] of Object.entries(await bundlePage())) writeFileSync(`${out}/page/${name}`, body);
chmodSync(`${out}/main.js`, 0o755);

/** The commit, as the environment of the build names it, else as git does. */
function revision(): string {
  if (process.env["REVISION"] !== undefined && process.env["REVISION"] !== "") return process.env["REVISION"];
  try {
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
