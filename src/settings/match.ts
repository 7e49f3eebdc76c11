// What counts as an event of a rule: `match` of its entry in the configuration.

import * as v from "valibot";
import { type Condition, DEFAULT_MATCH, type MatchSpec } from "../core/events/rule.ts";

/** Codes, phrases, fields or conditions of one rule; each is looked for in every line that passes the prefilter. */
const MAX_WORDS = 64;
/** Characters of an expression in `where`: enough for any list of names, short enough to be read in a review. */
const MAX_REGEX_CHARACTERS = 500;

const scalar = v.union([v.string(), v.number(), v.boolean()]);
const words = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.maxLength(MAX_WORDS));

const regex = v.pipe(
  v.string(),
  v.maxLength(MAX_REGEX_CHARACTERS),
  v.rawTransform(({ dataset, addIssue, NEVER }): RegExp => {
    try {
      return new RegExp(dataset.value, "u");
    } catch {
      addIssue({ message: "expected a regular expression as JavaScript writes them (with the flag u)" });
      return NEVER;
    }
  }),
);

const comparison = v.pipe(
  v.strictObject({
    gte: v.optional(v.pipe(v.number(), v.description("A number of at least this."))),
    lte: v.optional(v.pipe(v.number(), v.description("A number of at most this."))),
    in: v.optional(v.pipe(v.array(scalar), v.maxLength(MAX_WORDS), v.description("Equal to one of these."))),
    regex: v.optional(v.pipe(regex, v.description("Matches this expression; anchor it with ^ and $."))),
  }),
  v.check(
    (asked) => Object.values(asked).some((part) => part !== undefined),
    "expected at least one of gte, lte, in, regex, found none",
  ),
);

const where = v.pipe(
  v.record(v.string(), v.union([scalar, comparison])),
  v.maxEntries(MAX_WORDS),
  v.transform((conditions): readonly Condition[] =>
    Object.entries(conditions).map(([path, wanted]) => {
      const asked = typeof wanted === "object" ? wanted : null;
      return {
        path,
        equals: typeof wanted === "object" ? null : String(wanted),
        in: asked?.in?.map(String) ?? null,
        gte: asked?.gte ?? null,
        lte: asked?.lte ?? null,
        regex: asked?.regex ?? null,
      };
    }),
  ),
);

const list = (about: string, without: readonly string[]) =>
  v.optional(v.pipe(words, v.description(about)), [...without]);

/** `match` of a rule. */
export const matchSchema = v.pipe(
  v.strictObject({
    codes: list(
      "Exact, case-sensitive values of a code field; they count at any level.",
      DEFAULT_MATCH.codes,
    ),
    phrases: list(
      "Texts that a message holds as whole words; they count at level warn and above.",
      DEFAULT_MATCH.phrases,
    ),
    code_fields: list("Names of the fields that hold codes, in any spelling.", DEFAULT_MATCH.codeFields),
    where: v.optional(
      v.pipe(
        where,
        v.description(
          "Further conditions, all of which must hold: path of a property -> its value, or {gte, lte, in, regex}.",
        ),
      ),
      {},
    ),
  }),
  v.transform((input): MatchSpec => ({
    codes: input.codes,
    phrases: input.phrases,
    codeFields: input.code_fields,
    where: input.where,
  })),
);
