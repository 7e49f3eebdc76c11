// The real daemon counts each line of real files once, whatever is done to them, with hints from the file system and
// without any. `TAIL_CASE=TEXT` runs the cases whose name holds the text.

import { describe, it } from "node:test";
import { CASES } from "./tail-cases.ts";
import { Stage } from "./tail-stage.ts";

const wanted = process.env["TAIL_CASE"] ?? "";

for (const watch of ["auto", "off"] as const) {
  describe(`tail with watch: ${watch} counts each line once over`, { concurrency: 4 }, () => {
    for (const { name, options, play } of CASES) {
      if (!name.includes(wanted)) continue;
      it(name, async () => {
        await using stage = new Stage({ ...options, watch });
        await play(stage);
        await stage.counted();
      });
    }
  });
}
