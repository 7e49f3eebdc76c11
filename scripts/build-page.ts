// Bundles what the status page loads in the browser: src/page with its chart library, one script and one style sheet.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The files by their name, as text. */
export async function bundlePage(): Promise<Readonly<Record<string, string>>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { page: "src/page/main.ts" },
    outdir: "page",
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "inline",
  });
  const files = outputFiles.map(({ path, text }) => [path.replace(/^.*\//, ""), text] as const);
  return { ...Object.fromEntries(files), "icon.svg": readFileSync(`${root}/src/page/icon.svg`, "utf8") };
}
