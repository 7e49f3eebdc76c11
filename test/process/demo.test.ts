// The demo, from source, as README gives it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SOURCE, start } from "../support/daemon.ts";

describe("demo", () => {
  it("shows an alert with request ids and its end within a minute, and says where to look next", async () => {
    const { code, stdout } = await start(["demo"], {}, SOURCE).finished();
    assert.equal(code, 0);
    assert.match(stdout, /WARNING {2}api_key_revoked spike: billing/);
    assert.match(stdout, /Request ids: req_01\w+, req_01\w+/);
    assert.match(stdout, /ast_live_…9fKc/);
    assert.doesNotMatch(stdout, /demoKeyOfTheDemo/, "the key is masked");
    assert.match(stdout, /RESOLVED {2}Resolved: api_key_revoked spike: billing/);
    assert.match(stdout, /http:\/\/127\.0\.0\.1:\d+\//);
    assert.match(stdout, /Where to look next/);
  });
});
