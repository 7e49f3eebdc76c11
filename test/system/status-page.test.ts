// The status page in a real browser while a real daemon has a spike: it lives without a reload, loads nothing from
// elsewhere, keeps nobody out, and shows a hostile log as text.

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { complaintsOf, openBrowser, seriousFindings } from "../support/browser.ts";
import { start, type Daemon } from "../support/daemon.ts";
import { eventLine, ordinaryLine } from "../support/log-lines.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { tempFolder } from "../support/temp-folder.ts";

const HOUR_MS = 3_600_000;
const HOSTILE = `<img src=x onerror=alert(1)>"'`;

const folder = tempFolder();
const log = folder.join("api.log");
let daemon: Daemon;
let origin: string;
let browser: Browser;

/** A day's ordinary life: one failing request every 40 minutes, and many that are fine. */
function background(nowMs: number): string {
  const lines: string[] = [];
  for (let ms = nowMs - 8 * HOUR_MS, n = 0; ms < nowMs; ms += 600_000, n++) {
    lines.push(ordinaryLine(ms));
    if (n % 4 === 0) lines.push(eventLine({ timeMs: ms, requestId: `req_old_${n}`, service: "billing" }));
    if (n % 9 === 0) lines.push(eventLine({ timeMs: ms, requestId: `req_h_${n}`, service: HOSTILE }));
  }
  return lines.join("");
}

function spike(count: number): void {
  const nowMs = Date.now();
  for (let n = 0; n < count; n++) {
    const timeMs = nowMs - (count - n) * 50;
    appendFileSync(log, eventLine({ timeMs, requestId: `req_${nowMs}_${n}`, service: "billing" }));
  }
}

async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${origin}${path}`);
  return page;
}

describe("status page in a browser", () => {
  before(async () => {
    writeFileSync(log, background(Date.now()));
    const config = folder.join("revokewatch.yaml");
    writeFileSync(
      config,
      `version: 1\nstate_dir: ${folder.join("state")}\nhttp: {listen: "127.0.0.1:0"}\n` +
        `sources: [{name: api, file: {paths: ["${log}"], from: beginning}}]\n`,
    );
    daemon = start(["run", "-c", config]);
    origin = (await daemon.watching()) ?? "";
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await daemon?.stop("SIGKILL");
    folder[Symbol.dispose]();
  });

  it("lives: an incident appears, grows and is opened without a reload", async () => {
    const page = await open("/", { permissions: ["clipboard-read", "clipboard-write"] });
    const complaints = complaintsOf(page, origin);
    await page.getByText("Watching. No open incident.").waitFor();
    await page.locator("#groups canvas").first().waitFor();
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));

    spike(30);
    await page.getByText("1 open incident").waitFor();
    const card = page.locator("#incidents article");
    await card.getByText(/^30 in /).waitFor();
    await card.locator("button").first().focus();
    spike(30);
    await card.getByText(/^60 in /).waitFor();
    assert.equal(await page.evaluate(() => Object.hasOwn(globalThis, "neverReloaded")), true);
    assert.equal(await page.evaluate("document.activeElement?.tagName"), "BUTTON", "the focus stays");
    await page.waitForFunction("document.title.startsWith('(1)')");

    await card.getByRole("link").click();
    await page.getByRole("heading", { name: "Requests" }).waitFor();
    assert.match(page.url(), /\/incidents\/[0-9A-Z]{26}$/);
    await page.getByRole("button", { name: /^Copy all/ }).click();
    await page.locator("#said", { hasText: "Copied" }).waitFor();
    const copied = String(await page.evaluate("navigator.clipboard.readText()"));
    assert.equal(copied.split("\n").length, 60);
    await page.locator("#history canvas").waitFor();
    await page.getByRole("link", { name: "revokewatch", exact: true }).click();
    await page.getByText("1 open incident").waitFor();
    assert.deepEqual(complaints.list, []);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      it(`fits ${width} px in ${colorScheme}, and axe-core finds nothing serious`, async () => {
        const page = await open("/", { colorScheme, viewport: { width, height: 900 } });
        const complaints = complaintsOf(page, origin);
        await page.getByText("1 open incident").waitFor();
        await page.locator("#groups canvas").first().waitFor();
        assert.ok((await widthOf(page)) <= width, "nothing is cut off");
        await keepShot(page, `status-${width}-${colorScheme}`);
        assert.deepEqual(await seriousFindings(page), []);
        await page.locator("#incidents article").getByRole("link").click();
        await page.getByRole("heading", { name: "Requests" }).waitFor();
        assert.ok((await widthOf(page)) <= width, "nor is the incident");
        await keepShot(page, `incident-${width}-${colorScheme}`);
        assert.deepEqual(await seriousFindings(page), []);
        assert.deepEqual(complaints.list, []);
        await page.close();
      });
    }
  }

  it("is used by keyboard alone", async () => {
    const page = await open("/");
    await page.getByText("1 open incident").waitFor();
    const reached: string[] = [];
    for (let n = 0; n < 12; n++) {
      await page.keyboard.press("Tab");
      reached.push(String(await page.evaluate("document.activeElement?.textContent?.trim()")));
    }
    assert.equal(reached[0], "To the content");
    assert.ok(reached.includes("billing") && reached.includes("copy"), reached.join(", "));
    await page.locator("#incidents article").getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Requests" }).waitFor();
    await page.close();
  });

  it("shows a service that is called like markup as text", async () => {
    const page = await open("/");
    const complaints = complaintsOf(page, origin);
    await page.locator("#groups").getByText(HOSTILE, { exact: false }).first().waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    assert.deepEqual(complaints.list, []);
    await page.close();
  });

  it("is readable without a script", async () => {
    const page = await open("/", { javaScriptEnabled: false });
    assert.ok((await page.textContent("main"))?.includes("usual"));
    assert.equal(await page.locator("button:visible").count(), 0);
    await page.close();
  });

  it("says since when the daemon has not answered", async () => {
    const page = await open("/");
    await page.getByText("1 open incident").waitFor();
    await daemon.stop();
    await page.getByText(/revokewatch has not answered since \d\d:\d\d:\d\d UTC/).waitFor();
    await page.close();
  });
});

/** The width that the page needs, CSS pixels. */
async function widthOf(page: Page): Promise<number> {
  return Number(await page.evaluate("document.documentElement.scrollWidth"));
}

/** Keeps a picture for people where the environment names a directory. */
async function keepShot(page: Page, name: string): Promise<void> {
  const directory = process.env["SCREENSHOTS"];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
}
