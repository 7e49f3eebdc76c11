import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isWelcome } from "../../src/http/host-guard.ts";

describe("host guard", () => {
  const cases: [string, string | undefined, boolean][] = [
    ["127.0.0.1", "127.0.0.1:10401", true],
    ["127.0.0.1", "127.9.9.9", true],
    ["::1", "[::1]:80", true],
    ["[::1]", "localhost", true],
    ["localhost", "app.localhost:1", true],
    ["127.0.0.1", undefined, true],
    ["127.0.0.1", "", false],
    ["127.0.0.1", "evil.example", false],
    ["127.0.0.1", "evil.example:127", false],
    ["127.0.0.1", "127.0.0.1@evil.example", false],
    ["127.0.0.1", "127.0.0.1, evil.example", false],
    ["::1", "[fe80::1]", false],
    ["localhost", "notlocalhost", false],
    ["0.0.0.0", "pod.cluster.local", true],
    ["::", "evil.example", true],
    ["10.1.2.3", "revokewatch.internal", true],
  ];
  for (const [listen, host, welcome] of cases) {
    it(`${welcome ? "lets" : "does not let"} ${host ?? "a request without Host"} in on ${listen}`, () => {
      assert.equal(isWelcome(listen, host), welcome);
    });
  }

  const external: [string | undefined, boolean][] = [
    ["watch.example", true],
    ["WATCH.example", true],
    ["watch.example:8443", false],
    ["watch.example.evil.example", false],
    ["evil.example", false],
    ["127.0.0.1:10401", true],
  ];
  for (const [host, welcome] of external) {
    it(`${welcome ? "lets" : "does not let"} ${host} in beside the address that people use`, () => {
      assert.equal(isWelcome("127.0.0.1", host, "https://watch.example/revoked"), welcome);
    });
  }
});
