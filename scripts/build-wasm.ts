// Assembles the .wat files of src/core/lines into modules as base64: the daemon runs from source and from a bundle alike,
// and neither needs the assembler. `node scripts/build-wasm.ts` writes the files.

import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const FOLDER = new URL("../src/core/lines/", import.meta.url);
/** Each module's name: of its source, of the generated file and, in capitals, of what that exports. */
export const MODULES: readonly string[] = ["scan", "walk"];

/** Characters of base64 in one line of a generated file. */
const LINE_LENGTH = 100;

/** The file that is generated for a module. */
export function generatedFile(module: string): URL {
  return new URL(`${module}-wasm.ts`, FOLDER);
}

/** The text that it must have. */
export async function generate(module: string): Promise<string> {
  const features = { simd: true, relaxed_simd: true };
  const { parseWat } = await wabt();
  const assembled = parseWat(
    `${module}.wat`,
    readFileSync(new URL(`${module}.wat`, FOLDER), "utf8"),
    features,
  );
  assembled.validate();
  const bytes = Buffer.from(assembled.toBinary({}).buffer);
  assembled.destroy();
  const lines = bytes.toString("base64").match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return [
    `// Generated from ${module}.wat by scripts/build-wasm.ts; a test holds the two equal. Do not edit.`,
    "",
    `/** The module of ${module}.wat, ${bytes.length} bytes in base64. */`,
    `export const ${module.toUpperCase()}_WASM =`,
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const module of MODULES) writeFileSync(generatedFile(module), await generate(module));
}
