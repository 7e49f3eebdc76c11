// Reads the events of lines of one form, without a tree: what `EventReader` makes of the same line parsed, or nothing
// where it might make something else.

import type { ChunkOrigin } from "../lines/chunk.ts";
import { parseTime } from "../lines/time.ts";
import type { MaskedKey, RevokedEvent } from "./event.ts";
import { type EventPlan, type FormPlan, gapOf, type LevelGap } from "./form-plan.ts";
import { GapValues } from "./gap-values.ts";
import type { LineWalk } from "../lines/walk.ts";
import { type Level, levelOfCandidate } from "./level.ts";
import { presentText } from "./lookup.ts";
import { type CompiledRule, type MatchResult, matchRecord, type Sight } from "./matcher.ts";
import { eventOf } from "./told.ts";
import type { Field, Node, Scalar } from "./tree.ts";

/** Different values of a level that are remembered for each of its gaps: loggers have six words or numbers. */
const MOST_LEVELS = 64;

export class FormReader {
  readonly plan: FormPlan;
  readonly number: number;
  readonly #values: GapValues;
  readonly #levels = new Map<LevelGap, Map<Scalar, Level | null>>();
  readonly #sight: Sight;
  /** Something was looked at that is written with escapes: no needle need stand in the line as it is. */
  #escaped = false;

  /** @param number by which the walk knows the form. */
  constructor(plan: FormPlan, walk: LineWalk, number: number) {
    this.plan = plan;
    this.number = number;
    this.#values = new GapValues(walk, plan.gaps);
    this.#sight = {
      valueOf: (field) => this.#lookAt(field),
      levelAt: (node) => this.#levelAt(node),
    };
  }

  /** Whether the record calls itself by this name. */
  isNamed(name: string): boolean {
    return this.plan.name !== null && this.#values.valueOf(this.plan.name) === name;
  }

  /** What a rule finds in the line; null when only its tree can tell. */
  match(rule: CompiledRule): MatchResult | null {
    this.#escaped = false;
    const found = matchRecord(rule, this.plan.tree, this.plan.readings, this.#sight);
    if (this.#escaped) return null;
    if (found.kind !== "match") return found;
    const text = this.#values.valueOf(gapOf(found.field));
    // It may quote an object that tells more of the event.
    return typeof text === "string" && text.includes("{") ? null : found;
  }

  /** The event of a match. */
  read(
    rule: string,
    node: Node,
    { source, labels }: ChunkOrigin,
    nowMs: number,
    mask: (key: string) => MaskedKey,
  ): RevokedEvent {
    const plan = this.plan.planOf(node);
    const { parts } = plan;
    const secret = this.#first(parts.secret);
    const { timeMs, timeFrom } = this.#timeOf(plan, nowMs);
    return eventOf(
      {
        rule,
        source,
        timeMs,
        timeFrom,
        level: this.#levelAt(node)?.text ?? null,
        secret,
        owner: secret === null ? this.#first(parts.owner) : null,
        requestId: this.#first(parts.requestId),
        service: labels["service"] ?? this.#first(parts.service) ?? source,
        host: labels["host"] ?? this.#first(parts.host),
        docUrl: this.#first(parts.docUrl),
        message: this.#first(parts.message),
      },
      mask,
    );
  }

  #first(gaps: readonly number[]): string | null {
    for (const gap of gaps) {
      const text = presentText(this.#values.valueOf(gap));
      if (text !== null) return text;
    }
    return null;
  }

  #timeOf({ recordTimes, bodyTimes }: EventPlan, nowMs: number): Pick<RevokedEvent, "timeMs" | "timeFrom"> {
    for (const gap of recordTimes) {
      const timeMs = parseTime(this.#values.valueOf(gap));
      if (timeMs !== null) return { timeMs, timeFrom: "record" };
    }
    for (const gap of bodyTimes) {
      const timeMs = parseTime(this.#values.valueOf(gap));
      if (timeMs !== null) return { timeMs, timeFrom: "body" };
    }
    return { timeMs: nowMs, timeFrom: "arrival" };
  }

  #lookAt(field: Field): Scalar {
    const gap = gapOf(field);
    this.#escaped ||= this.#values.escaped(gap);
    return this.#values.valueOf(gap);
  }

  #levelAt(node: Node): Level | null {
    for (const place of this.plan.levelsOf(node)) {
      const level = this.#levelIn(place);
      if (level !== null) return level;
    }
    return null;
  }

  #levelIn(place: LevelGap): Level | null {
    const value = this.#values.valueOf(place.gap);
    let known = this.#levels.get(place);
    if (known === undefined) this.#levels.set(place, (known = new Map<Scalar, Level | null>()));
    let level = known.get(value);
    if (level !== undefined) return level;
    level = typeof value === "boolean" ? null : levelOfCandidate(value, place.name);
    if (known.size >= MOST_LEVELS) known.clear();
    known.set(value, level);
    return level;
  }
}
