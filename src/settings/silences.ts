// One silence as people declare it: in the configuration, in a file of its own, or by hand over the API. What comes out is
// the core's declaration with its matchers and its schedule compiled.

import * as v from "valibot";
import { duration } from "../config/fields.ts";
import { MAX_MATCHER_CHARACTERS, type Matcher, parseMatcher } from "../core/incidents/matchers.ts";
import { parseSchedule } from "../core/incidents/schedule.ts";
import type { SilenceDeclaration } from "../core/incidents/silence.ts";
import { nameSchema } from "./entries.ts";
import { nestsRepetition } from "./repetition.ts";

/** Silences in one configuration; every event of a silenced group asks them all. */
const MAX_SILENCES = 64;
const MAX_MATCHERS = 16;
const MAX_COMMENT_CHARACTERS = 200;
const MAX_NAME_CHARACTERS = 100;
const MAX_EVENTS = 10_000_000;
/** Keys of one rotation; each is remembered while it lasts. */
const MAX_KEYS = 10_000;
const MIN_DURATION_MS = 1_000;
/** Of one occurrence, and of a silence that is made by hand: a rotation that takes longer is no rotation. */
const MAX_DURATION_MS = 86_400_000;
/** Of a silence that is declared with its start and end, and so was reviewed. */
const MAX_ONCE_MS = 92 * 86_400_000;
/** How far ahead a silence by hand may begin. */
const MAX_AHEAD_MS = 31 * 86_400_000;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

const matcher = v.pipe(
  v.string(),
  v.maxLength(MAX_MATCHER_CHARACTERS),
  v.rawTransform(({ dataset, addIssue, NEVER }): Matcher => {
    const parsed = parseMatcher(dataset.value);
    // The values that it meets may come out of a log that somebody else fills.
    const slow = nestsRepetition(dataset.value);
    if ("passes" in parsed && !slow) return parsed;
    const problem =
      "problem" in parsed ? parsed.problem : "expected no repetition of what repeats itself, as (a+)+";
    addIssue({ message: problem });
    return NEVER;
  }),
);

const moment = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): number => {
    const ms = RFC_3339.test(dataset.value) ? Date.parse(dataset.value) : Number.NaN;
    if (!Number.isNaN(ms)) return ms;
    addIssue({ message: "expected a time with its zone, such as 2026-05-26T02:00:00Z" });
    return NEVER;
  }),
);

const atMost = (max: number, about: string) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max), v.description(about)));

const expectation = v.pipe(
  v.strictObject({
    max_events: atMost(MAX_EVENTS, "More events than this break through."),
    max_keys: atMost(MAX_KEYS, "More different keys than this break through."),
  }),
  v.transform((input) => ({
    maxEvents: input.max_events ?? null,
    maxKeys: input.max_keys ?? null,
  })),
  v.description("What the rotation may cause; more than that is delivered and says so."),
);

const line = (max: number) =>
  v.pipe(
    v.string(),
    v.nonEmpty(),
    v.maxLength(max),
    v.regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "expected one line of text"),
  );

/** What every form of declaration has. */
const COMMON = {
  match: v.pipe(
    v.array(matcher),
    v.nonEmpty(),
    v.maxLength(MAX_MATCHERS),
    v.description(
      "Matchers, all of which must hold: rule, severity, key (as messages show it) or a label of group_by, then = != =~ !~ and a value.",
    ),
  ),
  starts: v.optional(v.pipe(moment, v.description("Beginning, RFC 3339 with its zone; with `ends`."))),
  ends: v.optional(v.pipe(moment, v.description("End, RFC 3339 with its zone; at most 92 days later."))),
  expect: v.optional(expectation, {}),
  comment: v.pipe(
    line(MAX_COMMENT_CHARACTERS),
    v.description("Why: the ticket of the change; messages name it."),
  ),
  created_by: v.optional(v.pipe(line(MAX_NAME_CHARACTERS), v.description("Who answers for it."))),
};

/** One entry of `silences`, and the whole of a file in `silences.d`. */
export const silenceSchema = v.pipe(
  v.strictObject({
    name: nameSchema("Unique name of the silence; messages and the API call it so."),
    ...COMMON,
    schedule: v.optional(
      v.pipe(
        v.string(),
        v.description(
          "Beginning of each occurrence: five fields of cron in `timezone`. A start that does not exist on the day of a clock change moves forward, of two the first counts.",
        ),
      ),
    ),
    duration: v.optional(
      v.pipe(
        duration(MIN_DURATION_MS, MAX_DURATION_MS),
        v.description("Length of each occurrence; with `schedule`."),
      ),
    ),
    timezone: v.optional(
      v.pipe(
        v.string(),
        v.description("IANA name of the zone of `schedule`, such as Europe/Berlin; default UTC."),
      ),
    ),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): SilenceDeclaration => {
    const { name, match, expect, comment, created_by: createdBy = "configuration", ...when } = dataset.value;
    const times = timesOf(when);
    if (typeof times !== "string") return { name, match, times, expect, comment, createdBy };
    addIssue({ message: times });
    return NEVER;
  }),
);

/** `silences`. */
export const silencesSchema = v.pipe(
  v.array(silenceSchema),
  v.maxLength(MAX_SILENCES),
  v.description(
    "Planned rotations: what they cause is counted and not delivered, up to what they are expected to cause.",
  ),
);

/** The body of `POST /api/v1/silences`. @param nowMs wall clock: it begins now unless it says when. */
export function manualSilenceSchema(nowMs: number) {
  return v.pipe(
    v.strictObject({
      name: v.optional(nameSchema("Name for messages; default: its id.")),
      ...COMMON,
      for: v.optional(duration(MIN_DURATION_MS, MAX_DURATION_MS)),
      duration: v.optional(duration(MIN_DURATION_MS, MAX_DURATION_MS)),
    }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const { name = null, match, expect, comment, created_by: createdBy = "API", ...when } = dataset.value;
      const startsMs = when.starts ?? nowMs;
      const lengthMs = when.for ?? when.duration;
      const endsMs = when.ends ?? (lengthMs === undefined ? null : startsMs + lengthMs);
      const problem = manualProblem(startsMs, endsMs, nowMs);
      if (endsMs !== null && problem === null)
        return { name, match, startsMs, endsMs, expect, comment, createdBy };
      addIssue({ message: problem ?? "" });
      return NEVER;
    }),
  );
}

interface When {
  readonly starts?: number | undefined;
  readonly ends?: number | undefined;
  readonly schedule?: string | undefined;
  readonly duration?: number | undefined;
  readonly timezone?: string | undefined;
}

/** When it is on, or what is wrong with how that was said. */
function timesOf({
  starts,
  ends,
  schedule,
  duration: durationMs,
  timezone,
}: When): SilenceDeclaration["times"] | string {
  const recurs = schedule !== undefined || durationMs !== undefined || timezone !== undefined;
  if (recurs && (starts !== undefined || ends !== undefined)) {
    return "expected either schedule, duration and timezone, or starts and ends, found both";
  }
  if (!recurs) {
    if (starts === undefined || ends === undefined) {
      return "expected an end: either schedule and duration, or starts and ends, found neither";
    }
    if (ends <= starts) return "expected ends after starts, found it before";
    if (ends - starts > MAX_ONCE_MS) return "expected ends at most 92 days after starts, found it later";
    return { kind: "once", startsMs: starts, endsMs: ends };
  }
  if (schedule === undefined || durationMs === undefined) {
    return `expected schedule and duration, found ${schedule === undefined ? "no schedule" : "no duration"}`;
  }
  const parsed = parseSchedule(schedule, timezone ?? "UTC", durationMs);
  if ("problem" in parsed) return `${parsed.problem}, found another in schedule or timezone`;
  return { kind: "recurring", schedule: parsed };
}

function manualProblem(startsMs: number, endsMs: number | null, nowMs: number): string | null {
  if (endsMs === null) return "expected an end: for, or ends, found neither";
  if (endsMs <= startsMs) return "expected ends after starts, found it before";
  if (endsMs <= nowMs) return "expected an end that lies ahead, found one that is past";
  if (endsMs - startsMs > MAX_DURATION_MS) return "expected at most 24h for a silence by hand, found more";
  if (startsMs - nowMs > MAX_AHEAD_MS) return "expected a start within 31 days, found a later one";
  return null;
}
