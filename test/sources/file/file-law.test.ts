import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "node:test";
import * as v from "valibot";
import { fileKind } from "../../../src/sources/file/file-source.ts";
import { keepsSourceLaw } from "../../laws/source-law.ts";

for (const watch of ["auto", "off"]) {
  describe(`file source with watch: ${watch}`, () => {
    keepsSourceLaw({
      kind: "file",
      resumes: true,
      place: () => {
        const directory = mkdtempSync(join(tmpdir(), "revokewatch-law-"));
        const path = join(directory, "app.log");
        writeFileSync(path, "");
        const options = v.parse(fileKind.schema, { paths: [path], watch, poll: "20ms" });
        return {
          write: (bytes) => appendFileSync(path, bytes),
          end: () => {},
          open: (setup) => fileKind.create(setup, options),
          close: () => rmSync(directory, { recursive: true }),
        };
      },
    });
  });
}
