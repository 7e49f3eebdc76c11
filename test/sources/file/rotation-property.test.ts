import assert from "node:assert/strict";
import { copyFileSync, renameSync, truncateSync, unlinkSync, existsSync } from "node:fs";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { TailRig } from "./tail-rig.ts";

// Any sequence of what writers and logrotate do gives each line once, and in order within each body of bytes. Left out
// are the sequences that nobody can decide: content that is byte for byte what it was before (every line here is its
// own), and bytes written between the copy and the truncation of copytruncate (here nothing writes in between). A file
// that is truncated or made anew first had its last line read and committed: what is unread in a deleted file that nobody
// holds is gone.
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("append" as const), lines: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("copytruncate" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("recreate" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("truncate" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("kill" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
);
const KEPT = 9;

describe("file source, over any sequence of writing, rotating, stopping and resuming", () => {
  for (const [name, options] of [
    ["a literal path", { paths: ["app.log"] }],
    ["a glob over the rotated names too", { paths: ["app.log*"] }],
    ["hints from the file system", { paths: ["app.log"], watch: "auto" }],
  ] as const) {
    it(`hands on each line once, with ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
          await using rig = new TailRig();
          rig.write("app.log", "");
          await rig.follow(options);
          const written: string[] = [];
          const write = (file: string): void => {
            written.push(`${written.length} ${"-".repeat(90)}`);
            rig.append(file, `${written.at(-1)}\n`);
          };
          const shift = (): void => {
            for (let n = KEPT; n >= 1; n--) {
              if (existsSync(rig.path(`app.log.${n}`)))
                renameSync(rig.path(`app.log.${n}`), rig.path(`app.log.${n + 1}`));
            }
          };
          for (const { kind, ...rest } of actions) {
            switch (kind) {
              case "append":
                for (let i = 0; i < ("lines" in rest ? rest.lines : 1); i++) write("app.log");
                break;
              case "rename":
                shift();
                renameSync(rig.path("app.log"), rig.path("app.log.1"));
                rig.write("app.log", "");
                break;
              case "copytruncate":
                // A copy proves itself by the bytes before the position: there must be some.
                write("app.log");
                await rig.settle(written.length);
                write("app.log");
                shift();
                copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
                truncateSync(rig.path("app.log"));
                break;
              case "recreate":
                await rig.settle(written.length);
                rig.commit();
                unlinkSync(rig.path("app.log"));
                rig.write("app.log", "");
                break;
              case "truncate":
                await rig.settle(written.length);
                rig.commit();
                truncateSync(rig.path("app.log"));
                break;
              case "kill":
                await rig.kill();
                write("app.log");
                await rig.follow(options);
                break;
              case "late":
                if (existsSync(rig.path("app.log.1"))) write("app.log.1");
                break;
              case "restart":
                await rig.stop();
                write("app.log");
                await rig.follow(options);
                break;
              case "settle":
                await rig.settle(written.length);
                break;
            }
          }
          await rig.settle(written.length);
          assert.deepEqual([...rig.lines].sort(byNumber), written, rig.facts.join("\n"));
        }),
        { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 12) },
      );
    });
  }
});

function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}
