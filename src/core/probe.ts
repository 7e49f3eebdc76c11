// Proof that a line which counts would count: a made-up line for each rule goes through the very reader that reads the
// logs, and what comes out of it fires a detector. Nothing of it is counted, kept or told.

import type { ChunkReader, LineVerdict } from "./events/chunk-reader.ts";
import type { MatchSpec } from "./events/rule.ts";
import type { CoreFacts } from "./facts.ts";
import { Group } from "./incidents/group.ts";
import { ALONE } from "./incidents/inhibition.ts";
import type { GroupRule } from "./incidents/group-setup.ts";
import { Silences } from "./incidents/silences.ts";
import { DEFAULT_TIMES } from "./incidents/times.ts";
import { KeyTracker } from "./keys/key-tracker.ts";
import type { ChunkOrigin } from "./lines/chunk.ts";

export interface ProbedRule extends GroupRule {
  readonly match: MatchSpec;
}

/** No source can have this name. */
const ORIGIN: ChunkOrigin = { source: "\0probe", format: "cri", labels: {} };

const UNHEARD: CoreFacts = {
  linesRead() {},
  lineRejected() {},
  eventCounted() {},
  futureEvent() {},
  sourceUnseen() {},
  lateEvent() {},
  groupOverflow() {},
  keyEvicted() {},
  transition() {},
  suppressed() {},
  groupStateDropped() {},
};

/**
 * Sends the lines through.
 * @param reader the one of the engine.
 * @returns the name of the first rule whose line did not come through; null when all did.
 */
export function probe(
  reader: ChunkReader,
  rules: readonly ProbedRule[],
  digest: (text: string) => string,
  nowMs: number,
): string | null {
  const bytes = Buffer.from(rules.map(({ match }) => lineFor(match, nowMs)).join(""));
  const seen = new Map<string, LineVerdict[]>();
  reader.read({ origin: ORIGIN, stream: "", bytes, replay: false }, nowMs, (verdict) => {
    if (!("rule" in verdict)) return;
    seen.set(verdict.rule, [...(seen.get(verdict.rule) ?? []), verdict]);
  });
  const stuck = rules.find((rule) => !passes(rule, seen.get(rule.name) ?? [], digest, nowMs));
  return stuck?.name ?? null;
}

function passes(
  rule: ProbedRule,
  verdicts: readonly LineVerdict[],
  digest: (text: string) => string,
  nowMs: number,
): boolean {
  const found = verdicts.find(({ kind }) => kind === "event");
  // A made-up line cannot meet every condition that a person may write; it got as far as they are asked.
  if (found?.kind !== "event") {
    return verdicts.some((verdict) => verdict.kind === "none" && verdict.reason === "where");
  }
  const group = new Group({
    rule: {
      ...rule,
      detector: { kind: "threshold", count: 1, windowMs: 60_000 },
      newKeyNotice: false,
      times: DEFAULT_TIMES,
    },
    labels: {},
    digest,
    facts: UNHEARD,
    silences: new Silences(),
    neighbours: ALONE,
    keys: new KeyTracker({ makeRoom() {}, sized() {}, evicted() {} }),
    watchedSinceMs: null,
    summarises: false,
  });
  group.observe(found.event, nowMs, false);
  return group.flush(nowMs, true).some(({ event }) => event === "firing");
}

/** A line as a container's runtime writes it, so that its form is not learned as one of the log's. */
function lineFor({ codes, phrases, codeFields }: MatchSpec, nowMs: number): string {
  const [code, field] = [codes[0], codeFields[0]];
  const time = new Date(nowMs).toISOString();
  const said =
    code !== undefined && field !== undefined ? { [field]: code } : { level: "error", msg: phrases[0] ?? "" };
  return `${time} stderr F ${JSON.stringify({ time, ...said })}\n`;
}
