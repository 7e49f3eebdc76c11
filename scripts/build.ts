// Bundles the program into dist/: one file, and one for each library that is loaded on demand, so that a process pays in
// memory and start-up time for what it uses. Beside each lies what V8 has made of it. Nothing of node_modules is needed
// at run time.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { bundlePage } from "./build-page.ts";
import { escapeBundles } from "./bundle-ascii.ts";
import { builtins } from "./bundle-builtins.ts";
import { leftOut } from "./bundle-left-out.ts";
import { bundleOf, ON_DEMAND, onDemand } from "./bundle-on-demand.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { version: string };

/** Where the bundle goes; a test builds its own. */
const out = process.argv[2] ?? `${root}/dist`;
rmSync(out, { recursive: true, force: true });
/** The bundles are run as `loadBundle` runs them. */
const WRAPPER = {
  before:
    '(function(exports,require,module,__filename,__dirname){"use strict";const __url=require("node:url").pathToFileURL(__filename).href;',
  after: "})",
};
const common: BuildOptions = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  platform: "node",
  format: "cjs",
  // What is loaded on demand is required, as `loadBundle` answers it.
  supported: { "dynamic-import": false },
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
    "import.meta.url": "__url",
    "import.meta.dirname": "__dirname",
  },
  plugins: [leftOut, onDemand, builtins],
};
await build({ ...common, entryPoints: { main: "src/launch.ts" } });
await build({
  ...common,
  banner: { js: WRAPPER.before },
  footer: { js: WRAPPER.after },
  entryPoints: {
    program: "src/main.ts",
    ...Object.fromEntries(ON_DEMAND.map((name) => [bundleOf(name), name])),
  },
});
escapeBundles(out);
// The package's own files are ES modules, these are none.
writeFileSync(`${out}/package.json`, '{ "type": "commonjs" }\n');
mkdirSync(`${out}/page`);
for (const [name, body] of Object.entries(await bundlePage())) writeFileSync(`${out}/page/${name}`, body);
chmodSync(`${out}/main.js`, 0o755);
execFileSync(process.execPath, [`${root}/scripts/code-cache.ts`, out], {
  stdio: ["ignore", "ignore", "inherit"],
});

/** The commit, as the environment of the build names it, else as git does. */
function revision(): string {
  if (process.env["REVISION"] !== undefined && process.env["REVISION"] !== "") return process.env["REVISION"];
  try {
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
