// Where a configuration is looked for.

import { existsSync } from "node:fs";
import type { Environment } from "./interpolate.ts";

/** When neither -c nor $REVOKEWATCH_CONFIG names one. */
const SYSTEM_CONFIG = "/etc/revokewatch/revokewatch.yaml";

/** The configuration file to use, null for none. @param named from -c, null without. */
export function configPathOf(named: string | null, env: Environment): string | null {
  return named ?? (env["REVOKEWATCH_CONFIG"] || null) ?? (existsSync(SYSTEM_CONFIG) ? SYSTEM_CONFIG : null);
}
