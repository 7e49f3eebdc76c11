#!/usr/bin/env node
// The entry of the compiled program: loads its one bundle. From source the program begins with main.ts itself.

import { loadBundle } from "./host/code-cache.ts";
import { holdHeap } from "./host/heap.ts";
import { tooOld } from "./host/node-version.ts";
import { withoutSqliteRemark } from "./host/warnings.ts";

const complaint = tooOld(process.version, process.execPath);
if (complaint === null) {
  // Before anything is loaded: a code cache is good only under the flags that it was made with.
  holdHeap();
  process.emitWarning = withoutSqliteRemark(process.emitWarning);
  loadBundle(import.meta.dirname, "program.js");
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 70;
}
