import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { followWebConfig } from "../../src/app/web-follower.ts";
import type { WebConfig } from "../../src/config/web-config.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { patience } from "../support/patience.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { placeCertificate, TLS_LINES, USER_LINES, webConfigIn } from "../support/web-config.ts";

describe("the web configuration is followed", () => {
  it("and taken on when a file that it names has changed, told when it is wrong, and mended", async () => {
    using folder = tempFolder();
    placeCertificate(folder);
    const clock = new FakeClock();
    const taken: (WebConfig | null)[] = [];
    const refused: string[] = [];
    const over = new AbortController();
    let takes = true;
    const following = followWebConfig(
      {
        path: folder.join("web.yml"),
        web: await webConfigIn(folder, TLS_LINES),
        server: { configure: (web) => takes && taken.push(web) > 0 },
        env: {},
        clock,
        changed: () => {},
        refused: (findings) => refused.push(...findings),
      },
      over.signal,
    );
    // Files are read between two looks, in real time.
    const look = async (until: () => boolean): Promise<void> => {
      for (const late = patience(); !until() && !late.aborted;) {
        if (clock.sleeping > 0) await clock.advance(30_000);
        await sleep(1);
      }
    };
    let looks = 0;
    await look(() => ++looks > 50);
    assert.deepEqual([taken, refused], [[], []], "nothing has changed");

    placeCertificate(folder, "renewed");
    await look(() => taken.length > 0);
    assert.equal(taken.length, 1);

    rmSync(folder.join("server.key"));
    await look(() => refused.length > 0);
    assert.match(refused.join("\n"), /web\.yml:3:13: error: .*key_file: the file cannot be read/);
    assert.equal(taken.length, 1);

    placeCertificate(folder, "server");
    await look(() => taken.length > 1);
    assert.equal(taken.length, 2, "the key is back");

    takes = false;
    refused.length = 0;
    writeFileSync(folder.join("web.yml"), USER_LINES);
    await look(() => refused.length > 0);
    assert.match(refused.join("\n"), /needs a restart/);
    over.abort();
    await following;
  });
});
