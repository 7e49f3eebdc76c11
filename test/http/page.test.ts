// The status page: what it shows, and that nothing from a log can act in it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { html } from "../../src/http/html.ts";
import { statusPage } from "../../src/http/page.ts";
import { HOSTILE, status } from "./views.ts";

describe("status page", () => {
  const { body, headers } = statusPage(status);

  it("shows incidents, groups, sources and receivers at a glance", () => {
    for (const text of [
      "7F3K",
      "37 in 5m; usual 1.2",
      "1.2</td>",
      "/var/log/api.log",
      "slack",
      "failing",
      "service=billing",
      "612 of 500",
      "exceeded",
      "2026-05-25 12:34:56",
    ]) {
      assert.ok(body.includes(text), text);
    }
  });

  it("shows text from a log as text", () => {
    assert.ok(!body.includes("<script"));
    assert.ok(!body.includes(HOSTILE));
    assert.ok(body.includes("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\ufffd\ufffd[2J"));
  });

  it("allows its own style and nothing else", () => {
    const policy = headers["content-security-policy"] ?? "";
    const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? "";
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    assert.ok(policy.includes(createHash("sha256").update(style).digest("base64")));
    assert.ok(!body.includes("style="));
  });

  it("says so when there is nothing to show", () => {
    const empty = statusPage({
      ...status,
      sources: [],
      groups: [],
      incidents: [],
      silences: [],
      receivers: [],
    }).body;
    assert.ok(empty.includes("Watching. No open incident."));
    assert.ok(empty.includes("alerts go to the console only"));
    assert.ok(!empty.includes("<table>"));
  });

  it("says that it is still starting", () => {
    assert.ok(statusPage({ ...status, ready: false }).body.includes("first catch-up has not finished"));
  });

  it("shows at most 200 rows and how many more there are", () => {
    const groups = Array.from({ length: 203 }, () => ({ ...status.groups[0]!, state: "quiet" }));
    const page = statusPage({ ...status, groups }).body;
    assert.equal(page.match(/>quiet</g)?.length, 200);
    assert.ok(page.includes("and 3 more"));
  });
});

describe("html template", () => {
  it("lets no inserted text open a tag, an entity or an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const inside = html`<p title="${text}">${text}</p>`.source.slice('<p title="'.length, -"</p>".length);
        const [title, ...rest] = inside.split('">');
        assert.equal(rest.length, 1);
        for (const part of [title ?? "", rest[0] ?? ""]) {
          assert.doesNotMatch(part, /[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
        }
      }),
    );
  });

  it("keeps markup that it made itself", () => {
    const items = [html`<li>${1}</li>`, html`<li>${"<"}</li>`];
    assert.equal(
      html`<ul>
        ${items}
      </ul>`.source.replaceAll(/\s/g, ""),
      "<ul><li>1</li><li>&lt;</li></ul>",
    );
  });
});
