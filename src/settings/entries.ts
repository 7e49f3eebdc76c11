// One entry of `sources` or `receivers`: a name, exactly one kind's word with that kind's own options below it, and what
// all kinds share. The kinds come from the roster; nothing here knows any of them.

import * as v from "valibot";
import { duration } from "../config/fields.ts";
import type { LineFormat } from "../core/lines/chunk.ts";
import type { ReceiverKind } from "../receivers/receiver.ts";
import type { SourceKind } from "../sources/source.ts";

/** A name is a metric's label, a word on the command line and a key in the database. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME_RULE = "expected a name of at most 64 letters, digits, dots, dashes and underscores";
/** Bounds the series of metrics by `source` and `receiver`. */
const MAX_SOURCES = 32;
const MAX_RECEIVERS = 16;
const MAX_FALLBACK_AFTER_MS = 86_400_000;
const FORMATS: readonly LineFormat[] = ["auto", "json", "cri", "docker", "journald"];

/** The schema of a name; `what` is its line in the reference. */
export function nameSchema(what: string) {
  return v.pipe(v.string(), v.regex(NAME, NAME_RULE), v.description(what));
}

interface Kind {
  readonly word: string;
  readonly schema: v.GenericSchema;
}

/** The keys of the kinds; that exactly one is given is checked beside the schema, in checks.ts. */
function kindEntries(kinds: readonly Kind[]): Record<string, v.OptionalSchema<v.GenericSchema, undefined>> {
  return Object.fromEntries(kinds.map((kind) => [kind.word, v.optional(kind.schema)]));
}

/** For editors that validate with the JSON Schema: exactly one kind. */
function exactlyOne(kinds: readonly Kind[]) {
  return { oneOf: kinds.map((kind) => ({ required: [kind.word] })) };
}

/** The kind that an entry names, and its parsed options. */
function chosen(kinds: readonly Kind[], entry: Readonly<Record<string, unknown>>) {
  const kind = kinds.find(({ word }) => entry[word] !== undefined)?.word ?? "";
  return { kind, options: entry[kind] };
}

/** `sources`, with the options of every kind of source. */
export function sourcesSchema(kinds: readonly SourceKind[]) {
  const entry = v.pipe(
    v.strictObject({
      name: nameSchema("Unique name; used in metrics and messages."),
      ...kindEntries(kinds),
      format: v.optional(
        v.pipe(
          v.picklist(FORMATS),
          v.description("How lines are wrapped; auto decides by the first line of each stream."),
        ),
        "auto",
      ),
      labels: v.optional(
        v.pipe(
          v.record(v.string(), v.string()),
          v.description("Override what a line says of itself, such as {service: checkout}."),
        ),
        {},
      ),
    }),
    v.metadata(exactlyOne(kinds)),
    v.transform((entry) => ({
      name: entry.name as string,
      ...chosen(kinds, entry),
      format: entry.format as LineFormat,
      labels: entry.labels as Readonly<Record<string, string>>,
    })),
  );
  return v.pipe(
    v.array(entry),
    v.maxLength(MAX_SOURCES),
    v.description(
      "Where log lines come from. FILE arguments replace all of them; with neither, stdin is read.",
    ),
  );
}

/** Half a minute of reading a minute is what a person can bear. */
const DEFAULT_BUDGET = { messages: 30, perMs: 600_000 };
const MAX_BUDGET_MESSAGES = 1000;
const MIN_BUDGET_PER_MS = 10_000;
const MAX_BUDGET_PER_MS = 86_400_000;

function budgetOf(kinds: readonly ReceiverKind[], entry: Readonly<Record<string, unknown>>) {
  const { budget } = entry;
  if (budget !== undefined) return budget as typeof DEFAULT_BUDGET | null;
  return kinds.find(({ word }) => entry[word] !== undefined)?.forPeople === true ? DEFAULT_BUDGET : null;
}

/** For a receiver and for the heartbeat. */
export const allowLinkLocal = v.pipe(
  v.boolean(),
  v.description(
    "Connect to link-local addresses (169.254.0.0/16, fe80::/10) too. Those of metadata services, multicast and unspecified ones stay refused.",
  ),
);

/** `receivers`, with the options of every kind of receiver. */
export function receiversSchema(kinds: readonly ReceiverKind[]) {
  const entry = v.pipe(
    v.strictObject({
      name: nameSchema("Unique name; rules and fallbacks name it, metrics carry it."),
      ...kindEntries(kinds),
      fallback: v.optional(
        nameSchema("The receiver that is used when this one keeps failing or refuses for good."),
      ),
      fallback_after: v.optional(
        v.pipe(
          duration(1000, MAX_FALLBACK_AFTER_MS),
          v.description("How long this one may keep failing before its fallback is used."),
        ),
        "2m",
      ),
      allow_link_local: v.optional(allowLinkLocal, false),
      budget: v.nullish(
        v.pipe(
          v.strictObject({
            messages: v.optional(
              v.pipe(
                v.number(),
                v.integer(),
                v.minValue(1),
                v.maxValue(MAX_BUDGET_MESSAGES),
                v.description("Messages that are sent one by one."),
              ),
              DEFAULT_BUDGET.messages,
            ),
            per: v.optional(
              v.pipe(
                duration(MIN_BUDGET_PER_MS, MAX_BUDGET_PER_MS),
                v.description("In any stretch of this length."),
              ),
              "10m",
            ),
          }),
          v.transform(({ messages, per }) => ({ messages, perMs: per })),
          v.description(
            "How much people are sent before what waits is said together in one digest every five minutes. Default for slack and email 30 in 10m, for the others none; null: none.",
          ),
        ),
      ),
    }),
    v.metadata(exactlyOne(kinds)),
    v.transform((entry) => ({
      name: entry.name as string,
      ...chosen(kinds, entry),
      allowLinkLocal: entry.allow_link_local as boolean,
      budget: budgetOf(kinds, entry),
      fallback: (entry.fallback ?? null) as string | null,
      fallbackAfterMs: entry.fallback_after as number,
    })),
  );
  return v.pipe(
    v.array(entry),
    v.maxLength(MAX_RECEIVERS),
    v.description(
      "Who is told. Without any, the environment is asked (SLACK_…, SMTP_URL, ALERT_EMAIL_…), then the console is used.",
    ),
  );
}
