// Takes secrets out of free text before it is kept, shown or sent. It would rather take a harmless word than leave a
// key; what it takes is named by pattern, so that the operator learns that secrets stand in the logs.

export interface Redacted {
  readonly text: string;
  /** Names of the patterns that took something, each once. */
  readonly patterns: readonly SecretPattern[];
}

export type SecretPattern = (typeof PATTERNS)[number]["name"];

export const REDACTED = "[redacted]";

/** In this order: a PEM block holds what looks like tokens, an `Authorization` header holds a bearer token. */
const PATTERNS = [
  {
    name: "private_key",
    find: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  },
  { name: "url_password", find: /(?<=\/\/[^\s/:@]{1,256}:)[^\s/@]{1,256}(?=@)/g },
  { name: "jwt", find: /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g },
  { name: "authorization", find: /(?<=\b(?:bearer|basic)\s{1,4})[\w.~+/=-]{8,}/gi },
  { name: "aws_key", find: /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{12,}/g },
  { name: "slack_token", find: /\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}|(?<=hooks\.slack\.com\/)[\w/-]{8,}/g },
  { name: "github_token", find: /\b(?:gh[a-z]_|github_pat_|glpat-)\w[\w-]{8,}/g },
  { name: "google_key", find: /\bAIza[\w-]{20,}/g },
  {
    name: "api_key",
    find: /\b(?:(?:sk|pk|rk|ak|whsec)[_-](?:[a-z]{1,10}[_-]){0,2}|(?!req_)[a-z]{2,8}_(?:live|test|prod)_)(?=[A-Za-z]*\d)[A-Za-z0-9]{16}[\w-]*/g,
  },
  {
    name: "assignment",
    find: /(?<=\b(?:api[_-]?key|apikey|secret|token|password|passwd|pwd|access[_-]?key)["']?\s{0,2}[=:]\s{0,2}["']?)[^\s"',;&}\])[]{6,}/gi,
  },
] as const;

/** Looks like a key in a sentence; a host or a pod may well be called `api-7d9f8c6b5d-x7k2p`. */
const LOOSE_KEY = {
  name: "api_key",
  find: /\b(?:sk|pk|rk|ak|whsec|key|api|live|test)[_-](?:[a-z]{1,10}[_-]){0,2}(?=[\w-]*\d)[A-Za-z0-9_-]{12,}/g,
} as const;
const TEXT_PATTERNS = [...PATTERNS, LOOSE_KEY];

/** Every pattern needs one of these; most messages have none, and the ten patterns cost more than reading the rest. */
const SUSPICIOUS = /[_=:-]|eyJ|bearer|basic|AKIA|ASIA|AGPA|AIDA|AROA|AIza/i;

/** What a secret among names has; ids and hosts are full of dashes, so this asks for more. */
const SUSPICIOUS_NAME =
  /[=:]|eyJ|(?:sk|pk|rk|ak|ec)[_-]|_(?:live|test|prod)_|bearer|basic|AKIA|ASIA|AGPA|AIDA|AROA|AIza|xox|xapp|gh[a-z]_|_pat_|glpat/i;

/** The text with every secret that is known by its looks replaced by `[redacted]`. */
export function redact(text: string): Redacted {
  return SUSPICIOUS.test(text) ? redactBy(TEXT_PATTERNS, text) : { text, patterns: [] };
}

/** The same for a name (a service, a host, an id, an address), where only what is surely a secret is taken. */
export function redactName(text: string): string {
  return SUSPICIOUS_NAME.test(text) ? redactBy(PATTERNS, text).text : text;
}

function redactBy(list: typeof PATTERNS | typeof TEXT_PATTERNS, text: string): Redacted {
  let rest = text;
  const patterns: SecretPattern[] = [];
  for (const { name, find } of list) {
    const taken = rest.replace(find, REDACTED);
    if (taken !== rest) patterns.push(name);
    rest = taken;
  }
  return { text: rest, patterns };
}
