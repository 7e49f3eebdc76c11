import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FSWatcher } from "chokidar";
import type { Chain } from "../../../src/sources/file/chain.ts";
import { Generation } from "../../../src/sources/file/generation.ts";
import { Hints } from "../../../src/sources/file/hints.ts";
import { Ledger } from "../../../src/sources/file/positions.ts";
import { Register } from "../../../src/sources/file/register.ts";
import { Reports } from "../../../src/sources/file/reports.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { patience } from "../../support/patience.ts";
import { factList } from "../fact-list.ts";
import { TailRig } from "./tail-rig.ts";

/** So long that only a hint can be the reason when a line comes. */
const NEVER = { watch: "auto", poll: "1h" };
const { add } = FSWatcher.prototype;

describe("hints", () => {
  afterEach(() => {
    FSWatcher.prototype.add = add;
    delete process.env["CHOKIDAR_USEPOLLING"];
  });

  it("bring a line long before the poll would", async () => {
    await using rig = new TailRig();
    rig.write("app.log", "");
    await rig.follow(NEVER);
    rig.append("app.log", "1\n");
    await hinted(rig, "app.log");
  });

  it("bring a file that appears", async () => {
    await using rig = new TailRig();
    await rig.follow({ ...NEVER, paths: ["*.log"] });
    rig.write("app.log", "1\n");
    await hinted(rig, "app.log");
  });

  it("bring a line that is written behind a symbolic link into another directory", async () => {
    await using rig = new TailRig();
    mkdirSync(rig.path("pod"));
    rig.write("pod/0.log", "");
    symlinkSync("pod/0.log", rig.path("app.log"));
    await rig.follow(NEVER);
    // The link is resolved at the scan after the one that opened its file.
    rig.source?.nudge();
    rig.append("pod/0.log", "1\n");
    await hinted(rig, "pod/0.log");
  });

  it("are given up aloud when the kernel refuses a watch, and polling goes on", async () => {
    FSWatcher.prototype.add = refuse;
    await using rig = new TailRig();
    rig.write("app.log", "");
    await rig.follow({ watch: "auto" });
    rig.append("app.log", "1\n");
    assert.deepEqual(await rig.settle(1), ["1"]);
    assert.ok(rig.facts.includes("degraded true ENOSPC fs.inotify.max_user_watches"), rig.facts.join("\n"));
  });

  it("are not turned into polling by a variable of the environment", async () => {
    process.env["CHOKIDAR_USEPOLLING"] = "1";
    await using rig = new TailRig();
    let polling: boolean | undefined;
    FSWatcher.prototype.add = function noted(this: FSWatcher, paths: string | string[]): FSWatcher {
      polling = this.options.usePolling;
      return add.call(this, paths);
    };
    await rig.follow(NEVER);
    assert.equal(polling, false);
  });

  it("are given up when files grow without them, and are back with the first that comes", async () => {
    const rig = await aHintsRig();
    for (let n = 0; n < 3; n++) {
      await rig.clock.advance(2000);
      rig.hints.missed(rig.chain);
      await rig.clock.advance(1000);
      await rig.hints.polled();
    }
    assert.equal(rig.hints.degraded, true);
    rig.watchers[0]?.emit("all", "change", rig.chain.path);
    assert.equal(rig.hints.degraded, false);
    assert.deepEqual(rig.facts, ["degraded true no_hints null", "degraded false hints null"]);
    await rig.hints.close();
  });

  it("are not expected of a watch that has only just begun, nor of a file that is read all the time", async () => {
    const { clock, hints, chain } = await aHintsRig();
    const missThrice = async (): Promise<void> => {
      for (let n = 0; n < 3; n++) {
        hints.missed(chain);
        await clock.advance(600);
        await hints.polled();
      }
    };
    await missThrice();
    await clock.advance(5000);
    chain.hotUntilMs = clock.monotonic() + 60_000;
    await missThrice();
    assert.equal(hints.degraded, false);
    await hints.close();
  });

  it("are not waited for, half a second long, of a file that has grown where they do not come", async () => {
    const { clock, hints, chain } = await aHintsRig();
    const current = new Generation(1, chain.path, chain.path, { dev: 1n, ino: 1n, birthtimeNs: 0n });
    chain.current = current;
    await clock.advance(5000);
    assert.equal(hints.unheard(chain, clock.monotonic()), false, "it never grew");
    current.activeMs = clock.monotonic();
    assert.equal(hints.unheard(chain, clock.monotonic()), true, "nobody knows where it lies");
    await clock.advance(499);
    assert.equal(hints.unheard(chain, clock.monotonic()), true);
    await clock.advance(1);
    assert.equal(hints.unheard(chain, clock.monotonic()), false);
    await hints.close();
  });

  it("are asked for again after the kernel had refused", async () => {
    const { clock, hints, chain, facts, watchers } = await aHintsRig();
    watchers[0]?.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }));
    await clock.advance(299_000);
    await hints.polled();
    assert.equal(watchers.length, 1);
    await clock.advance(1000);
    await hints.polled();
    hints.watch(["/logs"]);
    assert.equal(watchers.length, 2);
    watchers[1]?.emit("all", "change", chain.path);
    assert.deepEqual(facts, [
      "degraded true ENOSPC fs.inotify.max_user_watches",
      "degraded false hints null",
    ]);
    await hints.close();
  });
});

interface HintsRig {
  readonly clock: FakeClock;
  readonly hints: Hints;
  readonly chain: Chain;
  readonly facts: string[];
  /** chokidar's watchers, in the order of their first watch; what they say is up to the test. */
  readonly watchers: FSWatcher[];
}

async function aHintsRig(): Promise<HintsRig> {
  const watchers: FSWatcher[] = [];
  FSWatcher.prototype.add = function noted(this: FSWatcher): FSWatcher {
    watchers.push(this);
    return this;
  };
  const clock = new FakeClock();
  const facts: string[] = [];
  const setup = {
    name: "logs",
    format: "auto",
    labels: {},
    follow: true,
    firstStart: true,
    lastCommitMs: null,
    positions: new Map<string, string>(),
    clock,
    facts: factList(facts),
  } as const;
  const register = new Register(new Reports(setup), new Ledger(), 1);
  const chain = register.chain("/logs/app.log", true);
  const hints = new Hints(setup, register, () => true);
  await hints.open();
  hints.watch(["/logs"]);
  return { clock, hints, chain, facts, watchers };
}

function refuse(this: FSWatcher): FSWatcher {
  queueMicrotask(() => this.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" })));
  return this;
}

/** Touches a file until its line has come: chokidar says that it is ready before the kernel watches. */
async function hinted(rig: TailRig, name: string): Promise<void> {
  const signal = patience();
  while (rig.lines.length === 0 && !signal.aborted) {
    await sleep(50);
    const now = new Date();
    utimesSync(rig.path(name), now, now);
  }
  assert.deepEqual(rig.lines, ["1"]);
}
