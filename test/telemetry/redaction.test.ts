import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redact } from "../../src/telemetry/redaction.ts";

/** Put together here so that no scanner of repositories takes them for real ones. */
const SLACK = ["xoxb", "123456789012", "abcdefABCDEF"].join("-");
const KEY = ["sk", "live", "51Habcdefghijklmnop"].join("_");

describe("redaction of the daemon's own log", () => {
  const secrets: [string, string, string][] = [
    [`token ${SLACK} refused`, "token [redacted] refused", "slack_token"],
    ["https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/[redacted]", "slack_webhook"],
    ["Authorization: Bearer abcdefghijkl", "Authorization: Bearer [redacted]", "bearer"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_", "[redacted]", "jwt"],
    [`key ${KEY} revoked`, "key sk_live_[redacted] revoked", "api_key"],
    [`AKIA${"A".repeat(16)}`, "AKIA[redacted]", "aws_key"],
    ["smtp://user:pa%ss@mx.example:587", "smtp://user:[redacted]@mx.example:587", "url_password"],
    ["-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----", "[redacted]", "private_key"],
  ];
  for (const [text, clean, pattern] of secrets) {
    it(`cuts out a ${pattern.replaceAll("_", " ")} and says so`, () => {
      const found: string[] = [];
      assert.equal(
        redact(text, (name) => found.push(name)),
        clean,
      );
      assert.deepEqual(found, [pattern]);
    });
  }

  const harmless = [
    "sk_live_…oPq",
    "req_01HZX3V9",
    "api_key_revoked",
    "This API key has been revoked",
    "http://127.0.0.1:10401/metrics",
    "2026-05-25T12:34:56.789Z",
    "/var/log/key_management/api.log",
    "http://host:80/a@b",
  ];
  for (const text of harmless) {
    it(`leaves ${text} alone`, () => {
      assert.equal(
        redact(text, () => assert.fail("nothing to redact")),
        text,
      );
    });
  }

  it("counts each secret of a line", () => {
    const found: string[] = [];
    redact(`${SLACK} ${SLACK}`, (name) => found.push(name));
    assert.deepEqual(found, ["slack_token", "slack_token"]);
  });

  it("takes linear time on text made to take long", () => {
    const began = process.cpuUsage();
    for (const part of ["eyJaaaaaaaa.", "-----BEGIN ", "a:", "sk_", "http://"]) {
      redact(part.repeat(20_000), () => undefined);
    }
    // Quadratic takes minutes here; CPU time, since other processes may have the machine.
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 20e6, `${(user + system) / 1e6} s`);
  });
});
