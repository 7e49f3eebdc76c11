// The file that `http.web_config_file` names, in the format of Prometheus' exporter-toolkit, so that one file serves every
// exporter of a host: TLS, client certificates, basic authentication with bcrypt, headers, rate limit. Certificate and key
// are read and tried here, so that a pair that does not fit is a finding with its line and not a server that cannot answer.

import { dirname } from "node:path";
import type { Finding } from "./finding.ts";
import type { Environment } from "./interpolate.ts";
import { loadConfig } from "./load.ts";
import type { Secret } from "./secrets.ts";
import { type ClientAuth, type GivenTls, materialOf, type TlsMaterial } from "./web-tls.ts";
import { webConfigSchema } from "./web-schema.ts";

export interface WebTls extends TlsMaterial {
  readonly key: Secret;
  readonly clientAuth: ClientAuth;
  /** A client's certificate must carry one of these names; null: any. */
  readonly allowedSans: readonly string[] | null;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
  /** OpenSSL's names with colons between; null: Node's own choice. */
  readonly ciphers: string | null;
  readonly honorCipherOrder: boolean;
  readonly ecdhCurve: string | null;
}

/** What the file says. */
export interface WebConfig {
  /** Null: plain HTTP. */
  readonly tls: WebTls | null;
  /** bcrypt hash by user; empty: nobody is asked. */
  readonly users: ReadonlyMap<string, string>;
  /**
   * Sent with every answer, in place of ours of the same name; a content security policy beside ours. Names in lower
   * case.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Null: none. */
  readonly rateLimit: { readonly intervalMs: number; readonly burst: number } | null;
  /** Absolute paths of the file and of those that it names: whoever follows them sees a rotated certificate. */
  readonly files: readonly string[];
}

export type { ClientAuth };

/** The public side may be read by anyone; only a key must not. */
const PUBLIC = /\.(?:cert|client_ca)(?:_file)?$/;

/** Reads and checks the file. @param path absolute. */
export async function loadWebConfig(
  path: string,
  env: Environment,
): Promise<{ readonly web: WebConfig | null; readonly findings: readonly Finding[] }> {
  let material: TlsMaterial | null = null;
  const court = {
    schema: webConfigSchema,
    checks: (value: unknown) => {
      const found = materialOf((value as { tls_server_config?: GivenTls }).tls_server_config);
      material = found.material;
      return found.problems;
    },
    env,
    variables: false,
  };
  const { value, findings } = await loadConfig(path, dirname(path), court, (document) => document);
  const told = findings.filter((finding) => finding.severity === "error" || !PUBLIC.test(finding.path));
  if (value === null) return { web: null, findings: told };
  const { tls, users, headers, rateLimit } = value;
  const web: WebConfig = {
    tls: tls === null || material === null ? null : { ...tls, ...(material as TlsMaterial) },
    users,
    headers,
    rateLimit,
    files: [path, ...((material as TlsMaterial | null)?.files ?? [])],
  };
  return { web, findings: told };
}
