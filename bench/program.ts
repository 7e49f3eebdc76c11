// The program that is measured: the compiled one, run by the pinned Node, as it is deployed.

import { existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

export const node: string = process.execPath;

/** The compiled program's entry. */
export const main: string = join(ROOT, "dist/main.js");

/** Command line of the compiled program, to which a verb and its arguments are added. */
export const program = `${node} ${main}`;

if (!existsSync(main)) {
  throw new Error("dist/main.js is missing: npm run build makes it");
}
