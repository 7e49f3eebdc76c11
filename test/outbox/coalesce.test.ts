import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { TRANSITION_EVENTS, type TransitionEvent } from "../../src/core/incidents/transition.ts";
import { coalesce } from "../../src/outbox/coalesce.ts";
import type { OutboxRow } from "../../src/outbox/row.ts";
import { delivered, failed, later, rig, row, transition } from "./rig.ts";

/** What stands for both: the event, or null for two messages. */
const TABLE: readonly (readonly [TransitionEvent, TransitionEvent, TransitionEvent | null])[] = [
  ["firing", "update", "firing"],
  ["firing", "repeat", "firing"],
  ["firing", "acked", "firing"],
  ["firing", "escalated", "firing"],
  ["firing", "resolved", "resolved"],
  ["firing", "silence_ended", null],
  ["silence_exceeded", "update", "silence_exceeded"],
  ["silence_exceeded", "resolved", "resolved"],
  ["update", "update", "update"],
  ["update", "repeat", "repeat"],
  ["update", "resolved", "resolved"],
  ["update", "firing", null],
  ["repeat", "update", "repeat"],
  ["repeat", "repeat", "repeat"],
  ["repeat", "resolved", "resolved"],
  ["acked", "update", "acked"],
  ["acked", "resolved", "resolved"],
  ["escalated", "acked", null],
  ["escalated", "resolved", "resolved"],
  ["resolved", "firing", null],
  ["resolved", "update", null],
  ["silence_ended", "resolved", null],
];

describe("coalesce", () => {
  for (const [older, newer, event] of TABLE) {
    it(`makes of ${older} and ${newer} ${event ?? "two messages"}`, () => {
      const one = coalesce(row(older, "A", 1), row(newer, "A", 2), false);
      assert.equal(one?.transition.event ?? null, event);
      if (one === null) return;
      assert.equal(one.transition.incident.count, 2, "the newest numbers");
      assert.equal(one.deliveryId, "A.1.slack");
      assert.equal(one.sequence, 1, "a first message stays the first");
    });
  }

  it("keeps the time of a firing that takes newer numbers", () => {
    const firing = row("firing", "A", 1);
    const one = coalesce(firing, row("update", "A", 2), false);
    assert.equal(one?.transition.at, firing.transition.at);
    assert.equal(one?.queuedAtMs, firing.queuedAtMs);
  });

  it("takes the time of the newer of two news, so that they do not look late", () => {
    const one = coalesce(row("update", "A", 1), row("update", "A", 2), false);
    assert.equal(one?.queuedAtMs, 2000);
  });

  it("marks a resolved message that is the only trace of its incident", () => {
    const one = coalesce(row("firing", "A", 1), row("resolved", "A", 2), false);
    assert.equal(one?.firedUnsaid, true);
    assert.equal(coalesce(row("update", "A", 1), row("resolved", "A", 2), false)?.firedUnsaid, false);
  });

  it("fires, when it resolved and fired again before anybody heard of it", () => {
    const gone = coalesce(row("firing", "A", 1), row("resolved", "A", 2), false);
    const again = coalesce(gone as OutboxRow, row("firing", "A", 3), false);
    assert.equal(again?.transition.event, "firing");
    assert.equal(again?.transition.incident.count, 3);
    assert.equal(again?.firedUnsaid, false);
  });

  it("lets no id that may have been seen speak for other content", () => {
    for (const older of TRANSITION_EVENTS) {
      for (const newer of TRANSITION_EVENTS) {
        const one = coalesce(row(older, "A", 1), row(newer, "A", 2), true);
        if (one !== null) assert.equal(one.deliveryId, "A.2.slack", `${older}, ${newer}`);
      }
    }
  });

  it("never loses an alarm, in whatever order transitions come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TRANSITION_EVENTS), { minLength: 1, maxLength: 12 }),
        (events) => {
          const waiting: OutboxRow[] = [];
          for (const [i, event] of events.entries()) {
            const next = row(event, "A", i + 1);
            const last = waiting.at(-1);
            const one = last === undefined ? null : coalesce(last, next, false);
            if (one === null) waiting.push(next);
            else waiting[waiting.length - 1] = one;
          }
          const said = waiting.map(({ transition: { event }, firedUnsaid }) =>
            firedUnsaid ? "both" : event,
          );
          if (events.includes("firing"))
            assert.ok(said.includes("firing") || said.includes("both"), said.join());
          assert.equal(
            waiting.at(-1)?.transition.incident.count,
            events.length,
            "the newest numbers are said",
          );
        },
      ),
    );
  });
});

describe("outbox, coalescing", () => {
  it("says one firing with the newest numbers after an outage", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 60_000)];
    await bench.say(transition("firing", "A", 10));
    await bench.say(transition("update", "A", 20));
    await bench.say(transition("update", "A", 40));
    await bench.clock.advance(70_000);
    assert.deepEqual(bench.slack.heard, ["firing A #1", "firing A #1"]);
    assert.equal(bench.slack.offers[1]?.message.transition.incident.count, 40);
    assert.deepEqual(bench.recording.of("coalesced"), [
      ["slack", "update"],
      ["slack", "update"],
    ]);
  });

  it("says one message when it fired and resolved unheard: sequence 1, resolved, no reference", async () => {
    await using bench = rig();
    bench.slack.script = [failed("transient")];
    await bench.say(transition("firing", "A"));
    await bench.say(transition("resolved", "A"));
    await bench.clock.advance(60_000);
    const last = bench.slack.offers.at(-1)?.message;
    assert.deepEqual(bench.slack.heard, ["firing A #1", "resolved A #1"]);
    assert.equal(last?.reference, null);
  });

  it("merges nothing into a message that is under way", async () => {
    await using bench = rig();
    const answer = later();
    bench.slack.script = [answer.answer];
    await bench.say(transition("firing", "A", 10));
    await bench.say(transition("update", "A", 20));
    answer.give(delivered());
    await bench.clock.settle();
    assert.deepEqual(bench.slack.heard, ["firing A #1", "update A #2"]);
  });

  it("holds a merged message back until its newer half is committed", async () => {
    await using bench = rig();
    bench.slack.script = [failed("rate_limited", 60_000)];
    await bench.say(transition("firing", "A", 10));
    bench.outbox.accept(transition("update", "A", 20), ["slack"], bench.clock.now());
    await bench.clock.advance(120_000);
    assert.equal(bench.slack.offers.length, 1);
    bench.outbox.release();
    await bench.clock.settle();
    assert.equal(bench.slack.offers.length, 2);
  });
});
