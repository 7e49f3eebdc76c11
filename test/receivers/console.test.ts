// The console: one line of JSON for programs, a readable text for terminals, and no escape sequence out of a log.

import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { type ConsoleOptions, consoleReceiver } from "../../src/receivers/console.ts";
import { type ReceiverBench, receiverLaw } from "../laws/receiver-law.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { hostileIncident } from "../support/hostile.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience } from "../support/patience.ts";

interface ConsoleBench extends ReceiverBench {
  break(): void;
  stall(): void;
}

/** A stdout that works, stands still or is gone. */
class Stdout extends Writable {
  state: "works" | "stalled" | "gone" = "works";
  writes = 0;

  override _write(_chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.writes += 1;
    if (this.state === "gone") done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    else if (this.state === "works") done();
  }
}

receiverLaw<ConsoleBench>({
  name: "console",
  async open(timeoutMs) {
    const stream = new Stdout();
    stream.on("error", () => {});
    const target = { stream, terminal: false, colours: false };
    return {
      receiver: consoleReceiver(receiverSetup(new FakeClock()), { format: "json" }, target, timeoutMs),
      secrets: [],
      reached: () => stream.writes,
      break: () => void (stream.state = "gone"),
      stall: () => void (stream.state = "stalled"),
      async [Symbol.asyncDispose]() {
        stream.destroy();
      },
    };
  },
  faults: [
    { name: "a reader that is gone", class: "transient", arm: (bench) => bench.break() },
    { name: "a reader that stands still", class: "ambiguous", silent: true, arm: (bench) => bench.stall() },
  ],
  hang: (bench) => bench.stall(),
});

async function printed(
  options: ConsoleOptions,
  terminal: boolean,
  said = message(),
  colours = false,
): Promise<string> {
  const stream = new PassThrough();
  const receiver = consoleReceiver(receiverSetup(new FakeClock()), options, { stream, terminal, colours });
  await receiver.deliver(said, patience());
  return String(stream.read());
}

describe("the console", () => {
  it("prints the transition as one line of JSON when stdout is no terminal", async () => {
    assert.equal(await printed({ format: "auto" }, false), `${JSON.stringify(transition())}\n`);
  });

  it("prints text when stdout is a terminal", async () => {
    assert.match(
      await printed({ format: "auto" }, true),
      /^CRITICAL {2}api_key_revoked spike: checkout\n {2}37 events of api_key_revoked in 5m\./,
    );
  });

  it("prints JSON on a terminal when that is asked for", async () => {
    assert.match(await printed({ format: "json" }, true), /^\{"version":1,"event":"firing"/);
  });

  it("colours only when colours are wanted", async () => {
    assert.ok((await printed({ format: "text" }, true, message(), true)).includes("\u001b[1;31mCRITICAL"));
    assert.ok(!(await printed({ format: "text" }, true)).includes("\u001b"));
  });

  it("keeps a hostile log to its lines, without escape sequences", async () => {
    const property = fc.asyncProperty(hostileIncident, async (incident) => {
      const said = message({ ...transition(), incident });
      const text = await printed({ format: "text" }, true, said);
      assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}]/u);
      assert.ok(
        text
          .split("\n")
          .slice(1, -2)
          .every((line) => line.startsWith("  ")),
      );
      const line = await printed({ format: "json" }, false, said);
      assert.equal(line.indexOf("\n"), line.length - 1);
      assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\p{Cf}]/u);
      assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(said.transition)));
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
