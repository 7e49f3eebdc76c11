// The status page and the page of an incident: what they show, and that nothing from a log can act in them.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { groupId } from "../../../src/http/group-id.ts";
import { incidentPage } from "../../../src/http/page/incident-page.ts";
import { statusPage } from "../../../src/http/page/overview.ts";
import { HOSTILE, details, key, status, views } from "../views.ts";

/** What of the page people read, without tags. */
function textOf(body: string): string {
  return body.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

function assertHarmless(body: string): void {
  assert.ok(!body.includes(HOSTILE));
  assert.ok(body.includes("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\ufffd\ufffd[2J"));
  // Its own script, by address; nothing that would run or apply in place.
  assert.equal(body.match(/<script/g)?.length, 1);
  assert.match(body, /<script type="module" src="(\.|\.\.)\/assets\/page\.js"><\/script>/);
  assert.doesNotMatch(body, /<style|\sstyle=|\son\w+=|javascript:/);
}

describe("status page", () => {
  const { body, headers } = statusPage(status, views.incidents(), [key]);

  it("shows incidents, groups, sources, keys, receivers and silences at a glance", () => {
    const text = textOf(body);
    for (const part of [
      "1 open incident",
      "37 in 5m; usual 1.2 (at most 6)",
      "req_1",
      "and 35 more",
      "37 in 5m; usual 1.2, at most 6",
      "Alerts from 10 in 1m · 33 in 1h",
      "/var/log/api.log",
      "20 B unread",
      "sk_live_…oPq4",
      "slack",
      "failing",
      "612 of 500",
      "exceeded",
      "2026-05-25 12:34:56",
    ]) {
      assert.ok(text.includes(part), `${part}\n${text}`);
    }
  });

  it("shows text from a log as text", () => assertHarmless(body));

  it("may load and ask this server only", () => {
    const policy = headers["content-security-policy"] ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.doesNotMatch(body, /(?:src|href)="(?:https?:)?\/\//);
  });

  it("has a place for the chart of each group, by a name without its labels", () => {
    const { rule, group } = status.groups[0]!;
    assert.ok(body.includes(`data-chart="${groupId(rule, group)}"`));
  });

  it("says so when there is nothing to show", () => {
    const nothing = { sources: [], groups: [], incidents: [], silences: [], receivers: [] };
    const empty = statusPage({ ...status, ...nothing }, [], []).body;
    assert.ok(empty.includes("Nothing to watch: no source is configured"));
    assert.ok(empty.includes("alerts go to the console only"));
    assert.ok(empty.includes("every revoked key is dead"));
    assert.ok(!empty.includes("<table>"));
  });

  it("says that it watches when it does, and what of a source needs a look when it does not", () => {
    const calm = { ...status, incidents: [], receivers: [] };
    assert.ok(statusPage(calm, [], []).body.includes("Watching. No open incident."));
    const [source] = status.sources;
    const [file] = source!.files;
    const blind = { ...source!, files: [{ ...file!, state: "failed" }] };
    const text = textOf(statusPage({ ...calm, sources: [blind] }, [], []).body);
    assert.ok(text.includes("No open incident, but something needs a look"), text);
    assert.ok(text.includes("source api: 1 cannot be read"), text);
    assert.ok(text.includes("1 cannot be read"), text);
  });

  it("says above all that nobody can be told, also while an incident is open", () => {
    const text = textOf(statusPage({ ...status, state_saved: false }, [], []).body);
    assert.match(text, /1 open incident .*the state cannot be saved: see the log .*receiver slack: failing/);
  });

  it("says that it is still starting", () => {
    const starting = statusPage({ ...status, incidents: [], ready: false }, [], []).body;
    assert.ok(starting.includes("first catch-up has not finished"));
  });

  it("shows five open incidents in full, critical ones first, and lists the others", () => {
    const [incident] = status.incidents;
    const incidents = Array.from({ length: 30 }, (_, n) => ({
      ...incident!,
      id: `01A${n}`,
      short_id: `ID${n}`,
      severity: n === 29 ? "critical" : "warning",
    }));
    const page = statusPage({ ...status, incidents }, [], []).body;
    const [cards = "", list = ""] = page.split('id="also-open"');
    assert.equal(cards.match(/<article[^>]*class="card /g)?.length, 5);
    assert.match(textOf(cards), /30 open incidents .* ID29 .* ID0 /);
    assert.match(textOf(list), /25 more open .* ID4 .* ID28 /);
    assertHarmless(page);
  });

  it("draws 24 groups, lists 200 more and says how many there are besides", () => {
    const groups = Array.from({ length: 230 }, () => ({ ...status.groups[0]!, state: "quiet" }));
    const page = statusPage({ ...status, groups }, [], []).body;
    assert.equal(page.match(/data-chart=/g)?.length, 24);
    assert.equal(page.match(/>quiet</g)?.length, 224);
    assert.ok(page.includes("and 6 more"));
  });

  it("lists eight files of a source, those that cannot be read first", () => {
    const files = Array.from({ length: 30 }, (_, n) => ({
      path: `/logs/${n}.log`,
      state: n === 29 ? "failed" : "active",
      offset: 0,
      size: 0,
      lag_bytes: 0,
    }));
    const text = textOf(statusPage({ ...status, sources: [{ ...status.sources[0]!, files }] }, [], []).body);
    assert.ok(text.includes("/logs/29.log failed /logs/0.log"), text);
    assert.ok(text.includes("and 22 more"), text);
  });
});

describe("page of an incident", () => {
  const { body } = incidentPage({ incident: details, links: views.links(details), keys: [key] });

  it("shows everything that is kept, and how to take it", () => {
    const text = textOf(body);
    for (const part of [
      "37 in 5m; usual 1.2",
      "revokewatch incident ack 7F3K --by NAME",
      "Copy all 2",
      "35 more",
    ]) {
      assert.ok(text.includes(part), `${part}\n${text}`);
    }
    assert.ok(body.includes(`data-incident="01A"`));
  });

  it("shows text from a log as text", () => assertHarmless(body));

  it("links what the configuration and the rule allow, and no address that only the log names", () => {
    const outward = [...body.matchAll(/href="(https?:[^"]*)"/g)].map(([, href]) => href);
    assert.deepEqual(outward, ["https://runbooks.example/", "https://logs.example/?q=req_1"]);
  });
});
