// A cron that fails once an hour never makes a rise, yet its integration is dead. A rule may ask to be told, once and
// quietly, of each key that was not seen failing for thirty days and begins to. Such keys are gathered for a quarter of an
// hour, so that a revocation of many makes one notice; what an incident has told, or a silence explains, makes none.

import type { TrackedKey } from "../keys/tracked-key.ts";
import type { CoreFacts } from "../facts.ts";
import type { Group } from "./group.ts";
import type { GroupRule } from "./group-setup.ts";
import { incidentId } from "./ids.ts";
import { keyNotice } from "./key-notice.ts";
import type { HeldBy, Silences } from "./silences.ts";
import type { Transition } from "./transition.ts";

/** How long keys are gathered, from the first that was found. By the wall clock: a backlog of hours makes one notice. */
const GATHER_MS = 15 * 60_000;

/** A key, and where it was used. */
export interface KeyUsed {
  readonly rule: string;
  readonly group: Group;
  readonly key: TrackedKey;
}

export interface KeyNoticesSetup {
  readonly rules: readonly Pick<GroupRule, "name" | "newKeyNotice" | "runbookUrl">[];
  readonly silences: Silences;
  /** Keyed hash of a text, hex, at least 20 digits. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
  /** Since when the logs are being watched, by the state of earlier runs; null at the first start ever. */
  readonly watchedSinceMs: number | null;
  /** Every key with its group, to find after a restart those that wait. */
  readonly all: () => Iterable<KeyUsed>;
}

export class KeyNotices {
  readonly #setup: KeyNoticesSetup;
  readonly #wanted: ReadonlySet<string>;
  /** Null until the first tick after a start. */
  #waiting: KeyUsed[] | null = null;

  constructor(setup: KeyNoticesSetup) {
    this.#setup = setup;
    this.#wanted = new Set(setup.rules.flatMap(({ name, newKeyNotice }) => (newKeyNotice ? name : [])));
  }

  /**
   * A key was used.
   * @param timeMs the event's own time.
   * @param replay the event is history that was there before the log was first seen: it makes the key known.
   */
  used(used: KeyUsed, timeMs: number, nowMs: number, replay: boolean): void {
    const { key, rule } = used;
    const begins = key.count === 1 && !replay;
    const outlasts = key.notice.kind === "held" && timeMs >= key.notice.untilMs;
    if ((!begins && !outlasts) || !this.#wanted.has(rule)) return;
    const by = this.#holder(used, timeMs);
    if (by !== null) this.#hold(used, by);
    else {
      key.notice = { kind: "waiting", sinceMs: nowMs };
      this.#found().push(used);
    }
  }

  /** The notices that are due, one a rule. @param startedMs the first tick of this run. */
  tick(nowMs: number, startedMs: number): Transition[] {
    const waiting = this.#found();
    if (waiting.length === 0) return [];
    const byRule = Map.groupBy(waiting, ({ rule }) => rule);
    return [...byRule].flatMap(([rule, keys]) => {
      const sinceMs = keys.reduce((least, { key }) => Math.min(least, waitingSince(key)), Infinity);
      if (nowMs - sinceMs < GATHER_MS) return [];
      this.#waiting = this.#found().filter((one) => one.rule !== rule);
      return this.#notice(rule, keys, nowMs, this.#setup.watchedSinceMs ?? startedMs);
    });
  }

  #notice(rule: string, keys: readonly KeyUsed[], nowMs: number, watchedSinceMs: number): Transition[] {
    const told = keys.filter((used) => {
      const { key, group } = used;
      const by = this.#holder(used, nowMs);
      if (by === null) key.notice = { kind: "none" };
      else this.#hold(used, by);
      group.changeKey(key);
      // An incident has told of what began in it.
      return by === null && !group.hasIncidentAt(key.firstMs);
    });
    if (told.length === 0) return [];
    const { rules, digest, facts } = this.#setup;
    const hashes = told.map(({ key }) => key.hash);
    const notice = keyNotice({
      id: incidentId(nowMs, digest(JSON.stringify(["new_key_notice", rule, ...hashes]))),
      rule,
      runbookUrl: rules.find(({ name }) => name === rule)?.runbookUrl ?? null,
      keys: told,
      gatheredMs: GATHER_MS,
      nowMs,
      watchedSinceMs,
    });
    facts.transition(notice);
    return [notice];
  }

  /** The silence that explains a use. */
  #holder({ rule, group, key }: KeyUsed, timeMs: number): HeldBy | null {
    const subject = { rule, group: group.labels, severity: "info", keys: [key.shown] };
    const standing = this.#setup.silences.standing(subject, timeMs);
    return standing.kind === "held" ? standing.by : null;
  }

  #hold({ rule, key }: KeyUsed, { untilMs }: HeldBy): void {
    key.notice = { kind: "held", untilMs };
    this.#setup.facts.suppressed(rule, "silenced");
  }

  #found(): KeyUsed[] {
    return (this.#waiting ??= [...this.#setup.all()].filter(
      ({ rule, key }) => key.notice.kind === "waiting" && this.#wanted.has(rule),
    ));
  }
}

function waitingSince({ notice }: TrackedKey): number {
  return notice.kind === "waiting" ? notice.sinceMs : Infinity;
}
