import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openState } from "../../src/state/open.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { delivered, failed, later, rig, transition } from "./rig.ts";

const MINUTE = 60_000;

/** A clock and a database that outlive an outbox. */
function ground() {
  const clock = new FakeClock();
  return { clock, state: openState(null, clock.now()) };
}

describe("outbox, restart", () => {
  it("says what was committed and not yet said, in its order, under the old ids", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state });
    first.slack.always = () => later().answer;
    await first.say(transition("firing", "A"));
    await first.say(transition("resolved", "A", 10, MINUTE));
    await first.outbox.close();
    await using second = rig({ clock, state });
    await clock.settle();
    assert.deepEqual(
      second.slack.offers.map(({ message }) => message.deliveryId),
      ["A.1.slack", "A.2.slack"],
    );
  });

  it("announces nothing by itself", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state });
    await first.say(transition("firing", "A"));
    await first.outbox.close();
    await using second = rig({ clock, state });
    await clock.advance(60 * MINUTE);
    assert.deepEqual(second.slack.heard, []);
    assert.deepEqual(second.recording.stated, []);
  });

  it("knows who has heard of an incident, and who was only to be told", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state });
    first.email.always = failed("transient");
    await first.say(transition("firing", "A"), "slack", "email");
    await first.outbox.close();
    await using second = rig({ clock, state });
    assert.deepEqual(
      ["slack", "email", "nobody"].map((name) => second.outbox.hasHeard("A", name)),
      [true, false, false],
    );
  });

  it("says it again under the same id after a crash between the acceptance and its commit", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state, persist: () => undefined });
    await first.say(transition("firing", "A"));
    assert.equal(first.slack.offers.length, 1);
    await using second = rig({ clock, state });
    await clock.settle();
    assert.deepEqual(second.slack.offers[0]?.message.deliveryId, first.slack.offers[0]?.message.deliveryId);
  });

  it("gives the same id to the same transition after a crash before the first commit", async () => {
    const { clock, state } = ground();
    const said = transition("firing", "A");
    const first = rig({ clock, state });
    first.outbox.accept(said, ["slack"], clock.now());
    first.outbox.release();
    await clock.settle();
    await first.outbox.close();
    const fresh = openState(null, clock.now());
    await using second = rig({ clock, state: fresh });
    await second.say(said);
    assert.equal(second.slack.offers[0]?.message.deliveryId, first.slack.offers[0]?.message.deliveryId);
  });

  it("remembers the reference and goes on counting", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state });
    first.slack.always = delivered("C1:17");
    await first.say(transition("firing", "A"));
    await first.outbox.close();
    await using second = rig({ clock, state });
    await second.say(transition("resolved", "A"));
    const [offer] = second.slack.offers;
    assert.equal(offer?.message.reference, "C1:17");
    assert.equal(offer?.message.sequence, 2);
  });

  it("commits the reference and the end of the row together", async () => {
    const { clock, state } = ground();
    const changes: unknown[] = [];
    await using bench = rig({ clock, state, persist: (change) => void changes.push(change) });
    bench.slack.always = delivered("C1:17");
    await bench.say(transition("firing", "A"));
    const [change] = changes as [{ documents: { kind: string; data: string | null }[] }];
    assert.equal(changes.length, 1);
    assert.deepEqual(
      change.documents.map(({ kind, data }) => [kind, data === null]),
      [
        ["outbox", true],
        ["outbox_thread", false],
      ],
    );
  });

  it("does not merge into a message that may have been under way when the process ended", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state });
    first.slack.always = () => later().answer;
    await first.say(transition("firing", "A"));
    await first.outbox.close();
    await using second = rig({ clock, state, script: [failed("transient")] });
    await clock.settle();
    await second.say(transition("resolved", "A"));
    await clock.advance(MINUTE);
    assert.deepEqual(second.slack.heard, ["firing A #1", "firing A #1", "resolved A #2"]);
  });

  it("counts the time before the restart as waiting", async () => {
    const { clock, state } = ground();
    const fallbacks = new Map([["slack", { receiver: "email", afterMs: 120_000 }]]);
    const first = rig({ clock, state, fallbacks });
    first.slack.always = failed("rate_limited", 100_000);
    await first.say(transition("firing", "A"));
    await clock.advance(MINUTE);
    await first.outbox.close();
    await using second = rig({ clock, state, fallbacks, script: [failed("rate_limited", 100_000)] });
    await clock.advance(MINUTE - 1);
    assert.deepEqual(second.email.heard, []);
    await clock.advance(1);
    assert.deepEqual(second.email.heard, ["firing A #1"]);
  });

  it("makes a dead letter, aloud, of what waits for a receiver that is no longer configured", async () => {
    const { clock, state } = ground();
    const first = rig({ clock, state });
    first.slack.always = () => later().answer;
    await first.say(transition("firing", "A"));
    await first.outbox.close();
    await using second = rig({ clock, state, receivers: new Map() });
    assert.deepEqual(
      second.recording.of("failed").map(([name, reason]) => [name, reason]),
      [["slack", "dropped"]],
    );
    assert.deepEqual(state.documents("outbox"), []);
    assert.equal(second.outbox.byHand.list().length, 1);
  });
});
