// What a receiver has been told of an incident: how many messages, the newest of them, and the reference that it gave
// for the next (Slack's channel and ts, the root Message-ID). Kept for as long as an incident may speak again.

import { DOCUMENT } from "../state/change.ts";
import type { DocumentRow } from "../state/change.ts";

/** One incident as one receiver knows it. */
export interface Thread {
  readonly incident: string;
  readonly receiver: string;
  /** Of the newest message put into the outbox. */
  readonly sequence: number;
  /** Of the newest message that the receiver accepted; left out before the first. */
  readonly said?: number;
  /** `at` of the newest transition put into the outbox; RFC 3339, so text order is time order. */
  readonly lastAt: string;
  readonly reference: string | null;
  readonly touchedAtMs: number;
}

/** A resolved incident reopens within minutes; a firing one repeats every few hours. A week is far beyond both. */
const KEEP_MS = 7 * 86_400_000;

/** Incidents times receivers, far above what a week brings; the least recently touched go first. */
const MAX_THREADS = 10_000;

/** All threads, bounded in age and number. */
export class Threads {
  /** Least recently touched first. */
  readonly #threads = new Map<string, Thread>();

  /** @param kept the documents of kind `outbox_thread`. */
  constructor(kept: readonly { readonly data: string }[]) {
    const threads = kept.map(({ data }) => JSON.parse(data) as Thread);
    for (const thread of threads.sort((a, b) => a.touchedAtMs - b.touchedAtMs)) {
      this.#threads.set(keyOf(thread.incident, thread.receiver), thread);
    }
  }

  get(incident: string, receiver: string): Thread | null {
    return this.#threads.get(keyOf(incident, receiver)) ?? null;
  }

  /** Everyone who was told of the incident. */
  receiversOf(incident: string): string[] {
    return [...this.#threads.values()]
      .filter((thread) => thread.incident === incident)
      .map(({ receiver }) => receiver);
  }

  /** Counts one more message; the new thread and the document to commit with that message. */
  next(
    incident: string,
    receiver: string,
    at: string,
    nowMs: number,
  ): { thread: Thread; document: DocumentRow } {
    const old = this.get(incident, receiver);
    const lastAt = old !== null && old.lastAt > at ? old.lastAt : at;
    const sequence = (old?.sequence ?? 0) + 1;
    const { reference = null, said = 0 } = old ?? {};
    return this.#put({ incident, receiver, sequence, said, lastAt, reference, touchedAtMs: nowMs });
  }

  /** The receiver accepted a message; the documents to commit. */
  accepted(
    incident: string,
    receiver: string,
    sequence: number,
    reference: string | null,
    nowMs: number,
  ): DocumentRow[] {
    const old = this.get(incident, receiver);
    if (old === null) return [];
    const said = Math.max(sequence, old.said ?? 0);
    return [this.#put({ ...old, said, reference: reference ?? old.reference, touchedAtMs: nowMs }).document];
  }

  /** Keeps the reference of a message that was not accepted; the documents to commit, none when there is nothing new. */
  refer(incident: string, receiver: string, reference: string | null, nowMs: number): DocumentRow[] {
    const old = this.get(incident, receiver);
    if (old === null || reference === null || reference === old.reference) return [];
    return [this.#put({ ...old, reference, touchedAtMs: nowMs }).document];
  }

  /** Forgets what is too old or too much; the documents to commit. */
  prune(nowMs: number): DocumentRow[] {
    const gone: DocumentRow[] = [];
    for (const [id, thread] of this.#threads) {
      if (nowMs - thread.touchedAtMs < KEEP_MS && this.#threads.size <= MAX_THREADS) break;
      this.#threads.delete(id);
      gone.push({ kind: DOCUMENT.thread, id, data: null });
    }
    return gone;
  }

  #put(thread: Thread): { thread: Thread; document: DocumentRow } {
    const id = keyOf(thread.incident, thread.receiver);
    this.#threads.delete(id);
    this.#threads.set(id, thread);
    return { thread, document: { kind: DOCUMENT.thread, id, data: JSON.stringify(thread) } };
  }
}

function keyOf(incident: string, receiver: string): string {
  return `${incident}.${receiver}`;
}
