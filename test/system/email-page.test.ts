// The e-mail as a real browser shows it at a phone's width: nothing wider than the screen, nothing loaded from outside,
// and of a hostile log only text.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { brief } from "../../src/receivers/briefing.ts";
import { emailHtml } from "../../src/receivers/email-render.ts";
import { runDebian } from "../support/debian.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

const PHONE_WIDTH = 390;
const CHROMIUM = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--dump-dom",
];

interface Page {
  /** The width that the content needs. */
  readonly width: number;
  readonly tags: readonly string[];
  readonly links: readonly string[];
  /** Whatever would be fetched: images, frames, scripts, styles. */
  readonly fetches: number;
  readonly text: string;
  readonly alerts: number;
}

/** Runs in the browser, round the mail in a frame of a phone's width. */
const PROBE = `
  const frame = document.querySelector("iframe").contentDocument;
  const all = [...frame.querySelectorAll("*")];
  const result = {
    width: frame.scrollingElement.scrollWidth,
    tags: [...new Set(all.map((element) => element.tagName.toLowerCase()))].sort(),
    links: [...frame.links].map((link) => link.href),
    fetches: frame.querySelectorAll("[src], link, script, style, object, embed").length,
    text: frame.body.innerText,
    alerts: window.alerted ?? 0,
  };
  const out = document.createElement("pre");
  out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(result))));
  document.body.replaceChildren(out);
`;

function open(of: Transition, warnings: readonly string[] = []): Page {
  using folder = tempFolder();
  const said = message(of, { warnings });
  const mail = emailHtml(brief(said, receiverSetup(new FakeClock()), said.queuedAtMs));
  const srcdoc = mail.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const path = folder.join("page.html");
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><script>window.alerted = 0; window.alert = () => { window.alerted += 1; };</script>
<iframe srcdoc="${srcdoc}" width="${PHONE_WIDTH}" height="1200" style="border:0"></iframe>
<script>window.onload = () => {${PROBE}};</script>`,
  );
  const dom = runDebian("chromium", [
    ...CHROMIUM,
    `--user-data-dir=${folder.join("profile")}`,
    pathToFileURL(path).href,
  ]);
  const encoded = /<pre>([A-Za-z0-9+/=]+)<\/pre>/.exec(dom)?.[1] ?? "";
  return JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Page;
}

const OURS = new Set("a body code div head html meta span strong table tbody td title tr wbr".split(" "));

describe("the e-mail in a browser", () => {
  it("fits a phone, whatever the length of ids and names", () => {
    const long = transition("firing", {
      group: { service: `svc-${"x".repeat(90)}` },
      request_ids: Array.from({ length: 10 }, (_, i) => `${i}`.repeat(120)),
      top: { keys: [{ value: `sk_live_…${"k".repeat(40)}`, count: 12_345 }], services: [], hosts: [] },
      sparkline: Array.from({ length: 30 }, (_, i) => i),
    });
    const page = open(long, ["w".repeat(200)]);
    assert.ok(page.width <= PHONE_WIDTH, `${page.width} px`);
    assert.equal(page.fetches, 0);
  });

  it("shows what on-call needs, in its order", () => {
    const { text, links } = open(transition("firing"));
    const order = [
      "CRITICAL",
      "37 events",
      "Usual 1.2, at most 6",
      "First 2026",
      "sk_live_…oPq4",
      "req_01HZX4",
      "and 34 more",
      "One key",
      "Runbook",
    ];
    const places = order.map((words) => text.indexOf(words));
    assert.ok(
      places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1)),
      JSON.stringify({ order, places }),
    );
    assert.ok(links.includes("https://runbooks.example/api-key-revoked"));
  });

  it("makes nothing of a hostile log but text", () => {
    const evil =
      '"><img src=x onerror=alert(1)><script>alert(1)</script><a href="https://evil.example">x</a>';
    const hostile = transition("firing", {
      group: { service: evil },
      hint: evil,
      request_ids: [evil],
      doc_url: `https://evil.example/${evil}`,
      top: { keys: [{ value: evil, count: 1 }], services: [], hosts: [{ value: evil, count: 1 }] },
      acked_by: evil,
    });
    const page = open(hostile, [evil]);
    assert.deepEqual(
      page.tags.filter((tag) => !OURS.has(tag)),
      [],
    );
    assert.deepEqual([page.fetches, page.alerts], [0, 0]);
    assert.ok(
      page.links.every((url) => /^https:\/\/(?:logs|runbooks)\.example\//.test(url)),
      page.links.join(" "),
    );
    assert.ok(page.text.includes("<script>alert(1)</script>"));
  });
});
