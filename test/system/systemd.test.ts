// What systemd says of the unit.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { before, describe, it } from "node:test";
import { requireDebian } from "../support/debian.ts";

const unit = fileURLToPath(new URL("../../systemd/revokewatch.service", import.meta.url));

let analyze: string;

describe("systemd unit", () => {
  before(() => {
    analyze = requireDebian("systemd-analyze");
  });

  it("is verified without a word", () => {
    const { status, stdout, stderr } = spawnSync(analyze, ["verify", unit], { encoding: "utf8" });
    assert.deepEqual([status, stdout + stderr], [0, ""]);
  });

  it("is exposed by 1.5 at most", () => {
    const args = ["security", "--offline=true", "--threshold=15", "--no-pager", unit];
    const { status, stdout } = spawnSync(analyze, args, { encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /Overall exposure level for revokewatch\.service: (0\.\d|1\.[0-5]) OK/);
  });

  it("speaks to the daemon as the daemon listens", () => {
    const text = readFileSync(unit, "utf8");
    for (const line of [
      "Type=notify",
      "NotifyAccess=all",
      "ExecStart=/usr/bin/node /usr/lib/revokewatch/dist/main.js run",
      "ExecReload=/bin/kill -HUP $MAINPID",
      "StateDirectory=revokewatch",
    ]) {
      assert.ok(text.split("\n").includes(line), line);
    }
    // V8 writes code at run time and aborts under it.
    assert.doesNotMatch(text, /^MemoryDenyWriteExecute=/m);
  });
});
