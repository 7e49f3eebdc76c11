// Where the running daemon answers: as --url says, else where the configuration lets it listen, else the default.

import { configPathOf } from "../config/places.ts";
import { type Invocation, UsageError } from "./verb.ts";

/** Where the daemon listens unless its configuration says otherwise. */
export const DEFAULT_URL = "http://127.0.0.1:10401";

/** The option of every verb that asks the daemon, and its line of help. */
export const URL_OPTION = { type: "string" } as const;
export const URL_HELP = `address of the daemon (default: where the configuration has it listen, else ${DEFAULT_URL})`;

/** A server on every address is reached on this machine's own. */
const EVERY_ADDRESS = new Set(["", "0.0.0.0", "::"]);

/** @throws UsageError for an address that is none. */
export async function daemonUrl({ values, env }: Pick<Invocation, "values" | "env">): Promise<URL> {
  const given = values["url"];
  if (typeof given !== "string") return new URL((await configuredUrl(values["config"], env)) ?? DEFAULT_URL);
  const url = URL.parse(given);
  if (url !== null && url.protocol === "http:") return url;
  throw new UsageError(`--url expects an address such as ${DEFAULT_URL}, found "${given}"`);
}

/** Null without a configuration file, and for one with errors: no daemon runs with it. */
async function configuredUrl(option: unknown, env: Invocation["env"]): Promise<string | null> {
  const configPath = configPathOf(typeof option === "string" ? option : null, env);
  if (configPath === null) return null;
  // Only now: a health check twice a minute need not load the schema where there is no configuration.
  const [{ loadSettings }, { roster }] = await Promise.all([
    import("../settings.ts"),
    import("../roster.ts"),
  ]);
  const { settings } = await loadSettings({ configPath, env, cwd: process.cwd(), roster });
  if (settings === null) return null;
  const { host, port } = settings.http.listen;
  const reached = EVERY_ADDRESS.has(host) ? "127.0.0.1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
