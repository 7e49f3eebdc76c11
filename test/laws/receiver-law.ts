// What every receiver keeps, whatever its kind: it never throws for what a provider or a network does, ends by its own
// time-out and at once when it is stopped, gives each fault its class, and says no secret in what it reports.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { FailureClass, Outcome, Receiver } from "../../src/receivers/receiver.ts";
import { PATIENCE_MS, patience } from "../support/patience.ts";
import { message, transition } from "../support/transitions.ts";

/** One receiver with a provider behind it. */
export interface ReceiverBench extends AsyncDisposable {
  readonly receiver: Receiver;
  /** What must stand in no outcome: token, password, address of a webhook. */
  readonly secrets: readonly string[];
  /** How many hand-overs have reached the provider. */
  reached(): number;
}

/** A way to fail, and what the outbox must be told. */
export interface LawFault<Bench extends ReceiverBench> {
  readonly name: string;
  arm(bench: Bench): void | Promise<void>;
  readonly class: FailureClass;
  /** Nothing answers: the receiver's own time-out is what ends it; default false. */
  readonly silent?: boolean;
  /** How long the provider asked to wait, milliseconds; default null. */
  readonly retryAfterMs?: number | null;
}

/** A kind of receiver, as the law needs it. */
export interface ReceiverUnderLaw<Bench extends ReceiverBench> {
  readonly name: string;
  /** A receiver whose own time-out is `timeoutMs`. */
  open(timeoutMs: number): Promise<Bench>;
  readonly faults: readonly LawFault<Bench>[];
  /** Makes the provider accept a hand-over and never answer; null where there is no such provider. */
  readonly hang: ((bench: Bench) => void) | null;
}

/** The receivers' own time-out where nothing answers: long for loopback, short for a person. */
const TIMEOUT_MS = 1_000;

/** Registers the law for one kind. */
export function receiverLaw<Bench extends ReceiverBench>(subject: ReceiverUnderLaw<Bench>): void {
  describe(`${subject.name} as a receiver`, () => {
    it("delivers, and says so without a secret", async () => {
      await using bench = await subject.open(PATIENCE_MS);
      const outcome = await bench.receiver.deliver(message(), patience());
      assert.equal(outcome.kind, "delivered", outcome.detail);
      keepsSecrets(outcome, bench.secrets);
      assert.equal(bench.reached(), 1);
    });

    it("delivers every event of an incident, each with the reference of the one before", async () => {
      await using bench = await subject.open(PATIENCE_MS);
      let reference: string | null = null;
      const events = [
        "firing",
        "update",
        "repeat",
        "acked",
        "escalated",
        "silence_exceeded",
        "resolved",
        "silence_ending",
        "silence_ended",
        "new_key_notice",
        "recurring",
      ] as const;
      for (const [i, event] of events.entries()) {
        const said = message(transition(event), { sequence: i + 1, reference });
        const outcome = await bench.receiver.deliver(said, patience());
        assert.equal(outcome.kind, "delivered", `${event}: ${outcome.detail}`);
        reference = outcome.reference ?? reference;
      }
    });

    for (const reference of ["", "{", "null", '"x"', "{}", '{"channel":1,"ts":null,"root":"x\\r\\ny"}']) {
      it(`delivers although its reference has become ${JSON.stringify(reference)}`, async () => {
        await using bench = await subject.open(PATIENCE_MS);
        const said = message(transition("update"), { reference, sequence: 2 });
        const outcome = await bench.receiver.deliver(said, patience());
        assert.equal(outcome.kind, "delivered", outcome.detail);
      });
    }

    for (const fault of subject.faults) {
      it(`takes ${fault.name} for ${fault.class}`, async () => {
        await using bench = await subject.open(fault.silent === true ? TIMEOUT_MS : PATIENCE_MS);
        await fault.arm(bench);
        const outcome = await bench.receiver.deliver(message(), patience());
        assert.equal(outcome.kind, "failed");
        assert.equal(outcome.class, fault.class, outcome.detail);
        assert.equal(outcome.retryAfterMs, fault.retryAfterMs ?? null);
        assert.ok(outcome.detail.length > 0 && outcome.detail.length <= 400, outcome.detail);
        assert.doesNotMatch(outcome.detail, /[\p{Cc}<>]/u);
        keepsSecrets(outcome, bench.secrets);
      });
    }

    it("is stopped before it began when the signal is already aborted", async () => {
      await using bench = await subject.open(TIMEOUT_MS);
      const outcome = await bench.receiver.deliver(message(), AbortSignal.abort());
      assert.equal(outcome.kind, "failed");
      assert.equal(outcome.class, "transient", outcome.detail);
      assert.equal(bench.reached(), 0);
    });

    const { hang } = subject;
    if (hang !== null) {
      it("ends by its own time-out when nothing answers", async () => {
        await using bench = await subject.open(TIMEOUT_MS);
        hang(bench);
        const outcome = await bench.receiver.deliver(message(), patience());
        assert.equal(outcome.kind, "failed");
        assert.notEqual(outcome.class, "auth");
      });

      it("ends at once when it is stopped in the middle", async () => {
        await using bench = await subject.open(10 * PATIENCE_MS);
        hang(bench);
        const stop = new AbortController();
        const delivering = bench.receiver.deliver(message(), stop.signal);
        while (bench.reached() === 0) await new Promise((resolve) => setImmediate(resolve));
        stop.abort();
        const late = setTimeout(PATIENCE_MS, null, { ref: false });
        assert.equal((await Promise.race([delivering, late]))?.kind, "failed");
      });
    }

    it("answers whether a delivery would be possible, without sending", async () => {
      await using bench = await subject.open(PATIENCE_MS);
      const outcome = await bench.receiver.verify(patience());
      assert.equal(outcome.kind, "delivered", outcome.detail);
      keepsSecrets(outcome, bench.secrets);
    });
  });
}

function keepsSecrets(outcome: Outcome, secrets: readonly string[]): void {
  for (const secret of secrets) assert.ok(!JSON.stringify(outcome).includes(secret), outcome.detail);
}
