// Where the running daemon answers, and how it is spoken to: as --url says, else where the configuration lets it listen,
// else the default; by TLS and with a password where the daemon wants that.

import { readFileSync } from "node:fs";
import { configPathOf } from "../config/places.ts";
import { type Invocation, UsageError } from "./verb.ts";

/** Where the daemon listens unless its configuration says otherwise. */
export const DEFAULT_URL = "http://127.0.0.1:10401";

/** The options of every verb that asks the daemon. */
export const DAEMON_OPTIONS = {
  url: { type: "string" },
  "ca-file": { type: "string" },
  "auth-file": { type: "string" },
  "cert-file": { type: "string" },
  "key-file": { type: "string" },
} as const;

/** Their lines of help. */
export const DAEMON_HELP = {
  url: `address of the daemon (default: where the configuration has it listen, else ${DEFAULT_URL})`,
  "ca-file": "https: PEM file of the authority that signed the daemon's certificate (default: the system's)",
  "auth-file": "file with USER:PASSWORD, for a daemon that asks for them",
  "cert-file": "https: PEM file of the certificate to show to a daemon that asks for one",
  "key-file": "https: PEM file of that certificate's key",
};

/** A daemon that can be asked. */
export interface Daemon {
  readonly url: URL;
  /** Value of the header Authorization; null: none. */
  readonly authorization: string | null;
  readonly tls: DaemonTls;
}

export interface DaemonTls {
  /** PEM of the authorities that are trusted; null: the system's. */
  readonly ca: string | null;
  /**
   * PEM of the one certificate that the daemon must show, whatever name it was asked by: the one that the configuration
   * on this machine names. Null: any that `ca` vouches for.
   */
  readonly exactly: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** A server on every address is reached on this machine's own. */
const EVERY_ADDRESS = new Set(["", "0.0.0.0", "::"]);

/** @throws UsageError for an address that is none, and for a file that cannot be read. */
export async function daemonOf({ values, env }: Pick<Invocation, "values" | "env">): Promise<Daemon> {
  const given = values["url"];
  const { url, exactly } =
    typeof given === "string"
      ? { url: parsed(given), exactly: null }
      : ((await configured(values["config"], env)) ?? { url: new URL(DEFAULT_URL), exactly: null });
  const ca = textOf(values, "ca-file");
  const login = textOf(values, "auth-file")?.replace(/\r?\n$/, "");
  if (login !== undefined && !/^[^:\r\n]+:[^\r\n]+$/.test(login)) {
    throw new UsageError("--auth-file expects a file of one line, USER:PASSWORD");
  }
  return {
    url,
    authorization: login === undefined ? null : `Basic ${Buffer.from(login).toString("base64")}`,
    tls: {
      ca,
      exactly: ca === null ? exactly : null,
      cert: textOf(values, "cert-file"),
      key: textOf(values, "key-file"),
    },
  };
}

function parsed(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new UsageError(`--url expects an address such as ${DEFAULT_URL}, found "${text}"`);
}

function textOf(values: Invocation["values"], option: string): string | null {
  const path = values[option];
  if (typeof path !== "string") return null;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new UsageError(`--${option}: cannot read ${path}: ${code}`);
  }
}

/** Null without a configuration file, and for one with errors: no daemon runs with it. */
async function configured(
  option: unknown,
  env: Invocation["env"],
): Promise<{ readonly url: URL; readonly exactly: string | null } | null> {
  const configPath = configPathOf(typeof option === "string" ? option : null, env);
  if (configPath === null) return null;
  // Only now: a health check twice a minute need not load the schema where there is no configuration.
  const [{ loadSettings }, { roster }] = await Promise.all([
    import("../settings.ts"),
    import("../roster.ts"),
  ]);
  const { settings } = await loadSettings({ configPath, env, cwd: process.cwd(), roster });
  if (settings === null) return null;
  const { listen, web } = settings.http;
  const tls = web?.tls ?? null;
  const reached = EVERY_ADDRESS.has(listen.host) ? "127.0.0.1" : listen.host;
  const host = reached.includes(":") ? `[${reached}]` : reached;
  return {
    url: new URL(`${tls === null ? "http" : "https"}://${host}:${listen.port}`),
    exactly: tls?.cert ?? null,
  };
}
