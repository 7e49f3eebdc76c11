// The real daemon counts each line of real files once, whatever is done to them, with hints from the file system and
// without any. `TAIL_CASE=TEXT` runs the cases whose name holds the text.

import { describe, it } from "node:test";
import { APPENDING } from "./tail-cases/appending.ts";
import { AWAY } from "./tail-cases/away.ts";
import { BYTES } from "./tail-cases/bytes.ts";
import { COMING } from "./tail-cases/coming.ts";
import { COPY_TRUNCATE } from "./tail-cases/copy-truncate.ts";
import { DELETING } from "./tail-cases/deleting.ts";
import { LINKS } from "./tail-cases/links.ts";
import { NAMES } from "./tail-cases/names.ts";
import { RENAMING } from "./tail-cases/renaming.ts";
import { REWRITING } from "./tail-cases/rewriting.ts";
import { UNSEEN_ROTATIONS } from "./tail-cases/unseen-rotations.ts";
import { WRAPPERS } from "./tail-cases/wrappers.ts";
import { Stage } from "./tail-stage.ts";

const CASES = [
  ...APPENDING,
  ...RENAMING,
  ...UNSEEN_ROTATIONS,
  ...AWAY,
  ...COPY_TRUNCATE,
  ...REWRITING,
  ...LINKS,
  ...DELETING,
  ...NAMES,
  ...COMING,
  ...BYTES,
  ...WRAPPERS,
];
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
