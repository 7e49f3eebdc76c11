// The generated WebAssembly modules against their source.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { generate, generatedFile, MODULES } from "../../../scripts/build-wasm.ts";

for (const module of MODULES) {
  describe(`${module}-wasm.ts`, () => {
    it(`is what ${module}.wat assembles to`, async () => {
      assert.equal(readFileSync(generatedFile(module), "utf8"), await generate(module));
    });
  });
}
