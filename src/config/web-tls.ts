// Certificate, key and client CA of the web configuration: read, and tried together.

import { readFileSync } from "node:fs";
import type { Problem } from "./finding.ts";
import { Secret } from "./secrets.ts";

/** What a client must show; Go's names. */
export const CLIENT_AUTH = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;
export type ClientAuth = (typeof CLIENT_AUTH)[number];

/** PEM texts that fit each other. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: Secret;
  readonly clientCa: string | null;
  /** Absolute paths of the files that they came from. */
  readonly files: readonly string[];
}

/** The keys of `tls_server_config` that are looked at, paths absolute; their types are not checked yet. */
export type GivenTls = Readonly<Record<string, unknown>>;

const PLACE = "tls_server_config";
/** Policies under which every client has a certificate whose names can be compared. */
const REQUIRING: ReadonlySet<unknown> = new Set([
  "RequireAnyClientCert",
  "RequireClientCert",
  "RequireAndVerifyClientCert",
]);
const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
};

/** Null material, and no problem, when there is no `tls_server_config`. */
export function materialOf(given: GivenTls | undefined): {
  readonly material: TlsMaterial | null;
  readonly problems: readonly Problem[];
} {
  if (given === undefined || given === null || typeof given !== "object")
    return { material: null, problems: [] };
  const problems: Problem[] = [];
  const cert = pemOf(given, "cert", problems, true);
  const key = pemOf(given, "key", problems, true);
  const clientCa = pemOf(given, "client_ca", problems, false);
  if (cert !== null && key !== null && problems.length === 0)
    problems.push(...pairProblems(given, cert, key));
  if (clientCa !== null) problems.push(...authorityProblems(given, clientCa));
  problems.push(...policyProblems(given, clientCa !== null));
  if (cert === null || key === null || problems.length > 0) return { material: null, problems };
  const files = ["cert_file", "key_file", "client_ca_file"].flatMap((name) => {
    const path = given[name];
    return typeof path === "string" ? path : [];
  });
  return { material: { cert, key: Secret.literal(key), clientCa, files }, problems };
}

function pemOf(given: GivenTls, name: string, problems: Problem[], required: boolean): string | null {
  const inline = given[name];
  if (typeof inline === "string" && inline !== "") return inline;
  const path = given[`${name}_file`];
  if (typeof path !== "string" || path === "") {
    // A value of another type is the schema's to refuse.
    if (required && inline === undefined && path === undefined) {
      problems.push(problem([], `expected one of ${name} and ${name}_file, found none`));
    }
    return null;
  }
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown reason";
    problems.push(problem([`${name}_file`], `the file cannot be read: ${READ_ERRORS[code] ?? code}`));
    return null;
  }
}

function pairProblems(given: GivenTls, cert: string, key: string): readonly Problem[] {
  const { X509Certificate, createPrivateKey } = process.getBuiltinModule("node:crypto");
  const certificate = attempt(() => new X509Certificate(cert));
  if (certificate === null) return [problem([used(given, "cert")], "expected a certificate in PEM form")];
  const opened = attempt(() => createPrivateKey(key));
  if (opened === null) {
    return [problem([used(given, "key")], "expected a private key in PEM form and without a passphrase")];
  }
  if (!certificate.checkPrivateKey(opened)) {
    return [
      problem([used(given, "key")], "expected the key of the certificate, found another certificate's"),
    ];
  }
  // What OpenSSL refuses beyond that: a chain cut off in the middle, a key that is too weak.
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  const usable = attempt(() => createSecureContext({ cert, key }));
  return usable === null
    ? [problem([used(given, "cert")], "OpenSSL cannot use this certificate, or one of its chain")]
    : [];
}

function authorityProblems(given: GivenTls, clientCa: string): readonly Problem[] {
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  return attempt(() => new X509Certificate(clientCa)) === null
    ? [problem([used(given, "client_ca")], "expected certificates in PEM form")]
    : [];
}

function policyProblems(given: GivenTls, hasAuthority: boolean): readonly Problem[] {
  const policy = given["client_auth_type"] ?? "NoClientCert";
  const verifies = policy === "VerifyClientCertIfGiven" || policy === "RequireAndVerifyClientCert";
  const problems: Problem[] = [];
  if (hasAuthority && policy === "NoClientCert") {
    const message = "expected a client_auth_type that asks for certificates beside it, found none";
    problems.push(problem([used(given, "client_ca")], message));
  }
  if (verifies && !hasAuthority) {
    const message = `expected client_ca or client_ca_file beside ${String(policy)}: by what would it be verified?`;
    problems.push(problem(["client_auth_type"], message));
  }
  if (given["client_allowed_sans"] !== undefined && !REQUIRING.has(policy)) {
    const message =
      "expected client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert beside it: others let a client come without a certificate";
    problems.push(problem(["client_allowed_sans"], message));
  }
  return problems;
}

function used(given: GivenTls, name: string): string {
  return given[name] === undefined ? `${name}_file` : name;
}

function problem(place: readonly string[], message: string): Problem {
  return { severity: "error", place: [PLACE, ...place], at: place.length === 0 ? "key" : "value", message };
}

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}
