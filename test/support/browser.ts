// A real Chromium without a window, from Debian, driven by playwright-core.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";

/** As root it has no sandbox; it must not try to reach its maker's servers. */
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}

/** What a page said and asked for that it should not have. */
export interface Complaints {
  readonly list: string[];
}

/** Notes errors, warnings of the policy, and every request that leaves `origin`. */
export function complaintsOf(page: Page, origin: string): Complaints {
  const list: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") list.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => list.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) list.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    list.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { list };
}

/** What axe-core finds that keeps people out: one line a violation. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's policy forbids scripts in place, as it should: the test is let in by the debugger's door.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Found {
      readonly id: string;
      readonly impact: string | null;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Found[] }> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
}
