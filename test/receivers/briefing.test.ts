// The words of a message: what a lock screen shows, how numbers read, which links there may be, and what is said about
// how far the numbers can be trusted.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { IncidentView, Transition, TransitionEvent } from "../../src/core/incidents/transition.ts";
import { brief } from "../../src/receivers/briefing.ts";
import { caveats } from "../../src/receivers/briefing-caveats.ts";
import { push } from "../../src/receivers/briefing-words.ts";
import { amount, count, span } from "../../src/receivers/numbers.ts";
import { links, requestIdUrl, safeUrl } from "../../src/receivers/out-links.ts";
import { asciiLine, oneLine } from "../../src/receivers/safe-text.ts";
import { bars } from "../../src/receivers/sparkline.ts";
import { plain } from "../../src/receivers/spans.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

const setup = receiverSetup(new FakeClock());

const PUSHES: readonly (readonly [TransitionEvent, Partial<IncidentView>, string])[] = [
  ["firing", {}, "CRITICAL api_key_revoked: 37 in 5m (usual 1.2) checkout - 7F3K"],
  ["firing", { severity: "warning" }, "WARNING api_key_revoked: 37 in 5m (usual 1.2) checkout - 7F3K"],
  ["firing", { expected: null }, "CRITICAL api_key_revoked: 37 in 5m checkout - 7F3K"],
  [
    "firing",
    { channel: "new_keys" },
    "CRITICAL api_key_revoked: 37 new keys in 5m (usual 1.2) checkout - 7F3K",
  ],
  [
    "firing",
    { group: { region: "eu", service: "b" } },
    "CRITICAL api_key_revoked: 37 in 5m (usual 1.2) eu, b - 7F3K",
  ],
  ["repeat", {}, "CRITICAL api_key_revoked: 74 in 5m (usual 1.2) checkout - still firing - 7F3K"],
  ["resolved", {}, "RESOLVED api_key_revoked: 312 in 24m9s, peak 41/min, checkout - 7F3K"],
  [
    "resolved",
    { window_seconds: 60, count: 52 },
    "RESOLVED api_key_revoked: 312 in 24m9s, peak 52/min, checkout - 7F3K",
  ],
  [
    "resolved",
    { window_seconds: 60, count: 52, channel: "new_keys" },
    "RESOLVED api_key_revoked: 312 in 24m9s, peak 41/min, checkout - 7F3K",
  ],
  [
    "firing",
    {
      group: {},
      top: { keys: [], hosts: [], services: ["a", "b", "c"].map((value) => ({ value, count: 1 })) },
    },
    "CRITICAL api_key_revoked: 37 in 5m (usual 1.2) a +2 - 7F3K",
  ],
];

describe("what a lock screen shows", () => {
  for (const [event, over, expected] of PUSHES) {
    it(`is ${expected}`, () => assert.equal(push(transition(event, over), 0), expected));
  }

  it("begins with TEST for a test", () => {
    assert.match(push(transition("firing", {}, { test: true }), 0), /^TEST CRITICAL api_key_revoked: /);
  });

  it("says how late it comes, when reader and incident are no longer in the same minute", () => {
    assert.equal(
      push(transition("resolved"), 28 * 60_000),
      "RESOLVED api_key_revoked: 312 in 24m9s, peak 41/min, checkout - sent 28m late - 7F3K",
    );
    assert.doesNotMatch(push(transition("firing"), 59_000), /late/);
  });

  it("says how many more it stands for in a flood", () => {
    const flood = "CRITICAL api_key_revoked: 37 in 5m (usual 1.2) checkout and 100 others - 7F3K";
    assert.equal(push(transition("firing"), 0, 100), flood);
    assert.equal(
      brief(message(transition("firing"), { others: 1 }), setup, 0).title,
      "api_key_revoked spike: checkout and 1 other",
    );
  });

  it("keeps the service and the id of a silence's report, however long that is", () => {
    const long = push(transition("silence_ended", { explanation: `planned rotation ${"x".repeat(300)}` }), 0);
    assert.match(long, /^SILENCE ENDED api_key_revoked: planned rotation x+… - checkout - 7F3K$/);
    assert.equal([...long].length, 140);
  });

  it("has at most 140 characters, however long the names are", () => {
    const long = push(
      transition("update", { rule: "r".repeat(500), group: { service: "s".repeat(500) } }),
      0,
    );
    assert.equal([...long].length <= 140, true);
    assert.match(long, /: 82 in 5m/);
  });
});

describe("numbers", () => {
  const amounts: readonly (readonly [number, string])[] = [
    [0, "0"],
    [0.01, "under 0.1"],
    [0.44, "0.4"],
    [6, "6"],
    [9.96, "10"],
    [30.8, "31"],
    [12345.6, "12,346"],
  ];
  for (const [n, expected] of amounts) it(`${n} reads ${expected}`, () => assert.equal(amount(n), expected));

  const lengths: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [4210, "4s"],
    [300_000, "5m"],
    [1_450_000, "24m10s"],
    [5_430_000, "1h31m"],
    [-5, "0s"],
  ];
  for (const [ms, expected] of lengths)
    it(`${ms} ms read ${expected}`, () => assert.equal(span(ms), expected));
  it("thousands are marked", () => assert.equal(count(1_234_567), "1,234,567"));
  it("bars rise with the buckets, and one event is seen beside many", () =>
    assert.equal(bars([0, 1, 50, 100]), "▁▂▅█"));
});

const said = (of: Transition, laterMs: number, warnings: string[] = []): string[] => {
  const one = message(of, { warnings });
  return caveats(one, one.queuedAtMs + laterMs).map(plain);
};

describe("how far the numbers can be trusted", () => {
  it("is not mentioned when there is nothing to say", () => assert.deepEqual(said(transition(), 59_000), []));

  it("names a late reading with its times", () => {
    assert.deepEqual(said(transition("firing", {}, { late_seconds: 1020 }), 0), [
      "Read 17m late: it happened from 2026-05-25 12:34:56 UTC to 12:35:00 UTC.",
    ]);
  });

  it("names a late delivery", () => {
    assert.deepEqual(said(transition(), 28 * 60_000), [
      "Delivered 28m late: known since 2026-05-25 12:35:00 UTC.",
    ]);
  });

  it("repeats warnings on one line each", () => {
    assert.deepEqual(said(transition(), 0, ["not\nsaved"]), ["not saved"]);
  });

  const HOUR_LATER = "2026-05-25T13:00:00.000Z";
  it("says until when the incident was silenced", () => {
    const at = { at: "2026-05-25T13:00:01.000Z" };
    assert.deepEqual(said(transition("firing", { silenced_until: HOUR_LATER }, at), 0), [
      "Was silenced until 2026-05-25 13:00:00 UTC.",
    ]);
  });

  it("says from the beginning of a silence until when nothing more is told", () => {
    const note = transition("update", { silenced_until: HOUR_LATER }, { step: null });
    assert.deepEqual(said(note, 0), [
      "Growth and repeats are not told before 2026-05-25 13:00:00 UTC, when the silence ends.",
    ]);
    assert.match(plain(brief(message(note), setup, 0).news), /^Silenced/);
    assert.deepEqual(said(transition("resolved", { silenced_until: HOUR_LATER }), 0), []);
  });

  it("says when there is no usual count", () => {
    assert.match(said(transition("firing", { expected: null }), 0).join(), /no usual count/);
  });
});

describe("where more is told", () => {
  const nothing = { fired_at: null, state: "pending", total: 0 } as const;
  const cases = [
    [
      "an incident",
      transition("firing"),
      "revokewatch incident show 7F3K",
      "/incidents/01JW3K7F3KQ2X5T8N4V6B07F3K",
    ],
    ["a silence that held one", transition("silence_ended"), "revokewatch incident show 7F3K", "/incidents/"],
    [
      "a silence in which there was none",
      transition("silence_ended", nothing),
      "revokewatch silence list",
      "/",
    ],
    ["a silence about to end", transition("silence_ending"), "revokewatch silence list", "/"],
    ["keys that began to fail", transition("new_key_notice"), "revokewatch keys", "/"],
    ["a rise that recurs", transition("recurring"), "revokewatch keys", "/"],
  ] as const;
  for (const [what, of, command, path] of cases) {
    it(`of ${what} leads to what is there`, () => {
      const briefing = brief(message(of), { ...setup, externalUrl: "https://rw.example" }, 0);
      assert.ok(plain(briefing.footer).endsWith(command), plain(briefing.footer));
      const page = briefing.links.find(({ label }) => label === "Details")?.url ?? "";
      if (path === "/") assert.equal(page, "https://rw.example/");
      else assert.ok(page.startsWith(`https://rw.example${path}`), page);
    });
  }
});

describe("the request ids", () => {
  it("are listed with how many more there are", () => {
    const { requestIds } = brief(message(), setup, 0);
    assert.equal(requestIds.items.length, 3);
    assert.equal(requestIds.more, 34);
  });

  const TEMPLATE = "https://logs.example/search?q={request_id}";
  const URLS: readonly (readonly [string, string, string | null])[] = [
    [TEMPLATE, "req_1", "https://logs.example/search?q=req_1"],
    [TEMPLATE, "a&b=c#d", "https://logs.example/search?q=a%26b%3Dc%23d"],
    [TEMPLATE, "x|y>z<", "https://logs.example/search?q=x%7Cy%3Ez%3C"],
    [TEMPLATE, "'", "https://logs.example/search?q=%27"],
    [TEMPLATE, "\ud800", "https://logs.example/search?q=%EF%BF%BD"],
    ["https://logs.example/{request_id}/view", "../../admin", "https://logs.example/..%2F..%2Fadmin/view"],
    ["https://{request_id}.logs.example/", "evil", null],
    ["https://{request_id}.logs.example/", "evil.example/", null],
    ["javascript:alert('{request_id}')", "x", null],
    [TEMPLATE, "x".repeat(4000), null],
    ["not a url {request_id}", "x", null],
    ["https://logs.example/{other}?q={request_id}", "x", "https://logs.example/%7Bother%7D?q=x"],
  ];
  for (const [template, id, expected] of URLS) {
    it(`link ${JSON.stringify(id.slice(0, 20))} in ${template} to ${expected}`, () =>
      assert.equal(requestIdUrl(template, id), expected));
  }
});

describe("the page of an incident", () => {
  const { incident } = transition("firing");
  const details = (externalUrl: string | null): string | undefined =>
    links(incident, { ...setup, externalUrl }).find(({ label }) => label === "Details")?.url;

  it("is linked where people reach it", () => {
    assert.equal(
      details("https://watch.example/revoked"),
      `https://watch.example/revoked/incidents/${incident.id}`,
    );
  });

  it("is not linked when nobody said where that is", () => assert.equal(details(null), undefined));
});

const asked = (doc_url: string | null): { link: boolean; text: string } => {
  const of = transition("firing", { doc_url });
  const linked = links(of.incident, setup).some(({ label }) => label === "About this error");
  return { link: linked, text: brief(message(of), setup, 0).advice.map(plain).join(" ") };
};

describe("the page that a log names", () => {
  const PAGES: readonly (readonly [string, boolean])[] = [
    ["https://docs.asterwise.com/x", true],
    ["https://docs.asterwise.com.evil.example/x", false],
    ["https://docs.asterwise.com@evil.example/x", false],
    ["https://docs.asterwise.com:8443/x", false],
    ["https://evil.example/docs.asterwise.com", false],
    ["javascript:alert(1)//docs.asterwise.com", false],
    ["//docs.asterwise.com/x", false],
  ];
  for (const [url, linked] of PAGES) {
    it(`${linked ? "is a link" : "is text only"} for ${url}`, () => {
      const { link, text } = asked(url);
      assert.deepEqual([link, text.includes("not checked")], [linked, !linked]);
    });
  }
});

describe("safe text", () => {
  const LINES: readonly (readonly [string, string])[] = [
    ["a\r\nb\tc", "a b c"],
    ["\u202eevil\u202c \u2066x\u2069", "evil x"],
    ["zero\u200bwidth\ufeff\u00ad", "zerowidth"],
    ["\u001b[31mred\u009b0m", "[31mred0m"],
    ["\ud800x\udc00", "x"],
    ["tag\u{e0041}s", "tags"],
    ["e\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301"],
    ["пароль 密码 🔑", "пароль 密码 🔑"],
    ["0123456789012345678901234567890123456789x", "012345678901234567890123456789012345678…"],
  ];
  for (const [from, to] of LINES) {
    it(`makes ${JSON.stringify(from)} ${JSON.stringify(to)}`, () => assert.equal(oneLine(from, 40), to));
  }

  it("in ASCII keeps no encoded word and no quotation mark", () => {
    assert.equal(asciiLine('a "b" =?utf-8?q?x?= ü', 40), "a 'b' = ?utf-8?q?x?= ?");
  });

  it("refuses addresses that are no web addresses", () => {
    const bad = [
      "javascript:alert(1)",
      "data:text/html,x",
      "https://u:p@a.example/",
      "ftp://a.example/",
      "x",
    ];
    assert.deepEqual(bad.map(safeUrl), [null, null, null, null, null]);
  });
});
