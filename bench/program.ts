// The program that is measured: the compiled one, run by the pinned Node, as it is deployed.

import { existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

export const node: string = process.execPath;

/** Command line of the compiled program, to which a verb and its arguments are added. */
export const program = `${node} ${join(ROOT, "dist/main.js")}`;

if (!existsSync(join(ROOT, "dist/main.js"))) {
  throw new Error("dist/main.js is missing: npm run build makes it");
}
