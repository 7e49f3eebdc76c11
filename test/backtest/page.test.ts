import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Outcome } from "../../src/backtest/outcome.ts";
import { pageOf } from "../../src/backtest/page.ts";
import { hostileText } from "../support/hostile.ts";
import { transition } from "../support/transitions.ts";

const FROM = Date.UTC(2026, 4, 25);
const { incident } = transition("firing");

function outcome(text: string, over: Partial<Outcome> = {}): Outcome {
  const labels = [["service", text]] as const;
  const view = {
    ...incident,
    group: Object.fromEntries(labels),
    hint: text,
    request_ids: [text, "req_2"],
    request_ids_total: 12,
  };
  const sums = { incidents: 1, silenced: 0, open: 0, alertedMinutes: 12, recurring: 2, first: view };
  return {
    settings: [{ name: "as configured", sums }],
    incidents: [{ view, resolvedMs: FROM + 13 * 3_600_000 }],
    groups: [
      {
        rule: incident.rule,
        labels,
        stretchMs: 300_000,
        threshold: null,
        events: 37,
        counts: new Map([[FROM / 300_000, 37]]),
        samples: [{ timeMs: FROM + 300_000, usual: 1.2, high: 6 }],
      },
    ],
    fromMs: FROM,
    toMs: FROM + 86_400_000,
    read: "1 file",
    notices: [text],
    ...over,
  };
}

describe("page", () => {
  it("lists incidents with explanation, request ids and a mark in the group's chart", () => {
    const page = pageOf(outcome("checkout"));
    assert.match(page, /service=checkout: 37 events in 5m, usually 1\.2 and hardly ever over 6/);
    assert.match(page, /<code>req_2<\/code>/);
    assert.match(page, /and 10 more/);
    assert.match(page, new RegExp(`<div class="more" id="${incident.id}">`));
    assert.match(page, new RegExp(`<a href="#${incident.id}"`));
    assert.match(page, /2 further rises are no larger than what recurs/);
  });

  it("shows no text of the log as markup", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const page = pageOf(outcome(text));
        assert.deepEqual(tagsOf(page), tagsOf(pageOf(outcome("checkout"))));
        assert.doesNotMatch(page, /(?!\n)\p{Cc}|\u202e|\u2066/u);
      }),
    );
    assert.ok(!pageOf(outcome('"><script>alert(1)</script>')).includes("<script"));
  });

  it("may load, run and send nothing, and applies its own style", () => {
    const page = pageOf(outcome("checkout"));
    const policy = /http-equiv="content-security-policy"\s+content="([^"]+)"/.exec(page)?.[1] ?? "";
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    assert.match(policy, /^default-src &#39;none&#39;; style-src /);
    assert.ok(policy.includes(digest), "the policy names the style");
    assert.ok(!/<script|<link|<img|\sstyle=|\son\w+=|\bsrc=|https?:\/\/(?!docs\.)/i.test(page));
  });

  it("sets several settings side by side and says which one it draws", () => {
    const [one] = outcome("checkout").settings;
    const settings = [
      { name: "sensitivity low", sums: one!.sums },
      { name: "threshold 20/5m", sums: one!.sums },
    ];
    const page = pageOf(outcome("checkout", { settings }));
    assert.match(page, /Settings compared/);
    assert.match(page, /with sensitivity low/);
    assert.match(page, /<td>threshold 20\/5m<\/td>/);
  });

  it("draws a plain threshold as a line", () => {
    const [group] = outcome("checkout").groups;
    const page = pageOf(outcome("checkout", { groups: [{ ...group!, threshold: 20, samples: [] }] }));
    assert.match(page, /dashed: the threshold of 20/);
    assert.match(page, /<path class="threshold"/);
  });

  it("says so when there was nothing", () => {
    const [one] = outcome("checkout").settings;
    const sums = { ...one!.sums, incidents: 0, recurring: 0, first: null };
    const page = pageOf(
      outcome("checkout", {
        settings: [{ name: "as configured", sums }],
        incidents: [],
        groups: [],
        fromMs: Infinity,
        toMs: -Infinity,
      }),
    );
    assert.match(page, /<h1>No incident would have been raised<\/h1>/);
  });
});

/** Names of all tags in their order. */
function tagsOf(page: string): string[] {
  return [...page.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map(([tag]) => tag);
}
