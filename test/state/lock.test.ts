// The lock is the kernel's, so these tests have real processes as their subject.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Readable } from "node:stream";
import { openState } from "../../src/state/open.ts";
import { StateError } from "../../src/state/state-error.ts";
import { tempFolder } from "../support/temp-folder.ts";

const OPEN = new URL("../../src/state/open.ts", import.meta.url).href;

type Holder = ChildProcessByStdio<null, Readable, null>;

/** A process that opens the state, says `held` or the refusal, and lives on. */
async function holder(directory: string): Promise<{ child: Holder; said: string }> {
  const program = `
    import { openState } from ${JSON.stringify(OPEN)};
    try {
      globalThis.state = openState(${JSON.stringify(directory)}, Date.now());
      state.commit({ documents: [{ kind: "incident", id: "i", data: "committed" }] });
      process.stdout.write("held");
    } catch (error) {
      process.stdout.write(error.refusal);
    }
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: said.toString() };
}

async function kill(child: Holder): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("the lock of the state directory", () => {
  it("refuses a second process, naming the first, and is free the moment that one is killed", async () => {
    using folder = tempFolder();
    const { child, said } = await holder(folder.path);
    assert.equal(said, "held");
    assert.throws(
      () => openState(folder.path, Date.now()),
      (error) => error instanceof StateError && error.message.includes(`process ${child.pid} on `),
    );
    await kill(child);
    const state = openState(folder.path, Date.now());
    assert.deepEqual(state.notices, [], "what a kill leaves behind is not damage");
    assert.deepEqual(state.documents("incident"), [{ id: "i", data: "committed" }]);
    assert.match(readFileSync(folder.join("lock.holder"), "utf8"), new RegExp(`^process ${process.pid} on `));
    state.close();
  });

  it("lets exactly one of several start that come at once", async () => {
    using folder = tempFolder();
    const holders = await Promise.all(Array.from({ length: 4 }, () => holder(folder.join("new", "state"))));
    const said = holders.map((one) => one.said).toSorted();
    await Promise.all(holders.map(({ child }) => kill(child)));
    assert.deepEqual(said, ["held", "locked", "locked", "locked"]);
  });
});
