import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Heartbeat, type HeartbeatSetup } from "../../src/app/heartbeat.ts";
import type { Outcome } from "../../src/receivers/receiver.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const MINUTE = 60_000;
const OK: Outcome = { kind: "delivered", reference: null, detail: "ok" };

function bench(over: Partial<HeartbeatSetup> = {}) {
  const clock = new FakeClock();
  const recording = recordingFacts<HeartbeatSetup["facts"]>();
  const steps: string[] = [];
  const heartbeat = new Heartbeat({
    everyMs: MINUTE,
    clock,
    probe: () => {
      steps.push("probe");
      return null;
    },
    save: () => steps.push("save") > 0,
    beat: async () => {
      steps.push("beat");
      return OK;
    },
    facts: recording.facts,
    ...over,
  });
  return {
    clock,
    steps,
    heartbeat,
    recording,
    /** The loop turns once a second. */
    async turn(seconds: number) {
      for (let i = 0; i < seconds; i += 1) {
        heartbeat.turned();
        await clock.advance(1000);
      }
    },
  };
}

describe("heartbeat", () => {
  it("is sent at the first turn and then at its interval, after the probe and the save", async () => {
    const { turn, steps, recording } = bench();
    await turn(121);
    assert.deepEqual(
      steps,
      [1, 2, 3].flatMap(() => ["probe", "save", "beat"]),
    );
    assert.equal(recording.of("heartbeatSent").length, 3);
  });

  it("is not sent when a rule's line does not come through, and says which", async () => {
    const { turn, steps, recording } = bench({ probe: () => "api_key_revoked" });
    await turn(61);
    assert.deepEqual(steps, []);
    assert.match(recording.of("heartbeatFailed")[0]?.[0] ?? "", /rule api_key_revoked/);
    assert.equal(recording.of("heartbeatFailed").length, 2);
  });

  it("is not sent when the state cannot be saved, and is again when it can", async () => {
    let room = false;
    const { turn, steps, recording } = bench({ save: () => room });
    await turn(60);
    assert.match(recording.of("heartbeatFailed")[0]?.[0] ?? "", /state could not be saved/);
    room = true;
    await turn(60);
    assert.deepEqual(steps, ["probe", "probe", "beat"]);
  });

  it("is not sent while the loop stands still", async () => {
    const { turn, steps, clock } = bench();
    await turn(1);
    await clock.advance(60 * MINUTE);
    assert.equal(steps.filter((step) => step === "beat").length, 1);
  });

  it("does not overtake one that hangs, and is broken off at the end", async () => {
    let asked = 0;
    const hang = (_nowMs: number, signal: AbortSignal): Promise<Outcome> =>
      new Promise((resolve) => {
        asked += 1;
        signal.addEventListener("abort", () =>
          resolve({ ...OK, kind: "failed", class: "transient" } as Outcome),
        );
      });
    const { turn, heartbeat, recording } = bench({ beat: hang });
    await turn(300);
    assert.equal(asked, 1);
    await heartbeat.close();
    assert.deepEqual(recording.stated, [], "its end is not a failure of the monitor");
  });
});
