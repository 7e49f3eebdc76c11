// Records to events: each rule says of each record that it is one event, or why not.

import type { ChunkOrigin } from "../lines/chunk.ts";
import type { LogRecord } from "../lines/line.ts";
import { needlesOf } from "../lines/literal.ts";
import { remembered } from "../lines/remembered.ts";
import type { MaskedKey, RevokedEvent } from "./event.ts";
import { maskedKey } from "./mask.ts";
import { compileRule, gatherReadings, matchRecord, sightOf, type CompiledRule } from "./matcher.ts";
import { readEvent } from "./reading.ts";
import type { MatchRule } from "./rule.ts";
import { buildTree } from "./tree.ts";

/** The `name` in each line of revokewatch's own log, case as written. Such a line is never an event: no feedback loop. */
export const OWN_LOG_NAME = "revokewatch";

/** Why a record is no event of a rule. */
export type Rejection = "no_match" | "level" | "where" | "own_log" | "too_deep";

export type Verdict =
  | { readonly kind: "event"; readonly rule: string; readonly event: RevokedEvent }
  | { readonly kind: "none"; readonly rule: string; readonly reason: Rejection };

/**
 * Keys whose mask is remembered, for a keyed hash costs more than all the rest of an event and a spike is mostly of few
 * keys. They are in memory anyway, in the lines that were read last; no more of them than a chunk may hold is kept.
 */
const MOST_KEYS = 256;
const LONGEST_KEY = 256;

/** What both ways of reading a line need. */
export interface EventSetup {
  readonly rules: readonly CompiledRule[];
  /** The code fields of all rules, reduced. */
  readonly codeFields: ReadonlySet<string>;
  readonly mask: (key: string) => MaskedKey;
}

export class EventReader {
  /** Texts of which every event's line holds one, null when a rule has a code or phrase without such a text. */
  readonly needles: readonly string[] | null;
  readonly setup: EventSetup;

  /** @param digestKey keyed hash of a full key, hex; the same for the same key within one installation. */
  constructor(rules: readonly MatchRule[], digestKey: (key: string) => string) {
    const compiled = rules.map(compileRule);
    const codeFields = new Set(compiled.flatMap((rule) => [...rule.codeFields]));
    const mask = remembered((key) => maskedKey(key, digestKey), LONGEST_KEY, MOST_KEYS);
    this.setup = { rules: compiled, codeFields, mask };
    this.needles = needlesOf(rules.flatMap(({ match }) => [...match.codes, ...match.phrases]));
  }

  /** One verdict a rule, in the rules' order. @param nowMs the arrival, for lines that tell no time. */
  read(record: LogRecord, origin: ChunkOrigin, nowMs: number): readonly Verdict[] {
    const { rules, codeFields, mask } = this.setup;
    const tree = buildTree(record.value);
    const own = tree.nodes.some((node) => node.root && node.object["name"] === OWN_LOG_NAME);
    const readings = gatherReadings(tree, codeFields);
    const sight = sightOf(record.prefixLevel);
    return rules.map((compiled) => {
      const rule = compiled.rule.name;
      if (own) return { kind: "none", rule, reason: "own_log" };
      const found = matchRecord(compiled, tree, readings, sight);
      if (found.kind === "none") return { kind: "none", rule, reason: found.reason };
      const { node, field } = found;
      const event = readEvent({ rule, node, field, record, origin, nowMs }, mask);
      return { kind: "event", rule, event };
    });
  }
}
