import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CheckFacts, ReceiverChecks } from "../../src/app/receiver-checks.ts";
import type { Outcome, Receiver } from "../../src/receivers/receiver.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OK: Outcome = { kind: "delivered", reference: null, detail: "the token works" };
const REVOKED: Outcome = {
  kind: "failed",
  class: "auth",
  retryAfterMs: null,
  detail: "token_revoked",
  reference: null,
};

function receiver(name: string, verify: Receiver["verify"]): Receiver {
  return {
    name,
    kind: "scripted",
    verify,
    deliver: () => Promise.reject(new Error("sent")),
    async close() {},
  };
}

function bench(...receivers: readonly Receiver[]) {
  const clock = new FakeClock();
  const recording = recordingFacts<CheckFacts>();
  const checks = new ReceiverChecks(new Map(receivers.map((one) => [one.name, one])), clock, recording.facts);
  const end = new AbortController();
  const ended = checks.follow(end.signal);
  return { clock, recording, checks, end, ended };
}

describe("the receiver checks", () => {
  it("ask after a minute and then every hour, and send nothing", async () => {
    const answers = [OK, REVOKED, OK];
    const { clock, checks, recording } = bench(receiver("slack", async () => answers.shift() ?? OK));
    await clock.advance(MINUTE - 1);
    assert.equal(checks.lastOf("slack"), null);
    await clock.advance(1);
    assert.equal(checks.lastOf("slack"), true);
    await clock.advance(HOUR);
    assert.equal(checks.lastOf("slack"), false);
    await clock.advance(HOUR);
    assert.deepEqual(recording.of("receiverChecked"), [
      ["slack", true, "the token works"],
      ["slack", false, "auth: token_revoked"],
      ["slack", true, "the token works"],
    ]);
  });

  it("are held up neither by one that never answers nor by one that throws, whose words stay unsaid", async () => {
    const { clock, checks, recording } = bench(
      receiver("hangs", () => new Promise<never>(() => {})),
      receiver("throws", () => Promise.reject(new TypeError("https://s3cret"))),
      receiver("works", async () => OK),
    );
    await clock.advance(2 * MINUTE);
    assert.deepEqual(
      ["hangs", "throws", "works"].map((name) => checks.lastOf(name)),
      [false, false, true],
    );
    assert.doesNotMatch(JSON.stringify(recording.stated), /s3cret/);
  });

  it("end at once, in the middle of a question too", async () => {
    const { clock, end, ended, recording } = bench(receiver("hangs", () => new Promise<never>(() => {})));
    await clock.advance(MINUTE);
    end.abort();
    await ended;
    assert.equal(clock.sleeping, 0);
    assert.deepEqual(recording.stated, []);
  });
});
