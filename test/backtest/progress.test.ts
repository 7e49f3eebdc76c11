import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Progress, progressLine } from "../../src/backtest/progress.ts";

const PACE = { bytes: 250e6, total: 1e9, elapsedMs: 500, reachedMs: Date.UTC(2026, 4, 25, 12) };

describe("progress", () => {
  it("shows the share, the rate, the time that remains and how far the log has come", () => {
    assert.equal(
      progressLine(PACE, 100),
      "[######..................]  25 %  500 MB/s  2s left  2026-05-25 12:00:00",
    );
  });

  it("shows what was read when a pipe has no known end", () => {
    assert.equal(progressLine({ ...PACE, total: null, reachedMs: -Infinity }, 100), "250 MB  500 MB/s");
  });

  it("stays narrower than the terminal", () => {
    assert.equal(progressLine(PACE, 30).length, 29);
  });

  it("survives a file that grows while it is read", () => {
    assert.match(progressLine({ ...PACE, bytes: 1.2e9 }, 100), /100 %.*0s left/);
  });

  it("draws at most ten times a second, and takes the bar away in the end", (t) => {
    let nowMs = 0;
    t.mock.method(performance, "now", () => nowMs);
    const written: string[] = [];
    const stream = { isTTY: true, columns: 0, write: (text: string) => written.push(text) };
    const progress = new Progress(stream as unknown as NodeJS.WriteStream, 1e9);
    for (; nowMs < 1000; nowMs += 10) progress.show(nowMs * 1e6, -Infinity);
    progress.end();
    assert.equal(written.length, 8);
    assert.ok(written[0]?.startsWith("\r\u001b[K[#######.................]  30 %  "), String(written[0]));
    assert.equal(written.at(-1), "\r\u001b[K");
  });

  it("writes nothing where there is no terminal", () => {
    const written: string[] = [];
    const stream = { isTTY: false, columns: 80, write: (text: string) => written.push(text) };
    const progress = new Progress(stream as unknown as NodeJS.WriteStream, 100);
    progress.show(50, 0);
    progress.end();
    assert.deepEqual(written, []);
  });
});
