import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, failed, later, rig, transition } from "./rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("outbox, waiting", () => {
  it("waits as long as the receiver asks, and a little longer", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 40_000)];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(2 * MINUTE);
    assert.deepEqual(bench.slack.times, [0, 42]);
  });

  it("waits 30 s when the receiver does not say how long", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited")];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(2 * MINUTE);
    assert.deepEqual(bench.slack.times, [0, 31.5]);
  });

  it("keeps silent for every incident while the receiver asked for silence", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 40_000)];
    await bench.say(transition("firing", "A"));
    await bench.say(transition("firing", "B"));
    await bench.clock.advance(41_999);
    assert.equal(bench.slack.offers.length, 1);
    await bench.clock.advance(1);
    assert.deepEqual(bench.slack.heard, ["firing A #1", "firing A #1", "firing B #1"]);
  });

  it("lets one receiver's 429 stall no other", async () => {
    await using bench = rig();
    bench.slack.always = failed("rate_limited", HOUR);
    await bench.say(transition("firing", "A"), "slack", "email");
    await bench.say(transition("firing", "B"), "slack", "email");
    assert.deepEqual(bench.email.heard, ["firing A #1", "firing B #1"]);
  });

  it("lets one receiver that hangs stall no other", async () => {
    await using bench = rig();
    bench.slack.always = () => later().answer;
    await bench.say(transition("firing", "A"), "slack", "email");
    assert.deepEqual(bench.email.heard, ["firing A #1"]);
  });

  it("takes a wait of over an hour as out of order, and probes every 15 minutes", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 24 * HOUR)];
    await bench.say(transition("firing", "A"));
    assert.equal(bench.outbox.view()[0]?.circuit_open, true);
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.slack.times, [0, 900]);
  });

  it("doubles its back-off, and opens the circuit after five failures in a row", async () => {
    await using bench = rig();
    bench.slack.always = failed("transient");
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(20 * MINUTE);
    // Half of 1, 2, 4 and 8 s; then probes after 30 s, 1, 2, 4, 5 and 5 min.
    assert.deepEqual(bench.slack.times, [0, 0.5, 1.5, 3.5, 7.5, 37.5, 97.5, 217.5, 457.5, 757.5, 1057.5]);
    assert.deepEqual(bench.recording.of("circuit"), [["slack", true]]);
  });

  it("sends one probe for many messages, and all of them once it is answered", async () => {
    await using bench = rig();
    const { slack, clock } = bench;
    slack.always = failed("transient");
    for (const id of ["A", "B", "C", "D", "E", "F"]) await bench.say(transition("firing", id));
    await clock.advance(1);
    const before = slack.offers.length;
    const probe = later();
    slack.script = [probe.answer];
    slack.always = delivered();
    await clock.advance(31_000);
    assert.equal(slack.offers.length, before + 1);
    probe.give(delivered());
    await clock.settle();
    assert.equal(slack.offers.length, before + 6);
    assert.deepEqual(bench.recording.of("circuit"), [
      ["slack", true],
      ["slack", false],
    ]);
  });

  it("keeps a message that a person must make possible, and probes every 15 minutes", async () => {
    await using bench = rig();
    bench.slack.script = [failed("auth"), failed("auth")];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(HOUR);
    assert.deepEqual(bench.slack.times, [0, 900, 1800]);
    assert.deepEqual(bench.recording.of("failed"), []);
    assert.equal(bench.outbox.view()[0]?.circuit_open, false);
  });

  it("says a firing again when it may have arrived, under the same id", async () => {
    await using bench = rig();
    bench.slack.script = [failed("ambiguous")];
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(MINUTE);
    assert.deepEqual(
      bench.slack.offers.map(({ message }) => message.deliveryId),
      ["A.1.slack", "A.1.slack"],
    );
  });

  for (const event of ["update", "repeat"] as const) {
    it(`lets ${event} be when it may have arrived`, async () => {
      await using bench = rig();
      bench.slack.script = [failed("ambiguous")];
      await bench.say(transition(event, "A"));
      await bench.clock.advance(HOUR);
      assert.equal(bench.slack.offers.length, 1);
      assert.equal(bench.outbox.view()[0]?.outbox_messages, 0);
      assert.deepEqual(bench.state.documents("outbox"), []);
    });
  }

  it("gives up what is refused, aloud and with its whole content, and keeps it as a dead letter", async () => {
    await using bench = rig();
    bench.slack.script = [failed("payload")];
    const said = transition("firing", "A");
    await bench.say(said);
    await bench.clock.advance(HOUR);
    assert.equal(bench.slack.offers.length, 1);
    assert.deepEqual(bench.recording.of("failed"), [["slack", "payload", "firing", JSON.stringify(said)]]);
    assert.equal(bench.outbox.view()[0]?.dead_letters, 1);
    assert.deepEqual(bench.outbox.byHand.list()[0]?.transition, said);
    assert.equal(bench.state.documents("dead_letter").length, 1);
    assert.deepEqual(bench.state.documents("outbox"), []);
  });

  it("gives up after a day to the millisecond, aloud, even in the middle of a silence", async () => {
    await using bench = rig();
    bench.slack.always = failed("rate_limited", HOUR);
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(24 * HOUR - 1);
    assert.deepEqual(bench.recording.of("failed"), []);
    await bench.clock.advance(1);
    assert.equal(bench.recording.of("failed")[0]?.[1], "expired");
    assert.equal(bench.outbox.view()[0]?.outbox_messages, 0);
  });

  it("says auth as the reason when a day was not enough for a person", async () => {
    await using bench = rig();
    bench.slack.always = failed("auth");
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(25 * HOUR);
    assert.equal(bench.recording.of("failed")[0]?.[1], "auth");
  });

  it("does not count the waiting of old news against the news that replaced it", async () => {
    await using bench = rig();
    bench.slack.always = failed("transient");
    await bench.say(transition("update", "A"));
    await bench.clock.advance(23 * HOUR);
    await bench.say(transition("update", "A"));
    await bench.clock.advance(2 * HOUR);
    assert.deepEqual(bench.recording.of("failed"), []);
  });

  it("tries what failed again as soon as anything gets through", async () => {
    await using bench = rig();
    bench.slack.script = [1, 2, 3, 4].map(() => failed("transient"));
    await bench.say(transition("firing", "A"));
    await bench.clock.advance(4000);
    await bench.say(transition("firing", "B"));
    assert.deepEqual(bench.slack.heard.slice(-2), ["firing B #1", "firing A #1"]);
    assert.deepEqual(bench.slack.times.slice(-2), [4, 4]);
  });

  it("does not notice when the wall clock is stepped by an hour", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 40_000)];
    await bench.say(transition("firing", "A"));
    bench.clock.stepWall(-HOUR);
    await bench.clock.advance(41_000);
    bench.clock.stepWall(30 * HOUR);
    await bench.clock.advance(1000);
    assert.deepEqual(bench.slack.times, [0, 42]);
    assert.deepEqual(bench.recording.of("failed"), []);
  });

  it("drops the lightest first when too much waits, and a firing last", async () => {
    await using bench = rig({ limits: { rows: 3, bytes: 2 ** 20, rowBytes: 65_536, ageMs: 24 * HOUR } });
    bench.slack.always = failed("rate_limited", HOUR);
    for (const [event, id] of [
      ["firing", "A"],
      ["resolved", "B"],
      ["update", "C"],
      ["firing", "D"],
      ["repeat", "E"],
      ["firing", "F"],
      ["firing", "G"],
    ] as const) {
      await bench.say(transition(event, id));
    }
    assert.deepEqual(
      bench.recording.of("failed").map(([, reason, kind]) => `${reason} ${kind}`),
      ["dropped update", "dropped repeat", "dropped resolved", "dropped firing"],
    );
    const kept = bench.state.documents("outbox").map(({ id }) => id);
    assert.deepEqual(kept, ["D.1.slack", "F.1.slack", "G.1.slack"]);
  });

  it("cuts the request ids of a message that is too large, and says so in it", async () => {
    await using bench = rig();
    const ids = Array.from({ length: 1000 }, (_, i) => `req_${i}_${"x".repeat(190)}`);
    await bench.say(transition("firing", "A", 10, 0, { request_ids: ids }));
    const incident = bench.slack.offers[0]?.message.transition.incident;
    assert.equal(incident?.request_ids.length, 250);
    assert.equal(incident?.request_ids_truncated, true);
  });

  it("gives up aloud what cannot be made small enough", async () => {
    await using bench = rig();
    await bench.say(transition("firing", "A", 10, 0, { hint: "x".repeat(70_000) }));
    assert.deepEqual(bench.slack.heard, []);
    assert.equal(bench.recording.of("failed")[0]?.[1], "dropped");
    assert.deepEqual(bench.state.documents("outbox"), []);
  });
});
