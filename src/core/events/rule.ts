// What a rule looks for, as plain data. Defaults are the settings'; here everything is already decided.

/** A further condition on a property of the record, all of whose parts must hold. */
export interface Condition {
  /** Dotted path from the record's root, such as `response.status`; a literal dot in a name is matched too. */
  readonly path: string;
  /** Equal as text (`401` and `"401"` are equal); null: not asked. */
  readonly equals: string | null;
  /** Equal as text to one of these; null: not asked. */
  readonly in: readonly string[] | null;
  readonly gte: number | null;
  readonly lte: number | null;
  readonly regex: RegExp | null;
}

export interface MatchSpec {
  /** Exact, case-sensitive values of a code field. */
  readonly codes: readonly string[];
  /** Texts that a message-like field holds as a whole word. */
  readonly phrases: readonly string[];
  /** Names of code fields, compared lower-cased and reduced to letters and digits. */
  readonly codeFields: readonly string[];
  readonly where: readonly Condition[];
}

export interface MatchRule {
  readonly name: string;
  readonly match: MatchSpec;
}

/** The built-in rule: exactly this when the configuration names none. */
export const DEFAULT_MATCH: MatchSpec = {
  codes: ["api_key_revoked"],
  phrases: ["api_key_revoked", "This API key has been revoked", "Asterwise key revoked"],
  codeFields: ["error", "err", "code", "error_code", "err_code", "error_type", "type", "reason"],
  where: [],
};
