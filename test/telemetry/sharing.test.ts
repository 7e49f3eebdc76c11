import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharing } from "../../src/telemetry/sharing.ts";

describe("sharing", () => {
  it("does the work once for all who ask within its time, and for each key", async () => {
    let nowMs = 0;
    const made: string[] = [];
    const ask = sharing(
      (key: string) => Promise.resolve(made.push(key)),
      100,
      () => nowMs,
    );
    assert.deepEqual(await Promise.all([ask("text"), ask("text"), ask("openmetrics")]), [1, 1, 2]);
    nowMs = 99;
    assert.equal(await ask("text"), 1);
    nowMs = 100;
    assert.equal(await ask("text"), 3);
    assert.deepEqual(made, ["text", "openmetrics", "text"]);
  });

  it("tries anew after a failure", async () => {
    let calls = 0;
    const ask = sharing(
      () => (++calls === 1 ? Promise.reject(new Error("no")) : Promise.resolve("yes")),
      100,
      () => 0,
    );
    await assert.rejects(ask("x"), /no/);
    assert.equal(await ask("x"), "yes");
  });
});
