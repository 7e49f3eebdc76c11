// Memory is counted in this program: the YAML library alone costs several megabytes.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { roster } from "../../src/roster.ts";
import { loadSettings } from "../../src/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

const loaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("/node_modules/yaml/"));

describe("the YAML library", () => {
  it("is loaded for a configuration file, and for nothing else", async () => {
    using folder = tempFolder();
    await loadSettings({ configPath: null, env: {}, cwd: folder.path, roster });
    assert.equal(loaded(), false);
    writeFileSync(folder.join("c"), "version: 1");
    await loadSettings({ configPath: "c", env: {}, cwd: folder.path, roster });
    assert.equal(loaded(), true);
  });
});
