import assert from "node:assert/strict";
import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { describe, it, type TestContext } from "node:test";
import { followConfig } from "../../src/cli/config-follower.ts";
import { FILE_LOOK_MS, printOf } from "../../src/host/file-print.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";

interface Scene {
  readonly path: string;
  /** Replaces the content as Kubernetes does: by a link that is swapped. */
  swap(text: string): void;
  /** Wishes for a reload after so many looks more. */
  wishesAfter(looks: number): Promise<number>;
}

async function scene(test: TestContext): Promise<Scene> {
  const folder = tempFolder();
  const path = folder.join("revokewatch.yaml");
  const swap = (text: string): void => {
    const target = folder.join(`data-${Math.random()}`);
    writeFileSync(target, text);
    symlinkSync(target, `${path}.new`);
    renameSync(`${path}.new`, path);
  };
  swap("one");
  const clock = new FakeClock();
  const stop = new AbortController();
  let wishes = 0;
  const following = followConfig(path, await printOf([path]), clock, () => wishes++, stop.signal);
  test.after(async () => {
    stop.abort();
    await following;
    folder[Symbol.dispose]();
  });
  return {
    path,
    swap,
    async wishesAfter(looks) {
      for (let look = 0; look < looks; look++) {
        await clock.advance(FILE_LOOK_MS);
        // The file is read in real time: until the follower sleeps again.
        while (clock.sleeping === 0) await turn();
      }
      return wishes;
    },
  };
}

describe("a configuration that is followed", () => {
  it("is read anew within 30 s of a change behind its link, once", async (t) => {
    const { swap, wishesAfter } = await scene(t);
    assert.equal(await wishesAfter(2), 0);
    swap("two");
    assert.equal(await wishesAfter(1), 1);
    assert.equal(await wishesAfter(5), 1);
  });

  it("is left alone when it is written anew with the same content", async (t) => {
    const { swap, wishesAfter } = await scene(t);
    swap("one");
    assert.equal(await wishesAfter(2), 0);
  });
});
