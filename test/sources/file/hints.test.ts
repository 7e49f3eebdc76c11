import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { FSWatcher } from "chokidar";
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
    await watching();
    rig.append("app.log", "1\n");
    assert.deepEqual(await rig.settle(1), ["1"]);
  });

  it("bring a file that appears", async () => {
    await using rig = new TailRig();
    await rig.follow({ ...NEVER, paths: ["*.log"] });
    await watching();
    rig.write("app.log", "1\n");
    assert.deepEqual(await rig.settle(1), ["1"]);
  });

  it("bring a line that is written behind a symbolic link into another directory", async () => {
    await using rig = new TailRig();
    mkdirSync(rig.path("pod"));
    rig.write("pod/0.log", "");
    symlinkSync("pod/0.log", rig.path("app.log"));
    await rig.follow(NEVER);
    // The link is resolved at the scan after the one that opened its file.
    rig.source?.nudge();
    await watching();
    rig.append("pod/0.log", "1\n");
    assert.deepEqual(await rig.settle(1), ["1"]);
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
});

function refuse(this: FSWatcher): FSWatcher {
  queueMicrotask(() => this.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" })));
  return this;
}

/** chokidar says that it is ready before the kernel watches; a real directory needs a moment. */
async function watching(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 200));
}
