// Scaling time keeps verdicts: a detector on a slower clock judges slower events exactly as the other judges them as they
// are, and every time and length of time that it tells is as much longer.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { createAdaptive } from "../../../src/core/spikes/create-detector.ts";
import type { Detector, Signal } from "../../../src/core/spikes/detector.ts";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import { DAY, HOUR, MEDIUM, MINUTE } from "./timeline.ts";

/** Seconds and counts: something every half hour, and now and then a burst. */
const streams = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 30 * MINUTE }), fc.constantFrom(1, 1, 1, 1, 2, 60, 400)),
  { minLength: 20, maxLength: 200 },
);
type Stream = readonly (readonly [seconds: number, count: number])[];

/** Whatever such a detector says and shows. */
function judged(detector: Detector, stream: Stream, factor: number): unknown[] {
  const said: Signal[] = [];
  let second = DAY;
  detector.advance(0);
  const shown = stream.map(([seconds, count], i) => {
    second += seconds;
    detector.observe(second * 1000 * factor, count);
    said.push(...detector.take());
    if (i === 5) detector.markMissing(second * 1000 * factor, (second + 7 * MINUTE) * 1000 * factor);
    return [
      detector.view(),
      detector.evidence(),
      detector.course(),
      detector.countSince((second - HOUR) * 1000 * factor),
    ];
  });
  detector.advance((second + 8 * HOUR) * 1000 * factor);
  said.push(...detector.take());
  return [said, shown, detector.history()];
}

const TIMES = new Set(["atMs", "onsetMs", "fromMs", "windowSeconds", "stepSeconds", "withinSeconds"]);

/** The same with all times so much longer. */
function longer(value: unknown, factor: number): unknown {
  return JSON.parse(JSON.stringify(value), (name, one: unknown) =>
    TIMES.has(name) && typeof one === "number" ? one * factor : one,
  );
}

describe("a detector on a slower clock", () => {
  for (const factor of [6, 24, 168]) {
    it(`says of events ${factor} times slower what the ordinary one says of them as they are`, () => {
      fc.assert(
        fc.property(streams, (stream) => {
          const slow = judged(createAdaptive({ ...MEDIUM, timeScale: factor }), stream, factor);
          assert.deepEqual(longer(slow, 1), longer(judged(new NbScan(MEDIUM), stream, 1), factor));
        }),
        { numRuns: 20 },
      );
    });
  }

  it("keeps the rule's own times, which are of the world and not of the detector", () => {
    const held = (timeScale: number): number => {
      const detector = createAdaptive({ ...MEDIUM, timeScale, resolveAfterMs: 240 * MINUTE * 1000 });
      detector.advance(0);
      detector.observe(20 * DAY * 1000, 500);
      detector.advance(40 * DAY * 1000);
      const stop = detector.take().find(({ kind }) => kind === "stop");
      return ((stop?.atMs ?? 0) / 1000 - 20 * DAY) / HOUR;
    };
    // Five minutes, or two hours, until the window is empty; then four hours of calm.
    assert.ok(held(1) > 4 && held(1) < 4.3, `${held(1)}`);
    assert.ok(held(24) > 6 && held(24) < 6.7, `${held(24)}`);
  });

  it("goes on where it was written down", () => {
    const [one, two] = [1, 2].map(() => createAdaptive({ ...MEDIUM, timeScale: 24 })) as [Detector, Detector];
    one.advance(0);
    one.observe(20 * DAY * 1000, 500);
    two.restore(one.snapshot());
    for (const detector of [one, two]) detector.advance(40 * DAY * 1000);
    assert.deepEqual(two.view(), one.view());
    assert.deepEqual(
      two.take().map(({ kind }) => kind),
      ["stop"],
    );
  });
});
