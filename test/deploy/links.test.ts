// Every link of the pages that people read leads somewhere: to a file, and to a heading where it names one.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = ["docs", "deploy", "systemd"];
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];

/** The text without what stands in code, where brackets are no links. */
function prose(path: string): string {
  const text = readFileSync(path, "utf8");
  return text
    .replaceAll(/^```[^]*?^```$/gm, "")
    .replaceAll(/^ {4}.*$/gm, "")
    .replaceAll(/`[^`\n]*`/g, (code) => (code.includes("](") ? "" : code));
}

/** The anchors of a page as GitHub makes them of its headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...readFileSync(path, "utf8").matchAll(/^#{1,6} (.+)$/gm)];
  return new Set(
    headings.map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

describe("links", () => {
  for (const page of pages) {
    const path = join(root, page);
    for (const [, target = ""] of prose(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      it(`${page} → ${target}`, () => {
        const [file = "", anchor] = target.split("#");
        const to = file === "" ? path : join(dirname(path), file);
        assert.ok(existsSync(to), `there is no ${relative(root, to)}`);
        if (anchor !== undefined)
          assert.ok(anchorsOf(to).has(anchor), `${relative(root, to)} has no #${anchor}`);
        else assert.ok(statSync(to).isFile() || target.endsWith("/"), `${target} is a folder`);
      });
    }
  }

  it("are found on every page that has some", () => {
    assert.ok(pages.filter((page) => /\]\(/.test(prose(join(root, page)))).length >= 8);
  });
});
