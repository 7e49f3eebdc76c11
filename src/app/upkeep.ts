// What is done to the messages of incidents while they last, besides sending more: each is edited so that it shows the
// numbers of now, and looked at for the signs with which people acknowledge. Neither notifies anybody, and neither is owed:
// what fails is done again at the next round.

import type { Reaction } from "../core/incidents/incident.ts";
import type { IncidentView } from "../core/incidents/transition.ts";
import type { Clock } from "../host/clock.ts";
import type { SentMessage } from "../outbox/outbox.ts";
import type { Outcome, Receiver } from "../receivers/receiver.ts";

const ROUND_MS = 30_000;
/** After so long people no longer wait for the newest number, … */
const YOUNG_MS = 30 * 60_000;
/** … and it is shown this often. */
const OLD_EVERY_MS = 5 * 60_000;
/** Messages of one receiver that are kept up in a round, the newest first: Slack takes some fifty edits a minute. */
const MAX_MESSAGES = 15;
/** When the provider says to wait and not how long. */
const WAIT_MS = 60_000;
/** An edit is made again for what was said meanwhile, at most so often. */
const MAX_EDITS = 3;

export interface UpkeepSetup {
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly clock: Clock;
  /** Incidents that are firing, as they now stand. */
  readonly open: () => readonly IncidentView[];
  /** One incident as it now stands, also when it is over. */
  readonly find: (incident: string) => IncidentView | null;
  readonly sent: (incident: string, receiver: string) => SentMessage | null;
  /** The signs that stand under a message now. */
  readonly react: (incident: string, receiver: string, standing: readonly Reaction[]) => void;
  readonly warnings: () => readonly string[];
  readonly facts: {
    reactionsUnreadable(receiver: string, detail: string): void;
    upkeepFailed(receiver: string, detail: string): void;
  };
}

/** What a message was last seen to show, and when. */
interface Shown {
  readonly what: string;
  readonly atMs: number;
}

export class Upkeep {
  readonly #setup: UpkeepSetup;
  readonly #shown = new Map<string, Shown>();
  /** Receivers whose signs cannot be read. */
  readonly #unable = new Set<string>();
  readonly #pausedUntilMs = new Map<string, number>();

  constructor(setup: UpkeepSetup) {
    this.#setup = setup;
  }

  /** Goes round until `signal` aborts; receivers do not wait for each other. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, receivers } = this.#setup;
    for (;;) {
      await clock.sleep(ROUND_MS, signal);
      if (signal.aborted) return;
      const open = this.#setup.open().toSorted((a, b) => (a.id < b.id ? 1 : -1));
      await Promise.all([...receivers.values()].map((receiver) => this.#round(receiver, open, signal)));
      for (const key of this.#shown.keys()) {
        if (!open.some(({ id }) => key.startsWith(`${id} `))) this.#shown.delete(key);
      }
    }
  }

  async #round(receiver: Receiver, open: readonly IncidentView[], signal: AbortSignal): Promise<void> {
    const { name } = receiver;
    if (receiver.refresh === undefined && receiver.reactions === undefined) return;
    const sent = open.filter(({ id }) => this.#setup.sent(id, name) !== null).slice(0, MAX_MESSAGES);
    for (const incident of sent) {
      if (signal.aborted || this.#paused(name)) return;
      await this.#look(receiver, incident.id, signal);
      if (signal.aborted || this.#paused(name)) return;
      await this.#refresh(receiver, incident, signal);
    }
  }

  #paused(receiver: string): boolean {
    return this.#setup.clock.monotonic() < (this.#pausedUntilMs.get(receiver) ?? 0);
  }

  async #look(receiver: Receiver, incident: string, signal: AbortSignal): Promise<void> {
    const { name } = receiver;
    const reference = this.#setup.sent(incident, name)?.reference;
    if (receiver.reactions === undefined || reference === undefined || this.#unable.has(name)) return;
    const read = await receiver.reactions(reference, signal);
    if (signal.aborted) return;
    if (read.kind === "read") return this.#setup.react(incident, name, read.reactions);
    if (read.kind === "failed") return this.#failed(name, read);
    this.#unable.add(name);
    this.#setup.facts.reactionsUnreadable(name, read.detail);
  }

  async #refresh(receiver: Receiver, incident: IncidentView, signal: AbortSignal): Promise<void> {
    const { clock } = this.#setup;
    if (receiver.refresh === undefined) return;
    const key = `${incident.id} ${receiver.name}`;
    const before = this.#shown.get(key);
    const nowMs = clock.monotonic();
    if (before === undefined) {
      this.#shown.set(key, { what: shownOf(incident), atMs: nowMs });
      return;
    }
    const young = clock.now() - Date.parse(incident.fired_at ?? incident.started_at) < YOUNG_MS;
    if (before.what === shownOf(incident) || (!young && nowMs - before.atMs < OLD_EVERY_MS)) return;
    this.#shown.set(key, { what: shownOf(incident), atMs: nowMs });
    // A word that is sent while the edit is under way may be overtaken by it: then the message is edited once more.
    let said: number | null = null;
    for (let edits = 0; edits < MAX_EDITS && !signal.aborted; edits += 1) {
      const sent = this.#setup.sent(incident.id, receiver.name);
      const view = this.#setup.find(incident.id);
      // What waits to be said edits the message itself.
      if (sent === null || view === null || sent.waiting || sent.sequence === said) return;
      said = sent.sequence;
      const outcome = await receiver.refresh(this.#message(view, sent), signal);
      if (outcome.kind === "failed") return this.#failed(receiver.name, outcome);
    }
  }

  #message(
    incident: IncidentView,
    { reference, sequence }: SentMessage,
  ): Parameters<NonNullable<Receiver["refresh"]>>[0] {
    const nowMs = this.#setup.clock.now();
    return {
      deliveryId: `${incident.id}.${sequence}.refresh`,
      transition: {
        version: 1,
        event: incident.state === "resolved" ? "resolved" : "update",
        at: new Date(nowMs).toISOString(),
        late_seconds: 0,
        test: false,
        step: null,
        escalation: [],
        incident,
      },
      sequence,
      attempt: 0,
      others: 0,
      queuedAtMs: nowMs,
      warnings: this.#setup.warnings(),
      reference,
    };
  }

  #failed(receiver: string, failure: Outcome & { kind: "failed" }): void {
    if (failure.class === "rate_limited") {
      const untilMs = this.#setup.clock.monotonic() + (failure.retryAfterMs ?? WAIT_MS);
      this.#pausedUntilMs.set(receiver, untilMs);
    }
    this.#setup.facts.upkeepFailed(receiver, failure.detail);
  }
}

/** What people would see changed. */
function shownOf({ total, severity, state, acked_by: by, unseen_since: unseen }: IncidentView): string {
  return JSON.stringify([total, severity, state, by, unseen]);
}
