import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openState } from "../../src/state/open.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { delivered, failed, later, rig, transition } from "./rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const fallbacks = new Map([["slack", { receiver: "email", afterMs: 120_000 }]]);

describe("outbox, fallback", () => {
  it("says an alarm through the fallback after two minutes, and through its own receiver when it is back", async () => {
    await using bench = rig({ fallbacks });
    const { slack, email, clock } = bench;
    const answer = later();
    slack.script = [answer.answer];
    await bench.say(transition("firing", "A"));
    await clock.advance(2 * MINUTE - 1);
    assert.deepEqual(email.heard, []);
    await clock.advance(1);
    assert.deepEqual(email.heard, ["firing A #1"]);
    assert.deepEqual(bench.recording.of("fallback"), [["slack", "email", "A"]]);
    await clock.advance(HOUR);
    assert.equal(slack.offers.length, 2, "the primary copy stayed queued");
    assert.equal(email.offers.length, 1, "the fallback was asked once");
  });

  const impossible = [
    ["the circuit opens", [1, 2, 3, 4, 5].map(() => failed("transient")), 8000],
    ["only a person can mend it", [failed("auth")], 0],
    ["it is refused for good", [failed("payload")], 0],
    ["it is told to wait for longer than that", [failed("rate_limited", 3 * MINUTE)], 0],
  ] as const;
  for (const [why, script, withinMs] of impossible) {
    it(`does not wait two minutes when ${why}`, async () => {
      await using bench = rig({ fallbacks });
      bench.slack.script = [...script];
      await bench.say(transition("firing", "A"));
      await bench.clock.advance(withinMs);
      assert.deepEqual(bench.email.heard, ["firing A #1"]);
    });
  }

  it("says a new alarm through the fallback at once while the circuit is open", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.always = failed("auth");
    await bench.say(transition("firing", "A"));
    await bench.say(transition("firing", "B"));
    assert.deepEqual(bench.email.heard, ["firing A #1", "firing B #1"]);
  });

  it("says nothing through the fallback before the release", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.always = failed("auth");
    await bench.say(transition("firing", "A"));
    bench.outbox.accept(transition("firing", "B"), ["slack"], bench.clock.now());
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.email.heard, ["firing A #1"]);
  });

  it("keeps news from the fallback", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.always = failed("auth");
    for (const event of ["update", "repeat", "acked"] as const) await bench.say(transition(event, event));
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.email.heard, []);
  });

  it("does not bother a fallback that has a route of its own to the incident", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.always = failed("auth");
    await bench.say(transition("firing", "A"), "slack", "email");
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.email.heard, ["firing A #1"]);
    assert.deepEqual(bench.recording.of("fallback"), []);
  });

  it("tells the end to the fallback that heard the beginning, whoever else hears it", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.script = [failed("auth")];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(20 * MINUTE);
    assert.deepEqual(bench.slack.heard, ["firing A #1", "firing A #1"]);
    await bench.say(transition("resolved", "A", 10, 20 * MINUTE));
    assert.deepEqual(bench.slack.heard.at(-1), "resolved A #2");
    assert.deepEqual(bench.email.heard, ["firing A #1", "resolved A #2"]);
  });

  it("says through the fallback that an incident fired and resolved, when nobody was told of either", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.always = failed("rate_limited", 100_000);
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(MINUTE);
    await bench.say(transition("resolved", "A", 20, MINUTE));
    assert.deepEqual(bench.email.heard, []);
    await bench.clock.advance(MINUTE);
    assert.deepEqual(bench.email.heard, ["resolved A #1"]);
  });

  it("fires again through the fallback when the incident reopens", async () => {
    await using bench = rig({ fallbacks });
    bench.slack.always = failed("auth");
    await bench.say(transition("firing", "A"));
    await bench.say(transition("resolved", "A", 10, MINUTE));
    await bench.say(transition("firing", "A", 10, 2 * MINUTE));
    assert.deepEqual(bench.email.heard, ["firing A #1", "resolved A #2", "firing A #3"]);
  });

  it("does not turn round for ever when two receivers fall back to each other", async () => {
    await using bench = rig({
      fallbacks: new Map([
        ["slack", { receiver: "email", afterMs: 2 * MINUTE }],
        ["email", { receiver: "slack", afterMs: 2 * MINUTE }],
      ]),
    });
    bench.slack.always = failed("auth");
    bench.email.always = failed("auth");
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(HOUR);
    assert.equal(bench.recording.of("fallback").length, 1);
  });

  it("asks the fallback only once over a restart", async () => {
    const clock = new FakeClock();
    const state = openState(null, clock.now());
    const first = rig({ fallbacks, clock, state });
    first.slack.always = failed("auth");
    await first.say(transition("firing", "A"));
    assert.equal(first.email.offers.length, 1);
    await first.outbox.close();
    await using second = rig({ fallbacks, clock, state });
    second.slack.always = failed("auth");
    await clock.advance(HOUR);
    assert.deepEqual(second.email.heard, []);
    second.slack.always = delivered();
    await clock.advance(HOUR);
    assert.equal(second.slack.heard.at(-1), "firing A #1");
  });
});
