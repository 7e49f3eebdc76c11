// The settings that a configuration inside a manifest gives.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { roster } from "../../src/roster.ts";
import { loadSettings } from "../../src/settings.ts";
import type { Settings } from "../../src/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** Loads a configuration from its text; fails when it has an error. */
export async function settingsOf(yaml: string, env: Record<string, string> = {}): Promise<Settings> {
  using folder = tempFolder();
  const configPath = folder.join("revokewatch.yaml");
  writeFileSync(configPath, yaml);
  const { settings, findings } = await loadSettings({ configPath, env, cwd: folder.path, roster });
  const errors = findings.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  assert.ok(settings !== null);
  return settings;
}
