import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { daemonOf, DEFAULT_URL } from "../../src/cli/daemon-url.ts";
import { UsageError } from "../../src/cli/verb.ts";
import { tempFolder } from "../support/temp-folder.ts";

describe("the daemon's address", () => {
  const configured = [
    { listen: "127.0.0.1:9400", url: "http://127.0.0.1:9400" },
    { listen: ":9400", url: "http://127.0.0.1:9400" },
    { listen: "0.0.0.0:9400", url: "http://127.0.0.1:9400" },
    { listen: "[::]:9400", url: "http://127.0.0.1:9400" },
    { listen: "[::1]:9400", url: "http://[::1]:9400" },
  ];
  for (const { listen, url } of configured) {
    it(`is ${url} where the configuration listens on ${listen}`, async () => {
      using folder = tempFolder();
      const config = folder.join("c.yaml");
      writeFileSync(config, `version: 1\nhttp: {listen: "${listen}"}\n`);
      assert.equal((await daemonOf({ values: { config }, env: {} })).url.origin, url);
      const env = { REVOKEWATCH_CONFIG: config };
      assert.equal((await daemonOf({ values: {}, env })).url.origin, url, "also by the environment's file");
    });
  }

  it("is what --url says, whatever the configuration says", async () => {
    const { url } = await daemonOf({ values: { url: "http://host-a:1", config: "/nonexistent" }, env: {} });
    assert.equal(url.origin, "http://host-a:1");
  });

  it("is the default without a configuration, or with one that no daemon takes", async () => {
    assert.equal((await daemonOf({ values: {}, env: {} })).url.origin, DEFAULT_URL);
    assert.equal((await daemonOf({ values: { config: "/nonexistent" }, env: {} })).url.origin, DEFAULT_URL);
  });

  for (const url of ["foo", "", "ftp://x"]) {
    it(`is not ${JSON.stringify(url)}`, async () => {
      await assert.rejects(daemonOf({ values: { url }, env: {} }), UsageError);
    });
  }
});
