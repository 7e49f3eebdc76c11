// What may be shown of a key, and what is taken out of a text.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { maskedKey, maskKey } from "../../../src/core/events/mask.ts";
import { redact, redactName } from "../../../src/core/events/redact.ts";

describe("a masked key", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["sk_live_51HxQp2eZvKYlo2C0aBcDeFgHiJkLmNoPq", "sk_live_…NoPq"],
    ["Bearer sk_live_51HxQp2eZvKYlo2C0aBcDeFgHiJkLmNoPq", "sk_live_…NoPq"],
    ["  bearer   abcdefghijklmnop ", "…mnop"],
    ["sk-51HxQp2eZvKYlo2C0aBc", "sk-…0aBc"],
    ["0f8fad5b-d9cb-469f-a165-70867728950e", "…950e"],
    ["sk_live_12345678", "…5678"],
    ["sk_live_abc", "…"],
    ["hunter2", "…"],
    ["", "…"],
  ];
  for (const [key, shown] of cases) {
    it(`of ${JSON.stringify(key)} is ${shown}`, () => {
      assert.equal(maskKey(key), shown);
    });
  }

  it("never shows more than the kind and four characters, and hides eight at least", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{0,9}_[a-z]{0,9}_[A-Za-z0-9]{0,30}$/)),
        (key) => {
          const [kind = "", end = ""] = maskKey(key).split("…");
          assert.ok([...end].length <= 4);
          assert.ok(/^(?:(?:[A-Za-z]{1,8}_){1,2}|[a-z]{2}-)?$/.test(kind) || kind === "");
          if (end !== "") assert.ok([...key].length >= [...kind].length + [...end].length + 8);
        },
      ),
    );
  });

  it("is told apart by the digest of the bare key", () => {
    const digested: string[] = [];
    const digest = (key: string): string => String(digested.push(key));
    maskedKey("Bearer sk_live_1", digest);
    maskedKey("sk_live_1", digest);
    assert.deepEqual(digested, ["sk_live_1", "sk_live_1"]);
  });
});

describe("a redacted text", () => {
  const taken: readonly (readonly [string, string, string])[] = [
    ["use sk_live_51HxQp2eZvKYlo2C now", "use [redacted] now", "api_key"],
    ["use sk-proj-a1B2c3D4e5F6g7H8", "use [redacted]", "api_key"],
    ["Authorization: Bearer abc.def-ghi_jkl", "Authorization: Bearer [redacted]", "authorization"],
    ["jwt eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl!", "jwt [redacted]!", "jwt"],
    ["AKIAIOSFODNN7EXAMPLE", "[redacted]", "aws_key"],
    ["xoxb-1234567890-abc", "[redacted]", "slack_token"],
    ["ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]", "github_token"],
    ["AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "[redacted]", "google_key"],
    ["postgres://app:s3cr3t@db/x", "postgres://app:[redacted]@db/x", "url_password"],
    ['{"password": "correct horse"}', '{"password": "[redacted] horse"}', "assignment"],
    ["api_key=abcdef123456&x=1", "api_key=[redacted]&x=1", "assignment"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----.", "[redacted].", "private_key"],
  ];
  for (const [text, expected, pattern] of taken) {
    it(`has no ${pattern}: ${text.slice(0, 40)}`, () => {
      const redacted = redact(text);
      assert.equal(redacted.text, expected);
      assert.ok(
        redacted.patterns.some((each) => each === pattern),
        redacted.patterns.join(),
      );
    });
  }

  const kept: readonly string[] = [
    "api_key_revoked: rotate the key",
    "request req_01HXYZABCDEFGH failed with 401",
    "This API key has been revoked.",
    "https://docs.asterwise.com/reference/errors/api_key_revoked",
    "key 0f8fad5b-d9cb-469f-a165-70867728950e",
    "the token expired",
  ];
  for (const text of kept) {
    it(`keeps ${text}`, () => {
      assert.deepEqual(redact(text), { text, patterns: [] });
    });
  }
});

describe("a redacted name", () => {
  for (const secret of ["sk_live_51HxQp2eZvKYlo2C", "ast_live_0123456789abcdefWXYZ", "token=abcdef123456"]) {
    it(`has no ${secret.slice(0, 9)}`, () => {
      assert.match(redactName(`pay-${secret}`), /^pay-(?:token=)?\[redacted\]$/);
    });
  }

  const kept = [
    "api-7d9f8c6b5d-x7k2p",
    "sk-payments-worker-01",
    "test-runner-0123456789",
    "req_test_0123456789ABCDEF01",
    "req_live_0123456789ABCDEF01",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "com.example.Pay",
  ];
  for (const name of kept) {
    it(`keeps ${name}`, () => {
      assert.equal(redactName(name), name);
    });
  }
});
