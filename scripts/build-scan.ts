// Assembles src/core/lines/scan.wat into scan-wasm.ts, which holds the module as base64: the daemon runs from source
// and from a bundle alike, and neither needs the assembler. `node scripts/build-scan.ts` writes the file.

import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const SOURCE = new URL("../src/core/lines/scan.wat", import.meta.url);
export const GENERATED = new URL("../src/core/lines/scan-wasm.ts", import.meta.url);

/** Characters of base64 in one line of the generated file. */
const LINE_LENGTH = 100;

/** The text that scan-wasm.ts must have. */
export async function generateScan(): Promise<string> {
  const features = { simd: true, relaxed_simd: true };
  const { parseWat } = await wabt();
  const assembled = parseWat("scan.wat", readFileSync(SOURCE, "utf8"), features);
  assembled.validate();
  const bytes = Buffer.from(assembled.toBinary({}).buffer);
  assembled.destroy();
  const lines = bytes.toString("base64").match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return [
    "// Generated from scan.wat by scripts/build-scan.ts; a test holds the two equal. Do not edit.",
    "",
    `/** The module of scan.wat, ${bytes.length} bytes in base64. */`,
    "export const SCAN_WASM =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(GENERATED, await generateScan());
