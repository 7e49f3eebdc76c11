// What happens to the messages of an incident that lasts, on a virtual clock.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Upkeep } from "../../src/app/upkeep.ts";
import type { Reaction } from "../../src/core/incidents/incident.ts";
import type { IncidentView } from "../../src/core/incidents/transition.ts";
import type { Message, Outcome, ReactionsRead, Receiver } from "../../src/receivers/receiver.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { transition } from "../support/transitions.ts";

const MINUTE = 60_000;
const DONE: Outcome = { kind: "delivered", reference: null, detail: "edited" };

class Round implements Disposable {
  readonly clock = new FakeClock(Date.UTC(2026, 4, 25, 12, 35, 1));
  readonly edits: Message[] = [];
  readonly reacted: (readonly Reaction[])[] = [];
  readonly facts: string[] = [];
  looks = 0;
  incident: IncidentView = transition("firing").incident;
  open = true;
  sequence = 1;
  waiting = false;
  answer: ReactionsRead = { kind: "read", reactions: [] };
  outcome: () => Outcome = () => DONE;
  readonly #end = new AbortController();

  constructor() {
    const receiver: Receiver = {
      name: "slack",
      kind: "slack",
      deliver: async () => DONE,
      verify: async () => DONE,
      close: async () => {},
      refresh: async (message) => {
        this.edits.push(message);
        return this.outcome();
      },
      reactions: async () => {
        this.looks += 1;
        return this.answer;
      },
    };
    const upkeep = new Upkeep({
      receivers: new Map([["slack", receiver]]),
      clock: this.clock,
      open: () => (this.open ? [this.incident] : []),
      find: () => this.incident,
      sent: () => ({ reference: "{}", sequence: this.sequence, waiting: this.waiting }),
      react: (_incident, _receiver, standing) => void this.reacted.push(standing),
      warnings: () => [],
      facts: {
        reactionsUnreadable: (name, detail) => void this.facts.push(`${name} unable: ${detail}`),
        upkeepFailed: (name, detail) => void this.facts.push(`${name} failed: ${detail}`),
      },
    });
    void upkeep.follow(this.#end.signal);
  }

  grow(): void {
    this.incident = { ...this.incident, total: this.incident.total + 1 };
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }
}

describe("upkeep", () => {
  it("edits a message every half minute while its numbers move, and leaves it alone while they do not", async () => {
    using round = new Round();
    await round.clock.advance(2 * MINUTE);
    assert.equal(round.edits.length, 0);
    for (let i = 0; i < 4; i += 1) {
      round.grow();
      await round.clock.advance(MINUTE / 2);
    }
    assert.deepEqual(
      round.edits.map(({ transition: { event, incident } }) => [event, incident.total]),
      [38, 39, 40, 41].map((total) => ["update", total]),
    );
  });

  it("edits every five minutes after the first half hour", async () => {
    using round = new Round();
    await round.clock.advance(30 * MINUTE);
    for (let i = 0; i < 40; i += 1) {
      round.grow();
      await round.clock.advance(MINUTE / 2);
    }
    assert.equal(round.edits.length, 4);
  });

  it("leaves a message alone that a waiting word will edit", async () => {
    using round = new Round();
    await round.clock.advance(MINUTE);
    round.waiting = true;
    round.grow();
    await round.clock.advance(MINUTE);
    assert.equal(round.edits.length, 0);
  });

  it("edits once more what was said while the edit was under way, so that nothing that is over burns for ever", async () => {
    using round = new Round();
    await round.clock.advance(MINUTE);
    round.grow();
    round.outcome = () => {
      round.incident = transition("resolved").incident;
      round.open = false;
      round.sequence = 2;
      return DONE;
    };
    await round.clock.advance(5 * MINUTE);
    assert.deepEqual(
      round.edits.map(({ transition: { event } }) => event),
      ["update", "resolved"],
    );
  });

  it("looks for signs every half minute and hands on what stands there", async () => {
    using round = new Round();
    const reactions = [{ by: "alice (U1)", mark: "eyes:U1", lasting: false }];
    round.answer = { kind: "read", reactions };
    await round.clock.advance(MINUTE);
    assert.deepEqual(round.reacted, [reactions, reactions]);
    round.open = false;
    await round.clock.advance(10 * MINUTE);
    assert.equal(round.looks, 2, "nothing is asked while nothing fires");
  });

  it("says once that signs cannot be read, and asks no more", async () => {
    using round = new Round();
    round.answer = { kind: "unable", detail: "no scope" };
    await round.clock.advance(10 * MINUTE);
    assert.deepEqual([round.facts, round.looks], [["slack unable: no scope"], 1]);
    round.grow();
    await round.clock.advance(MINUTE);
    assert.equal(round.edits.length, 1, "edits go on");
  });

  it("waits as long as it is told to", async () => {
    using round = new Round();
    round.answer = {
      kind: "failed",
      class: "rate_limited",
      retryAfterMs: 5 * MINUTE,
      detail: "Slack answered 429",
      reference: null,
    };
    await round.clock.advance(MINUTE / 2);
    round.grow();
    await round.clock.advance(5 * MINUTE - 1);
    assert.deepEqual([round.looks, round.edits.length], [1, 0]);
    await round.clock.advance(MINUTE / 2);
    assert.equal(round.looks, 2);
  });
});
