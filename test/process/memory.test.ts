// The compiled daemon, which is what is deployed, in little memory: a pod's limit, through the worst that a log can bring.

import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { start } from "../support/daemon.ts";
import { eventLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const LIMIT_BYTES = 96 * 2 ** 20;
/** The heap's share of it: what a limit on the whole process leaves beside Node itself, for where there are no cgroups. */
const HEAP_MIB = 64;
const KEYS = 100_000;
const BLOCK = 10_000;

/** A memory cgroup of version 1 or 2 with the limit; null where none can be made (no root, no delegation). */
function limitedGroup(): (Disposable & { add(pid: number): void }) | null {
  const name = `revokewatch-test-${process.pid}`;
  const kinds = [
    ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"],
    ["/sys/fs/cgroup", "memory.max"],
  ] as const;
  for (const [root, limit] of kinds) {
    const path = `${root}/${name}`;
    try {
      mkdirSync(path);
    } catch {
      continue;
    }
    const group = {
      add: (pid: number) => writeFileSync(`${path}/cgroup.procs`, String(pid)),
      [Symbol.dispose]: () => rmdirSync(path),
    };
    if (existsSync(`${path}/${limit}`)) {
      writeFileSync(`${path}/${limit}`, String(LIMIT_BYTES));
      return group;
    }
    group[Symbol.dispose]();
  }
  return null;
}

describe("revokewatch run", () => {
  it("counts and tells a spike of 100,000 different keys within 96 MiB", async (t) => {
    using folder = tempFolder();
    const group = limitedGroup();
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const args = ["run", "--state-dir", folder.join("state"), "--listen", "127.0.0.1:0", log];
    const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
    const daemon = start(args, env);
    t.after(async () => {
      await daemon.stop("SIGKILL");
      group?.[Symbol.dispose]();
    });
    group?.add(daemon.child.pid ?? 0);
    const url = String(await daemon.watching());
    const began = Date.now() - 60_000;
    for (let first = 0; first < KEYS; first += BLOCK) {
      const lines = Array.from({ length: BLOCK }, (_, i) => {
        const n = first + i;
        const key = `ast_live_${String(n).padStart(20, "0")}`;
        return eventLine({ timeMs: began + Math.floor((n * 60_000) / KEYS), requestId: `req_${n}`, key });
      });
      appendFileSync(log, lines.join(""));
    }
    await daemon.until("every event", async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return new RegExp(`^revokewatch_events_total\\{.*\\} ${KEYS}$`, "m").test(text);
    });
    const firing = await daemon.until("the incident", () =>
      daemon.transitions().find(({ event }) => event === "firing"),
    );
    assert.ok(firing.incident.request_ids.length > 0);
    assert.equal(daemon.child.exitCode, null);
  });
});
