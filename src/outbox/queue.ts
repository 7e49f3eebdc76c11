// The messages that wait for one receiver, in their order: FIFO within an incident, alarms before news between
// incidents. It decides nothing about time; the lane does.

import type { TransitionEvent } from "../core/incidents/transition.ts";
import type { FailureClass } from "../receivers/receiver.ts";
import type { DocumentRow } from "../state/change.ts";
import { jsonBytes, LIMITS, surplus, weightOf } from "./bounds.ts";
import type { Limits } from "./bounds.ts";
import { coalesce } from "./coalesce.ts";
import { isAlarm, rowDocument, rowGone } from "./row.ts";
import type { OutboxRow } from "./row.ts";

/** One waiting message and what happened to it in this process. Times are of the monotonic clock. */
export interface Waiting {
  row: OutboxRow;
  bytes: number;
  /** Not yet committed together with its transition: must not be said. */
  held: boolean;
  inFlight: boolean;
  /** It may have been accepted already, by an attempt whose answer was lost, or before a restart. */
  mayHaveArrived: boolean;
  failures: number;
  lastFailure: FailureClass | null;
  sinceMs: number;
  notBeforeMs: number;
  /** The fallback was asked to say it too. */
  diverted: boolean;
  /** It has had its attempt at shutdown. */
  lastCall: boolean;
}

/** What an addition changed. */
export interface Added {
  readonly documents: DocumentRow[];
  /** The event that is no longer said for itself, null when nothing was merged. */
  readonly coalesced: TransitionEvent | null;
  /** Had to give way to the bounds: out of the queue, and for the caller to give up aloud. */
  readonly dropped: readonly OutboxRow[];
}

/** One receiver's queue, bounded. */
export class Queue {
  /** Oldest first. */
  #waiting: Waiting[] = [];
  readonly #limits: Limits;

  constructor(limits: Limits = LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Bytes of what waits, as JSON. */
  get bytes(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The share of the bound that is nearest: 1 when something has to give way. */
  get fill(): number {
    return Math.max(this.size / this.#limits.rows, this.bytes / this.#limits.bytes);
  }

  all(): readonly Waiting[] {
    return this.#waiting;
  }

  /** Takes a row as the database kept it: nobody knows any more whether it was under way when the process ended. */
  load(row: OutboxRow, sinceMs: number): void {
    this.#waiting.push({ ...fresh(row, sinceMs), mayHaveArrived: true });
  }

  /**
   * Adds a new row, joined with the incident's last waiting one where that says the same, and keeps the bounds.
   * @param held true until the transition of the row is committed.
   */
  add(row: OutboxRow, sinceMs: number, held: boolean): Added {
    const last = this.#waiting.findLast(({ row: other }) => sameIncident(other, row));
    const older = last?.row.transition.event;
    const merged = last === undefined || last.inFlight ? null : coalesce(last.row, row, last.mayHaveArrived);
    const documents: DocumentRow[] = [];
    if (last === undefined || merged === null) {
      this.#waiting.push({ ...fresh(row, sinceMs), held });
      documents.push(rowDocument(row));
    } else if (merged.deliveryId === last.row.deliveryId) {
      // News that took over older news has not waited as long as that.
      if (merged.queuedAtMs !== last.row.queuedAtMs) last.sinceMs = sinceMs;
      // The fallback may have to hear this too; whether it knows already is not for the queue to say.
      Object.assign(last, {
        row: merged,
        bytes: jsonBytes(merged),
        held: last.held || held,
        diverted: false,
      });
      documents.push(rowDocument(merged));
    } else {
      this.remove(last);
      this.#waiting.push({ ...fresh(merged, sinceMs), held });
      documents.push(rowGone(last.row), rowDocument(merged));
    }
    const dropped = this.#keepBounds();
    const newer = row.transition.event;
    const unsaid = merged?.transition.event === newer ? older : newer;
    return { documents, coalesced: merged === null ? null : (unsaid ?? null), dropped };
  }

  /**
   * Takes back what was given up, before newer messages of its incident.
   * @returns what had to give way to the bounds, for the caller to give up aloud.
   */
  takeBack(row: OutboxRow, sinceMs: number): readonly OutboxRow[] {
    const newer = this.#waiting.findIndex(
      ({ row: other }) => sameIncident(other, row) && other.sequence > row.sequence,
    );
    const back = { ...fresh(row, sinceMs), mayHaveArrived: true };
    this.#waiting.splice(newer === -1 ? this.#waiting.length : newer, 0, back);
    return this.#keepBounds();
  }

  remove(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
  }

  /** The rows whose transition is committed may now be said. */
  release(): void {
    for (const waiting of this.#waiting) waiting.held = false;
  }

  /** The first message of each incident that has none under way, alarms first, then the oldest. */
  heads(): Waiting[] {
    const firsts = new Map<string, Waiting>();
    for (const waiting of this.#waiting) {
      const { id } = waiting.row.transition.incident;
      if (!firsts.has(id)) firsts.set(id, waiting);
    }
    return [...firsts.values()]
      .filter(({ inFlight, held }) => !inFlight && !held)
      .sort((a, b) => weigh(b) - weigh(a));
  }

  /** Takes out and gives back what has waited longer than the bound. */
  expire(nowMs: number): Waiting[] {
    const old = this.#waiting.filter(
      ({ sinceMs, inFlight }) => !inFlight && nowMs - sinceMs >= this.#limits.ageMs,
    );
    for (const waiting of old) this.remove(waiting);
    return old;
  }

  /** When the oldest message passes the age bound; Infinity for an empty queue. */
  nextExpiryMs(): number {
    const since = this.#waiting.filter(({ inFlight }) => !inFlight).map(({ sinceMs }) => sinceMs);
    return Math.min(...since) + this.#limits.ageMs;
  }

  #keepBounds(): OutboxRow[] {
    const weighed = this.#waiting.map((waiting) => ({
      waiting,
      weight: weigh(waiting),
      bytes: waiting.bytes,
      fixed: waiting.inFlight,
    }));
    return surplus(weighed, this.#limits).map(({ waiting }) => {
      this.remove(waiting);
      return waiting.row;
    });
  }
}

function fresh(row: OutboxRow, sinceMs: number): Waiting {
  return {
    row,
    bytes: jsonBytes(row),
    held: false,
    inFlight: false,
    mayHaveArrived: false,
    failures: 0,
    lastFailure: null,
    sinceMs,
    notBeforeMs: 0,
    diverted: false,
    lastCall: false,
  };
}

/** A resolved message that is the only trace of its incident weighs as much as the firing that it swallowed. */
function weigh({ row }: Waiting): number {
  return isAlarm(row) ? weightOf("firing") : weightOf(row.transition.event);
}

function sameIncident(one: OutboxRow, other: OutboxRow): boolean {
  return one.transition.incident.id === other.transition.incident.id;
}
