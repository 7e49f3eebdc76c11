// The second net under the daemon's own log. Secrets are kept out by their type (config/secrets.ts) and keys by their
// masking; what slips through both, in the words of a library or a provider, is cut out of the finished line here.

export interface Redaction {
  /** Label of `redactions_total`. */
  readonly pattern: string;
  readonly regex: RegExp;
  /** What takes the place of the match; `$1` keeps what helps to find the mistake. */
  readonly replacement: string;
}

/** In this order, the narrow ones first. Each is linear: no nested repetition that hostile text could blow up. */
export const REDACTIONS: readonly Redaction[] = [
  { pattern: "slack_token", regex: /\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}/g, replacement: "[redacted]" },
  {
    pattern: "slack_webhook",
    regex: /(https:\/\/hooks\.slack(?:-gov)?\.com\/)[\w/-]+/g,
    replacement: "$1[redacted]",
  },
  {
    pattern: "jwt",
    regex: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
    replacement: "[redacted]",
  },
  { pattern: "bearer", regex: /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, replacement: "$1 [redacted]" },
  // Eight and more after the last underscore: a key already masked as sk_live_…oPq has none and stays readable.
  {
    pattern: "api_key",
    regex: /\b((?:sk|pk|rk|ak|key|api|ghp|gho|ghs|glpat)[_-](?:[a-z]{2,8}[_-])?)[A-Za-z0-9]{12,}/g,
    replacement: "$1[redacted]",
  },
  { pattern: "aws_key", regex: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, replacement: "$1[redacted]" },
  {
    pattern: "url_password",
    regex: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"]{0,100}:)[^\s/@"]+@/gi,
    replacement: "$1[redacted]@",
  },
  {
    pattern: "private_key",
    regex: /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/gs,
    replacement: "[redacted]",
  },
];

/**
 * Cuts secrets out of a text.
 * @param onRedaction told of each pattern that was found, as often as it was found.
 */
export function redact(text: string, onRedaction: (pattern: string) => void): string {
  let clean = text;
  for (const { pattern, regex, replacement } of REDACTIONS) {
    regex.lastIndex = 0;
    if (!regex.test(clean)) continue;
    regex.lastIndex = 0;
    const found = clean.match(regex)?.length ?? 0;
    for (let time = 0; time < found; time += 1) onRedaction(pattern);
    clean = clean.replace(regex, replacement);
  }
  return clean;
}
