import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, failed, later, rig, transition } from "./rig.ts";

const MINUTE = 60_000;

describe("outbox", () => {
  it("says nothing before the release, and at once after it", async () => {
    await using bench = rig();
    const { outbox, slack, clock } = bench;
    outbox.accept(transition("firing", "A"), ["slack"], clock.now());
    await clock.advance(MINUTE);
    assert.deepEqual(slack.heard, []);
    outbox.release();
    await clock.settle();
    assert.deepEqual(slack.heard, ["firing A #1"]);
  });

  it("says it from memory when the commit failed", async () => {
    await using bench = rig({ persist: () => undefined });
    bench.outbox.accept(transition("firing", "A"), ["slack"], bench.clock.now());
    bench.outbox.release();
    await bench.clock.settle();
    assert.deepEqual(bench.slack.heard, ["firing A #1"]);
    assert.equal(bench.outbox.view()[0]?.outbox_messages, 0);
  });

  it("hands the receiver's reference back with the next message of the incident, not with another's", async () => {
    await using bench = rig();
    bench.slack.always = delivered("C1:17");
    await bench.say(transition("firing", "A"));
    await bench.say(transition("update", "A"));
    await bench.say(transition("firing", "B"));
    const references = bench.slack.offers.map(({ message }) => message.reference);
    assert.deepEqual(references, [null, "C1:17", null]);
  });

  it("keeps a reference that came with a failure", async () => {
    await using bench = rig();
    bench.slack.script = [{ ...failed("transient"), reference: "half" } as never];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(MINUTE);
    assert.equal(bench.slack.offers[1]?.message.reference, "half");
  });

  it("keeps the order within an incident while the first one is retried", async () => {
    await using bench = rig();
    const { slack, clock } = bench;
    slack.script = [failed("ambiguous"), failed("ambiguous")];
    await bench.say(transition("firing", "A"));
    await bench.say(transition("resolved", "A"));
    await clock.advance(MINUTE);
    assert.deepEqual(slack.heard, ["firing A #1", "firing A #1", "firing A #1", "resolved A #2"]);
  });

  it("has at most four incidents under way, and the fifth as soon as one is done", async () => {
    await using bench = rig();
    const { slack, clock } = bench;
    const first = later();
    slack.script = [first.answer];
    slack.always = () => later().answer;
    for (const id of ["A", "B", "C", "D", "E", "F"]) await bench.say(transition("firing", id));
    assert.equal(slack.offers.length, 4);
    first.give(delivered());
    await clock.settle();
    assert.deepEqual(slack.heard.at(-1), "firing E #1");
    assert.equal(slack.offers.length, 5);
  });

  it("lets an alarm pass the news of other incidents", async () => {
    await using bench = rig();
    const { slack, clock, outbox } = bench;
    outbox.accept(transition("update", "A"), ["slack"], clock.now());
    outbox.accept(transition("firing", "B"), ["slack"], clock.now());
    outbox.release();
    await clock.settle();
    assert.deepEqual(slack.heard, ["firing B #1", "update A #1"]);
  });

  it("states what it queued, tried and delivered, with the delay", async () => {
    await using bench = rig();
    bench.slack.script = [failed("transient")];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(500);
    assert.deepEqual(bench.recording.stated, [
      { name: "queued", args: ["slack", "firing"] },
      { name: "attempted", args: ["slack", "transient", 0, "transient"] },
      { name: "attempted", args: ["slack", "ok", 0, "ok"] },
      { name: "delivered", args: ["slack", "firing", 500, "A"] },
    ]);
  });

  it("carries the warnings of the moment of sending", async () => {
    const warnings: string[] = [];
    await using bench = rig({ warnings: () => [...warnings] });
    bench.slack.script = [failed("transient")];
    await bench.say(transition("firing", "A"));
    warnings.push("state not persisted");
    await bench.clock.advance(MINUTE);
    assert.deepEqual(
      bench.slack.offers.map(({ message }) => message.warnings),
      [[], ["state not persisted"]],
    );
  });

  it("treats a receiver that throws as failing for the moment, and never repeats its words", async () => {
    await using bench = rig();
    bench.slack.script = [Promise.reject(new TypeError("https://hooks.example/SECRET"))];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(MINUTE);
    assert.equal(bench.slack.offers.length, 2);
    assert.doesNotMatch(JSON.stringify(bench.recording.stated), /SECRET/);
  });

  it("cuts off a receiver that never answers, and tries again", async () => {
    await using bench = rig();
    bench.slack.script = [later().answer];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(119_000);
    assert.equal(bench.slack.offers.length, 1);
    await bench.clock.advance(2000);
    assert.equal(bench.slack.offers.length, 2);
    assert.equal(bench.slack.offers[0]?.signal.aborted, true);
  });

  it("tells the status what waits, since when, and the last success", async () => {
    await using bench = rig();
    const { slack, clock, outbox } = bench;
    await bench.say(transition("firing", "A"));
    slack.always = failed("rate_limited", MINUTE);
    await clock.advance(1000);
    await bench.say(transition("firing", "B"));
    assert.deepEqual(outbox.view(), [
      {
        name: "slack",
        outbox_messages: 1,
        circuit_open: false,
        dead_letters: 0,
        last_success_at: "2026-05-25T12:00:00.000Z",
        oldest_at: "2026-05-25T12:00:01.000Z",
      },
      {
        name: "email",
        outbox_messages: 0,
        circuit_open: false,
        dead_letters: 0,
        last_success_at: null,
        oldest_at: null,
      },
    ]);
  });

  it("leaves no wait open after close", async () => {
    const bench = rig();
    bench.slack.always = failed("transient");
    await bench.say(transition("firing", "A"));
    await bench.outbox.close();
    await bench.clock.settle();
    assert.equal(bench.clock.sleeping, 0);
  });
});
