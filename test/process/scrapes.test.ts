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
/** Requests under way at once. */
const MOST_OPEN = 32;

describe("scraping a hundred times a second", () => {
  it("disturbs nothing", async () => {
    using folder = tempFolder();
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const daemon = start(["run", "--state-dir", folder.join("state"), "--listen", "127.0.0.1:0", log]);
    const url = (await daemon.watching()) ?? "";
    const open = new Set<Promise<void>>();
    const statuses = new Set<number>();
    for (let n = 0; n < SCRAPES; n++) {
      const path = n % 20 === 0 ? "/" : n % 20 === 10 ? "/-/healthy" : "/metrics";
      const ask = async (): Promise<void> => {
        const answer = await fetch(url + path, { headers: { accept: ACCEPTS[n % 2] ?? "" } });
        await answer.text();
        statuses.add(answer.status);
      };
      const asked = ask().finally(() => open.delete(asked));
      open.add(asked);
      // More connections than the daemon keeps would be closed.
      if (open.size >= MOST_OPEN) await Promise.race(open);
      appendFileSync(log, burst(EVENTS_EACH, Date.now(), 0, `req_${n}`));
      await sleep(EVERY_MS);
    }
    await Promise.all(open);
    assert.deepEqual(statuses, new Set([200]));
    const counted = await daemon.until("every event", async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const total = Number(/^revokewatch_events_total\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
      return total >= SCRAPES * EVENTS_EACH && total;
    });
    assert.equal(counted, SCRAPES * EVENTS_EACH);
    assert.equal((await daemon.stop()).code, 0);
    assert.equal(daemon.transitions().filter(({ event }) => event === "firing").length, 1);
  });
});
