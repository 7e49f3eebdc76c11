// A secret `x` in a receiver's options: written as exactly one of `x_file` (a path) and `x` (the value itself), read as
// one Secret. The three functions are the parts from which a kind builds its schema.

import * as v from "valibot";
import { Secret } from "../config/secrets.ts";

/** What the two keys of the secret `Name` look like in a parsed object. */
type SecretInput<Name extends string> = {
  readonly [Key in Name | `${Name}_file`]?: string | undefined;
};

/** The two entries of one secret for `v.strictObject`; `about` is its line in the reference. */
export function secretEntries<Name extends string>(name: Name, about: string) {
  const value = v.optional(v.pipe(v.string(), v.nonEmpty(), v.description(`${about}, written out`)));
  const file = v.optional(
    v.pipe(
      v.string(),
      v.nonEmpty(),
      v.description(
        `${about}, kept in this file; read anew at every delivery, so a rotated one needs no restart`,
      ),
    ),
  );
  return { [name]: value, [`${name}_file`]: file } as Record<Name, typeof value> &
    Record<`${Name}_file`, typeof file>;
}

/** A check that at least `min` and at most one of `keys` is given; the finding stands at the last key too many. */
export function atMostOne<Input extends object>(keys: readonly (keyof Input & string)[], min: 0 | 1) {
  return v.rawCheck<Input>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const value: Input = dataset.value;
    const given = keys.filter((key) => value[key] !== undefined);
    if (given.length >= min && given.length <= 1) return;
    const key = given.at(-1) ?? (keys[0] as string);
    const found = given.length === 0 ? "none" : given.join(" and ");
    const rule = min === 1 ? "exactly one" : "at most one";
    addIssue({
      message: `expected ${rule} of ${keys.join(", ")}, found ${found}`,
      path: [
        {
          type: "object",
          origin: "value",
          input: value as Record<string, unknown>,
          key,
          value: value[key as keyof Input],
        },
      ],
    });
  });
}

/** The secret of the two keys of `name`, null when neither is given. */
export function secretOf<Name extends string>(input: SecretInput<Name>, name: Name): Secret | null {
  const file = input[`${name}_file`];
  if (file !== undefined) return Secret.file(file);
  const value = input[name];
  return value === undefined ? null : Secret.literal(value);
}
