// Resident memory against a bare process of the same Node: at rest, after 1 GiB, after a spike of a million events, and
// with a hundred thousand keys in a heap of 64 MiB.

import { spawn } from "node:child_process";
import { appendFileSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventLine } from "../../test/support/log-lines.ts";
import { span } from "../batch.ts";
import { cpuShare, daemon, folder } from "../daemon.ts";
import { logFile } from "../data.ts";
import { cpuSecondsOf, median, residentBytes } from "../measure.ts";
import type { Part, Row } from "../part.ts";
import { node } from "../program.ts";

const ROUNDS = 2;
const REST_MS = 6000;
const LOOK_MS = 500;
const MIB = 2 ** 20;
/** As the unit and the image set it; bare Node runs with it, too. */
const MALLOC = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" };
const SLACK = {
  SLACK_BOT_TOKEN: "xoxb-bench",
  SLACK_CHANNEL: "C0123456789",
  SLACK_API_URL: "http://127.0.0.1:9/api/",
};

interface Load {
  readonly what: string;
  readonly flags: readonly string[];
  /** Puts the load in front of the daemon. */
  readonly write: (log: string) => void;
}

const LOADS: readonly Load[] = [
  { what: "idle, Slack configured", flags: [], write: () => undefined },
  {
    what: "after 1 GiB, 0.1 % events",
    flags: [],
    write: (log) => copyFileSync(logFile(2 ** 30, 0.001), log),
  },
  {
    what: "after a spike of a million events",
    flags: [],
    write: (log) => spike(log, 1_000_000, 20),
  },
  {
    what: "after 200,000 events of 10,000 services",
    flags: [],
    write: (log) => spike(log, 200_000, 20, 10_000),
  },
  {
    what: "after 100,000 keys, --max-old-space-size=64",
    flags: ["--max-old-space-size=64"],
    write: (log) => spike(log, 100_000, 100_000),
  },
];

export const memory: Part = {
  name: "memory",
  title: "Resident memory against bare Node, both with the allocator as the unit and the image set it",
  async measure(note) {
    const rows: Row[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round++) bare.push(await bareNode());
    rows.push({ what: "bare Node", MiB: span(bare, 1), ratio: "1.00", "idle CPU %": "" });
    for (const load of LOADS) {
      note(load.what);
      const resident: number[] = [];
      const cpu: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [mebibytes, share] = await afterLoad(load);
        resident.push(mebibytes);
        cpu.push(100 * share);
      }
      const ratio = (median(resident) / median(bare)).toFixed(2);
      rows.push({ what: load.what, MiB: span(resident, 1), ratio, "idle CPU %": span(cpu) });
    }
    return rows;
  },
};

async function bareNode(): Promise<number> {
  const child = spawn(node, ["-e", "setInterval(()=>{},1e3)"], {
    stdio: "ignore",
    env: { ...process.env, ...MALLOC },
  });
  await sleep(REST_MS / 2);
  const bytes = residentBytes(child.pid ?? 0, "VmRSS");
  child.kill("SIGKILL");
  return bytes / MIB;
}

async function afterLoad({ flags, write }: Load): Promise<readonly [mebibytes: number, cpuShare: number]> {
  using place = folder();
  const log = join(place.path, "api.log");
  writeFileSync(log, "");
  using running = await daemon(
    ["--state-dir", join(place.path, "state"), "--listen", "127.0.0.1:0", log],
    { ...SLACK, ...MALLOC },
    flags,
  );
  const { pid } = running;
  await sleep(REST_MS / 2);
  write(log);
  await quiet(pid);
  const share = await cpuShare(pid, () => sleep(REST_MS));
  const bytes = residentBytes(pid, "VmRSS");
  if (bytes === 0) throw new Error("the daemon did not survive its load");
  return [bytes / MIB, share];
}

/** Waits until the process has used nearly no CPU for a while. */
async function quiet(pid: number): Promise<void> {
  for (let calm = 0; calm < 3;) {
    const before = cpuSecondsOf(pid);
    await sleep(LOOK_MS);
    calm = cpuSecondsOf(pid) - before <= 0.02 ? calm + 1 : 0;
  }
}

/** Events within ten minutes up to now, spread over some keys and services. */
function spike(log: string, events: number, keys: number, services = 1): void {
  const BLOCK = 10_000;
  const began = Date.now() - 600_000;
  for (let first = 0; first < events; first += BLOCK) {
    const block = Array.from({ length: BLOCK }, (_, i) => {
      const n = first + i;
      const key = `ast_live_${String(n % keys).padStart(20, "0")}`;
      const timeMs = began + Math.floor((n * 600_000) / events);
      return eventLine({ timeMs, requestId: `req_${n}`, key, service: `service-${n % services}` });
    });
    appendFileSync(log, block.join(""));
  }
}
