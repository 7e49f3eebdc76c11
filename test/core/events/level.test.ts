// How grave a record calls itself, over the scales of the loggers; and when a text says a phrase.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { levelOf } from "../../../src/core/events/level.ts";
import { saysPhrase } from "../../../src/core/events/phrase.ts";
import type { JsonObject } from "../../../src/core/lines/json.ts";

describe("a level", () => {
  const grave: readonly JsonObject[] = [
    { level: "WARN" },
    { level: "warning" },
    { level: "Error" },
    { level: "ERR" },
    { level: "E" },
    { level: "FTL" },
    { level: "dpanic" },
    { level: "SEVERE" },
    { level: "\u001b[33mwarn\u001b[39m" },
    { level: "ERROR+2" },
    { level: 40 },
    { level: "50" },
    { level: 4 },
    { level: 0 },
    { level: 300 },
    { severity: "CRITICAL" },
    { severity: "emergency" },
    { severity: 400 },
    { PRIORITY: "3" },
    { "log.level": "error" },
    { log: { level: "error" } },
    { "@l": "Warning" },
    { "@level": "warn" },
    { levelno: 30 },
    { levelname: "CRITICAL" },
    { severityNumber: 13 },
    { severityText: "WARN2" },
    { severity_number: "SEVERITY_NUMBER_ERROR" },
    { level: { name: "ERROR", no: 40 } },
  ];
  for (const object of grave) {
    it(`of ${JSON.stringify(object)} is warn or above`, () => {
      assert.equal(levelOf(object)?.grave, true);
    });
  }

  const quiet: readonly JsonObject[] = [
    { level: "info" },
    { level: "Notice" },
    { level: "I" },
    { level: "debug" },
    { level: "INFO+2" },
    { level: 30 },
    { level: "10" },
    { level: 5 },
    { level: 250 },
    { severity: "NOTICE" },
    { severity: 300 },
    { PRIORITY: "6" },
    { levelno: 20 },
    { severityNumber: 9 },
    { "@l": "Information" },
    { level_value: 20, level: "INFO" },
  ];
  for (const object of quiet) {
    it(`of ${JSON.stringify(object)} is below warn`, () => {
      assert.equal(levelOf(object)?.grave, false);
    });
  }

  const unknown: readonly JsonObject[] = [
    {},
    { level: "" },
    { level: null },
    { level: "gold" },
    { level: -4 },
    { level: 100_000 },
    { severity: "DEFAULT" },
    { severityNumber: 0 },
    { l: "error" },
    { priority: 134 },
  ];
  for (const object of unknown) {
    it(`of ${JSON.stringify(object)} is not known`, () => {
      assert.equal(levelOf(object), null);
    });
  }
});

describe("a phrase", () => {
  const said: readonly string[] = [
    "api_key_revoked",
    "failed: api_key_revoked.",
    "(api_key_revoked)",
    '"api_key_revoked"',
    "error=api_key_revoked",
    "auth/api_key_revoked",
    "asterwise:api_key_revoked",
    "api_key_revokedX, then api_key_revoked",
    "https://docs.example/api_key_revoked says api_key_revoked",
    "ошибка api_key_revoked!",
  ];
  for (const text of said) {
    it(`is said by: ${text}`, () => {
      assert.ok(saysPhrase(text, "api_key_revoked"));
    });
  }

  const unsaid: readonly string[] = [
    "",
    "api_key_revoke",
    "api_key_revoked_soon",
    "my_api_key_revoked",
    "api_key_revoked2",
    "éapi_key_revoked",
    "https://docs.example/errors/api_key_revoked",
    "see <https://docs.example/errors/api_key_revoked>",
    "docs.example.com/errors/api_key_revoked#top",
    "url=https://x/?code=api_key_revoked",
    "GET /errors/api_key_revoked",
  ];
  for (const text of unsaid) {
    it(`is not said by: ${text}`, () => {
      assert.ok(!saysPhrase(text, "api_key_revoked"));
    });
  }
});
