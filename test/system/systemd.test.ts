// What systemd says of the unit.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { before, describe, it } from "node:test";
import { requireDebian } from "../support/debian.ts";
import { tempFolder } from "../support/temp-folder.ts";

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

  it("is verified with each drop-in that its page shows, and no more exposed by it", () => {
    const page = readFileSync(new URL("../../systemd/README.md", import.meta.url), "utf8");
    const dropIns = [...page.matchAll(/^ {4}\[Service\]\n(?: {4}.+\n)+/gm)].map(([text]) => text);
    assert.equal(dropIns.length, 4);
    using folder = tempFolder();
    for (const dropIn of dropIns) {
      const path = folder.join("revokewatch.service");
      writeFileSync(path, `${readFileSync(unit, "utf8")}\n${dropIn.replaceAll(/^ {4}/gm, "")}`);
      const { status, stdout, stderr } = spawnSync(analyze, ["verify", path], { encoding: "utf8" });
      assert.deepEqual([status, stdout + stderr], [0, ""], dropIn);
      const args = ["security", "--offline=true", "--threshold=15", "--no-pager", path];
      assert.equal(spawnSync(analyze, args).status, 0, dropIn);
    }
  });

  it("speaks to the daemon as the daemon listens", () => {
    const text = readFileSync(unit, "utf8");
    for (const line of [
      "Type=notify",
      "NotifyAccess=all",
      "ExecStart=/usr/bin/node --max-old-space-size=128 /usr/lib/revokewatch/dist/main.js run",
      "ExecReload=/bin/kill -HUP $MAINPID",
      "StateDirectory=revokewatch",
    ]) {
      assert.ok(text.split("\n").includes(line), line);
    }
    // The heap is not all of the process.
    assert.match(text, /^MemoryMax=256M$/m);
    // V8 writes code at run time and aborts under it.
    assert.doesNotMatch(text, /^MemoryDenyWriteExecute=/m);
  });
});
