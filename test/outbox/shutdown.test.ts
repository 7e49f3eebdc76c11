import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, failed, later, rig, transition } from "./rig.ts";

const GRACE = 10_000;

describe("outbox, shutdown", () => {
  it("offers everything that waits once, whatever its back-off and the circuit say", async () => {
    await using bench = rig();
    const { slack, outbox } = bench;
    slack.always = failed("auth");
    await bench.say(transition("firing", "A"));
    await bench.say(transition("firing", "B"));
    slack.always = delivered();
    const left = await outbox.attemptAllDue(GRACE);
    assert.deepEqual(slack.heard, ["firing A #1", "firing A #1", "firing B #1"]);
    assert.deepEqual(left, []);
  });

  it("tries each only once, and gives back what is left unsaid", async () => {
    await using bench = rig();
    const { slack, outbox } = bench;
    slack.always = failed("transient");
    await bench.say(transition("firing", "A"));
    await bench.say(transition("firing", "B"));
    const left = await outbox.attemptAllDue(GRACE);
    assert.equal(slack.offers.length, 4);
    assert.deepEqual(
      left.map(({ incident }) => incident.id),
      ["A", "B"],
    );
    assert.equal(bench.state.documents("outbox").length, 2);
    assert.deepEqual(bench.recording.of("unsaid"), [
      ["slack", "firing", "A"],
      ["slack", "firing", "B"],
    ]);
  });

  it("keeps the order within an incident", async () => {
    await using bench = rig();
    const { slack, outbox } = bench;
    slack.script = [failed("ambiguous")];
    await bench.say(transition("firing", "A"));
    await bench.say(transition("resolved", "A"));
    await outbox.attemptAllDue(GRACE);
    assert.deepEqual(slack.heard, ["firing A #1", "firing A #1", "resolved A #2"]);
  });

  it("does not offer to a receiver that asked for silence", async () => {
    await using bench = rig();
    bench.slack.always = failed("rate_limited", 60_000);
    await bench.say(transition("firing", "A"));
    const left = await bench.outbox.attemptAllDue(GRACE);
    assert.equal(bench.slack.offers.length, 1);
    assert.equal(left.length, 1);
  });

  it("offers once what waits for a receiver that leaves, and leaves the others in peace", async () => {
    await using bench = rig();
    const { slack, email, outbox } = bench;
    slack.always = failed("transient");
    email.always = failed("transient");
    await bench.say(transition("firing", "A"), "slack", "email");
    email.always = delivered();
    await outbox.attemptAllDue(GRACE, (name) => name === "email");
    assert.deepEqual(email.heard, ["firing A #1", "firing A #1"]);
    assert.deepEqual(slack.heard, ["firing A #1"]);
    assert.deepEqual(
      bench.state.documents("outbox").map(({ id }) => id),
      ["A.1.slack"],
    );
  });

  it("ends with the grace, however long a receiver takes", async () => {
    await using bench = rig();
    const { slack, clock, outbox } = bench;
    slack.always = () => later().answer;
    await bench.say(transition("firing", "A"));
    let left: readonly unknown[] | null = null;
    void outbox.attemptAllDue(GRACE).then((unsaid) => (left = unsaid));
    await clock.advance(GRACE - 1);
    assert.equal(left, null);
    await clock.advance(1);
    assert.equal((left as unknown as unknown[]).length, 1);
    assert.equal(clock.sleeping, 0);
  });

  it("waits for the answer of what is under way", async () => {
    await using bench = rig();
    const { slack, clock, outbox } = bench;
    const answer = later();
    slack.script = [answer.answer];
    await bench.say(transition("firing", "A"));
    const end = outbox.attemptAllDue(GRACE);
    await clock.advance(3000);
    answer.give(delivered());
    assert.deepEqual(await end, []);
    assert.equal(slack.offers.length, 1);
  });

  it("says through the fallback what is refused in the last attempt", async () => {
    await using bench = rig({ fallbacks: new Map([["slack", { receiver: "email", afterMs: 120_000 }]]) });
    const { slack, email, outbox } = bench;
    slack.script = [failed("transient")];
    slack.always = failed("payload");
    await bench.say(transition("firing", "A"));
    await outbox.attemptAllDue(GRACE);
    assert.deepEqual(email.heard, ["firing A #1"]);
  });
});
