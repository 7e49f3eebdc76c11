// The schema of exporter-toolkit's web configuration. Its words are kept where Node has what they name; Go's names of
// cipher suites and curves become OpenSSL's.

import * as v from "valibot";
import { duration } from "./fields.ts";
import { CIPHERS, CURVES } from "./web-names.ts";
import { CLIENT_AUTH, type ClientAuth } from "./web-tls.ts";

/** A hash costs 2^cost; 14 takes over a second of one core, and nobody may make the daemon take more. */
const MIN_COST = 4;
const MAX_COST = 14;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MAX_INTERVAL_MS = 3_600_000;
const MAX_BURST = 1_000_000;

const VERSIONS = { TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;
/** Node switches TLS 1.3 off when no suite of it is named; in Go, whose names these are, it cannot be. */
const ALWAYS = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

const version = v.picklist(["TLS12", "TLS13"], "expected TLS12 or TLS13: older versions are not offered");

const pem = v.pipe(v.string(), v.nonEmpty());

const tls = v.pipe(
  v.strictObject({
    cert: v.optional(pem),
    cert_file: v.optional(pem),
    key: v.optional(pem),
    key_file: v.optional(pem),
    client_ca: v.optional(pem),
    client_ca_file: v.optional(pem),
    client_auth_type: v.optional(v.picklist([...CLIENT_AUTH, "RequireClientCert"]), "NoClientCert"),
    client_allowed_sans: v.optional(v.array(v.string())),
    min_version: v.optional(version, "TLS12"),
    max_version: v.optional(version, "TLS13"),
    cipher_suites: v.optional(v.array(v.picklist(Object.keys(CIPHERS) as (keyof typeof CIPHERS)[])), []),
    prefer_server_cipher_suites: v.optional(v.boolean(), true),
    curve_preferences: v.optional(v.array(v.picklist(Object.keys(CURVES) as (keyof typeof CURVES)[])), []),
  }),
  v.transform((input) => ({
    // The older word for the same policy.
    clientAuth: (input.client_auth_type === "RequireClientCert"
      ? "RequireAnyClientCert"
      : input.client_auth_type) as ClientAuth,
    allowedSans: input.client_allowed_sans ?? null,
    minVersion: VERSIONS[input.min_version],
    maxVersion: VERSIONS[input.max_version],
    ciphers:
      input.cipher_suites.length === 0
        ? null
        : [...new Set([...ALWAYS, ...input.cipher_suites.map((name) => CIPHERS[name])])].join(":"),
    honorCipherOrder: input.prefer_server_cipher_suites,
    ecdhCurve:
      input.curve_preferences.length === 0
        ? null
        : input.curve_preferences.map((name) => CURVES[name]).join(":"),
  })),
);

/** What a header may hold; a line break would begin the next one. */
const header = v.pipe(v.string(), v.regex(/^[\x20-\x7e]*$/, "expected printable ASCII"));

const headers = v.strictObject({
  "Content-Security-Policy": v.optional(header),
  "X-Frame-Options": v.optional(v.picklist(["", "deny", "sameorigin"])),
  "X-Content-Type-Options": v.optional(v.picklist(["", "nosniff"])),
  "X-XSS-Protection": v.optional(header),
  "Strict-Transport-Security": v.optional(header),
});

const hash = v.pipe(
  v.string("expected the bcrypt hash of a password, found something else"),
  v.check(
    (text) => costOf(text) !== null,
    'expected the bcrypt hash of a password, such as htpasswd -nBC 10 "" prints, found something else',
  ),
  v.check((text) => {
    const cost = costOf(text) ?? MIN_COST;
    return cost >= MIN_COST && cost <= MAX_COST;
  }, `expected a hash of cost ${MIN_COST} to ${MAX_COST}, found another: it would hold up the daemon`),
);

function costOf(text: string): number | null {
  const cost = BCRYPT.exec(text)?.[1];
  return cost === undefined ? null : Number(cost);
}

/** Headers that are not blank, by their names in lower case. */
function given(all: v.InferOutput<typeof headers>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name.toLowerCase(), value]],
    ),
  );
}

/** The whole file. `http2` is read and has no effect: answers are given by HTTP/1.1, which every scraper speaks. */
export const webConfigSchema = v.pipe(
  v.strictObject({
    tls_server_config: v.optional(tls),
    http_server_config: v.optional(
      v.strictObject({ http2: v.optional(v.boolean(), true), headers: v.optional(headers, {}) }),
      {},
    ),
    basic_auth_users: v.optional(v.record(v.string(), hash), {}),
    rate_limit: v.optional(
      v.strictObject({
        interval: v.optional(duration(0, MAX_INTERVAL_MS), "0s"),
        burst: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BURST)), 1),
      }),
      {},
    ),
  }),
  v.transform((input) => ({
    tls: input.tls_server_config ?? null,
    headers: given(input.http_server_config.headers),
    users: new Map(Object.entries(input.basic_auth_users)),
    rateLimit:
      input.rate_limit.interval === 0
        ? null
        : { intervalMs: input.rate_limit.interval, burst: input.rate_limit.burst },
  })),
);
