// Whoever scrapes far too often, in both formats and beside people who look at the page, changes nothing of what is counted.

import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "../support/daemon.ts";
import { burst } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const ACCEPTS = ["text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0"];
const SCRAPES = 300;
const EVERY_MS = 10;
const EVENTS_EACH = 3;

describe("scraping a hundred times a second", () => {
  it("disturbs nothing", async () => {
    using folder = tempFolder();
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const daemon = start(["run", "--state-dir", folder.join("state"), "--listen", "127.0.0.1:0", log]);
    const url = (await daemon.watching()) ?? "";
    const answers: Promise<number>[] = [];
    for (let n = 0; n < SCRAPES; n++) {
      const path = n % 20 === 0 ? "/" : n % 20 === 10 ? "/-/healthy" : "/metrics";
      const asked = fetch(url + path, { headers: { accept: ACCEPTS[n % 2] ?? "" } });
      answers.push(
        asked.then(async (answer) => {
          await answer.text();
          return answer.status;
        }),
      );
      appendFileSync(log, burst(EVENTS_EACH, Date.now(), 0, `req_${n}`));
      await sleep(EVERY_MS);
    }
    assert.deepEqual([...new Set(await Promise.all(answers))], [200]);
    const counted = await daemon.until("every event", async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const total = Number(/^revokewatch_events_total\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
      return total >= SCRAPES * EVENTS_EACH && total;
    });
    assert.equal(counted, SCRAPES * EVENTS_EACH);
    assert.equal(daemon.transitions().filter(({ event }) => event === "firing").length, 1);
    assert.equal((await daemon.stop()).code, 0);
  });
});
