import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openState } from "../../src/state/open.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { delivered, failed, later, rig, transition } from "./rig.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const told = (entries: readonly { id: string; state: string }[]): string[] =>
  entries.map(({ id, state }) => `${id} ${state}`);

describe("the outbox by hand", () => {
  it("lists what waits, what is under way and what was given up", async () => {
    await using bench = rig();
    bench.slack.script = [failed("payload"), later().answer];
    bench.email.always = failed("transient");
    await bench.say(transition("firing", "A"));
    await bench.say(transition("firing", "B"));
    await bench.say(transition("firing", "C"), "email");
    const entries = bench.outbox.byHand.list();
    assert.deepEqual(told(entries), ["B.1.slack sending", "C.1.email waiting", "A.1.slack dead"]);
    assert.deepEqual(
      entries.map(({ failures, last_failure, reason }) => [failures, last_failure, reason]),
      [
        [0, null, null],
        [1, "transient", null],
        [null, null, "payload"],
      ],
    );
  });

  it("offers a given-up message again, under its id and with its first time, and forgets the letter", async () => {
    await using bench = rig();
    bench.slack.script = [failed("payload")];
    await bench.say(transition("firing", "A"));
    const queuedAtMs = bench.slack.offers[0]?.message.queuedAtMs;
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.outbox.byHand.retry({ id: "A.1.slack" }), { done: ["A.1.slack"], refused: [] });
    await bench.clock.settle();
    assert.deepEqual(bench.slack.heard, ["firing A #1", "firing A #1"]);
    assert.equal(bench.slack.offers[1]?.message.queuedAtMs, queuedAtMs, "so it says how late it is");
    assert.deepEqual(bench.outbox.byHand.list(), []);
    assert.deepEqual(bench.state.documents("dead_letter"), []);
    assert.deepEqual(bench.state.documents("outbox"), []);
  });

  it("keeps a message that was taken back over a restart, though it was given up for its age", async () => {
    const clock = new FakeClock();
    const state = openState(null, clock.now());
    const first = rig({ clock, state });
    first.slack.always = failed("transient");
    await first.say(transition("firing", "A"));
    await clock.advance(DAY);
    assert.deepEqual(told(first.outbox.byHand.list()), ["A.1.slack dead"]);
    first.outbox.byHand.retry({ receiver: "slack" });
    await clock.settle();
    await first.outbox.close();
    await using second = rig({ clock, state });
    await clock.settle();
    assert.deepEqual(second.slack.heard, ["firing A #1"]);
  });

  it("takes a message back before newer ones of its incident", async () => {
    await using bench = rig();
    bench.slack.script = [failed("payload"), failed("transient")];
    await bench.say(transition("firing", "A"));
    await bench.say(transition("resolved", "A"));
    bench.outbox.byHand.retry({ receiver: "slack" });
    await bench.clock.settle();
    assert.deepEqual(bench.slack.heard, ["firing A #1", "resolved A #2", "firing A #1", "resolved A #2"]);
  });

  it("does not say again what the receiver has heard newer news of", async () => {
    await using bench = rig();
    bench.slack.script = [failed("payload")];
    await bench.say(transition("firing", "A"));
    await bench.say(transition("resolved", "A"));
    const { done, refused } = bench.outbox.byHand.retry({ receiver: "slack" });
    assert.deepEqual([done, refused.map(({ id }) => id)], [[], ["A.1.slack"]]);
    assert.match(refused[0]?.reason ?? "", /newer news/);
    assert.deepEqual(told(bench.outbox.byHand.list()), ["A.1.slack dead"]);
  });

  it("offers at once what waits for its back-off or for the circuit", async () => {
    await using bench = rig();
    bench.slack.script = [failed("auth")];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(60_000);
    assert.equal(bench.slack.offers.length, 1);
    bench.outbox.byHand.retry({ id: "A.1.slack" });
    await bench.clock.settle();
    assert.deepEqual(bench.slack.times, [0, 60]);
  });

  it("keeps a silence that the receiver asked for, whatever a person wants", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 600_000)];
    await bench.say(transition("firing", "A"));
    bench.outbox.byHand.retry({ receiver: "slack" });
    await bench.clock.advance(599_000);
    assert.equal(bench.slack.offers.length, 1);
  });

  it("drops what waits, aloud, and what was given up; not what is under way", async () => {
    await using bench = rig();
    const answer = later();
    bench.slack.script = [failed("payload"), failed("transient"), answer.answer];
    await bench.say(transition("firing", "A"));
    const said = transition("firing", "B");
    await bench.say(said);
    await bench.say(transition("firing", "C"));
    const { done, refused } = bench.outbox.byHand.drop({ receiver: "slack" });
    assert.deepEqual([done, refused.map(({ id }) => id)], [["B.1.slack", "A.1.slack"], ["C.1.slack"]]);
    assert.deepEqual(bench.recording.of("failed").at(-1), [
      "slack",
      "dropped",
      "firing",
      JSON.stringify(said),
    ]);
    assert.deepEqual(bench.state.documents("dead_letter"), []);
    answer.give(delivered());
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.state.documents("outbox"), []);
    assert.deepEqual(bench.slack.heard, ["firing A #1", "firing B #1", "firing C #1"]);
  });
});
