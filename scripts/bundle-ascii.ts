// Makes bundles plain ASCII, as the program loads them: one byte a character. esbuild escapes what is in strings, and leaves
// what is in tagged templates, as all our HTML is: there the middle dot of a page would be read as two letters.

import { globSync, readFileSync, writeFileSync } from "node:fs";

// oxlint-disable-next-line no-control-regex -- ASCII begins with controls
const BEYOND_ASCII = /[^\u0000-\u007f]/g;

/** Writes characters beyond ASCII in the scripts of a folder as escapes, which mean the same where they are left. */
export function escapeBundles(folder: string): void {
  for (const path of globSync(`${folder}/*.js`)) {
    const code = readFileSync(path, "utf8");
    const escaped = code.replace(
      BEYOND_ASCII,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    if (escaped !== code) writeFileSync(path, escaped);
  }
}
