// The Compose file: its configuration is valid, and it gives revokewatch no more than it needs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { Yaml } from "./kustomize.ts";
import { settingsOf } from "./manifest-settings.ts";

const deploy = new URL("../../deploy/", import.meta.url);

describe("compose", () => {
  const compose: Yaml = parse(readFileSync(new URL("compose.yaml", deploy), "utf8"));
  const { revokewatch } = compose.services;

  it("mounts a configuration that is valid and reads the token where it is mounted", async () => {
    const mounted = "./compose/revokewatch.yaml:/etc/revokewatch/revokewatch.yaml:ro";
    assert.ok(revokewatch.volumes.includes(mounted));
    const content = readFileSync(new URL("compose/revokewatch.yaml", deploy), "utf8");
    const settings = await settingsOf(content, { SLACK_CHANNEL: "C0123456789" });
    assert.deepEqual(settings.http.listen, { host: "0.0.0.0", port: 10401 });
    assert.ok(content.includes(`token_file: /run/secrets/${revokewatch.secrets[0]}\n`));
  });

  it("publishes the port to this machine only", () => {
    assert.deepEqual(revokewatch.ports, ["127.0.0.1:10401:10401"]);
  });

  it("may do nothing but read the logs and write its state", () => {
    assert.equal(revokewatch.read_only, true);
    assert.deepEqual(revokewatch.cap_drop, ["ALL"]);
    assert.deepEqual(revokewatch.security_opt, ["no-new-privileges:true"]);
    const writable = revokewatch.volumes.filter((volume: string) => !volume.endsWith(":ro"));
    assert.deepEqual(writable, ["state:/var/lib/revokewatch"]);
  });

  it("reads the token from a place that git leaves out", () => {
    assert.equal(compose.secrets.slack_token.file, "./secrets/slack_token");
    const ignored = readFileSync(new URL(".gitignore", deploy), "utf8");
    assert.ok(ignored.split("\n").includes("/secrets/"));
  });

  it("gives secrets as files, never as environment", () => {
    assert.deepEqual(Object.keys(revokewatch.environment), ["SLACK_CHANNEL"]);
  });
});
