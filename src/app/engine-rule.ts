// A rule of the configuration as the engine wants it.

import type { EngineRule } from "../core/engine.ts";
import type { RuleSettings } from "../settings.ts";

/** The part of a rule that judges; of whom to tell, the engine needs to know when. */
export function engineRule(rule: RuleSettings): EngineRule {
  const { requestIds, notify: routes, ...judging } = rule;
  return { ...judging, requestIdsMax: requestIds.max, routes };
}
