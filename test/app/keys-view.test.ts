import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { keysOf } from "../../src/app/keys-view.ts";
import { Engine } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import type { StatusKey } from "../../src/http/views.ts";
import { eventLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const NOW = Date.UTC(2026, 4, 25, 12);
const HOUR = 3_600_000;

const engine = new Engine({
  rules: ["first", "second"].map((name) => ({
    name,
    match: DEFAULT_MATCH,
    groupBy: ["service"],
    detector: { kind: "threshold", count: 1000, windowMs: 60_000 },
    requestIdsMax: 10,
    routes: [],
    newKeyNotice: false,
    runbookUrl: null,
  })),
  digest: (text) => createHash("sha256").update(text).digest("hex"),
  facts: recordingFacts<CoreFacts>().facts,
  watchedSinceMs: null,
  summarises: true,
});
for (const [service, key, hoursAgo] of [
  ["billing", "ast_live_0123456789abcdefAAAA", 3],
  ["billing", "ast_live_0123456789abcdefBBBB", 1],
  ["ledger", "ast_live_0123456789abcdefAAAA", 2],
] as const) {
  const timeMs = NOW - hoursAgo * HOUR;
  const line = eventLine({ timeMs, requestId: `req_${hoursAgo}`, service, key });
  const origin = { source: "api", format: "auto", labels: {} } as const;
  engine.feed({ origin, stream: "api.log", bytes: Buffer.from(line), replay: false }, NOW, true);
}

const asked = (query: string): readonly StatusKey[] => {
  const answer = keysOf(engine, new URLSearchParams(query), NOW);
  assert.ok(!("problem" in answer), JSON.stringify(answer));
  return answer;
};
const named = (query: string): string[] =>
  asked(query).map(({ rule, group, key }) => `${rule}/${group["service"]}/${key.slice(-4)}`);
const problem = (query: string): string => {
  const answer = keysOf(engine, new URLSearchParams(query), NOW);
  assert.ok("problem" in answer, "it was answered");
  return answer.problem;
};

describe("the list of keys", () => {
  it("has every key of every group, the one used last first", () => {
    assert.deepEqual(named("rule=first"), ["first/billing/BBBB", "first/ledger/AAAA", "first/billing/AAAA"]);
    assert.equal(asked("").length, 6);
    const [newest] = asked("rule=second&limit=1");
    assert.match(String(newest?.hash), /^[0-9a-f]{16}$/);
    assert.deepEqual(newest && { ...newest, hash: "" }, {
      rule: "second",
      group: { service: "billing" },
      key: "ast_live_…BBBB",
      hash: "",
      first_seen_at: "2026-05-25T11:00:00.000Z",
      last_seen_at: "2026-05-25T11:00:00.000Z",
      count: 1,
      last_service: "billing",
      last_host: "web-1",
      last_request_id: "req_1",
      services: [{ value: "billing", count: 1, last_seen_at: "2026-05-25T11:00:00.000Z" }],
      services_truncated: false,
      hosts: [{ value: "web-1", count: 1, last_seen_at: "2026-05-25T11:00:00.000Z" }],
      hosts_truncated: false,
    });
  });

  const hash = asked("service=ledger")[0]?.hash ?? "";
  const cases: readonly (readonly [query: string, count: number])[] = [
    ["group=service=billing", 4],
    ["service=ledger", 2],
    ["host=web-1", 6],
    ["host=web-2", 0],
    ["key=ast_live_…AAAA", 4],
    [`key=${hash.slice(0, 6)}`, 4],
    ["key=", 0],
    ["seen_within=90m", 2],
    ["seen_within=90m&service=ledger", 0],
    ["rule=first&rule=second", 0],
    ["limit=2", 2],
  ];
  for (const [query, count] of cases) {
    it(`has ${count} for ${query.replace(hash.slice(0, 6), "HASH")}`, () => {
      assert.equal(asked(query).length, count);
    });
  }

  it("says what a question should have been instead of answering another one", () => {
    assert.equal(problem("rules=x"), "Cannot list keys: no such filter; perhaps you mean rule.");
    assert.match(problem("zzz=1"), /the filters are rule, service, host, key, group, seen_within, limit\.$/);
    assert.match(problem("seen_within=soon"), /takes a duration/);
    assert.match(problem("group=billing"), /NAME=VALUE/);
    assert.match(problem("limit=0"), /whole number/);
    assert.match(problem("constructor=1"), /filters are/);
  });
});
