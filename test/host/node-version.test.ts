import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { LEAST, tooOld } from "../../src/host/node-version.ts";

describe("Node's version", () => {
  for (const version of ["v24.12.0", "v24.13.1", "v26.0.0", "v100.1.0"]) {
    it(`will do as ${version}`, () => assert.equal(tooOld(version, "/usr/bin/node"), null));
  }

  for (const version of ["v24.11.9", "v20.20.2", "v8.0.0"]) {
    it(`is too old as ${version}, which is said with its path`, () => {
      assert.equal(
        tooOld(version, "/usr/bin/node"),
        `revokewatch: needs Node 24.12 or later; /usr/bin/node is ${version}`,
      );
    });
  }

  it("is at least what the package asks for", () => {
    const manifest = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
    const { engines } = JSON.parse(manifest) as { engines: { node: string } };
    assert.equal(engines.node, `>=${LEAST.join(".")}`);
  });
});
