import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asset } from "../../src/http/page/assets.ts";

describe("assets of the page", () => {
  for (const [name, type, part] of [
    ["page.js", "text/javascript; charset=utf-8", "api/v1/history"],
    ["page.css", "text/css; charset=utf-8", ".uplot"],
    ["icon.svg", "image/svg+xml", "<svg"],
  ] as const) {
    it(`hold ${name}`, async () => {
      const { status, headers, body } = await asset(name);
      assert.deepEqual([status, headers["content-type"]], [200, type]);
      assert.ok(body.includes(part));
    });
  }

  for (const name of ["main.ts", "../package.json", "toString", ""]) {
    it(`are no other file: ${name || "none"}`, async () => assert.equal((await asset(name)).status, 404));
  }

  it("name no other server", async () => {
    const { body } = await asset("page.js");
    assert.doesNotMatch(body.replaceAll(/https:\/\/github\.com\/leeoniya\/uPlot/g, ""), /https?:\/\//);
  });
});
