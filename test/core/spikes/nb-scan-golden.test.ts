// The signals of an independent implementation of the same method, on ten simulated series with spikes in them. Times
// are seconds since a Monday; `deltas` are the steps from event to event.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Sensitivity } from "../../../src/core/spikes/detector-spec.ts";
import type { Signal } from "../../../src/core/spikes/detector.ts";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";

interface Golden {
  readonly name: string;
  readonly sensitivity: Sensitivity;
  readonly days: number;
  /** At the end, per window. */
  readonly thresholds: readonly number[];
  readonly signals: readonly (readonly (string | number)[])[];
  readonly deltas: string;
}

const MONDAY_MS = 1_735_516_800_000;
const DAY_SECONDS = 86_400;
const LATENESS_SECONDS = 60;
const goldens = JSON.parse(readFileSync(new URL("./golden.json", import.meta.url), "utf8")) as Golden[];

/** Only what alerts, in the words of the file; a recurring episode and its end are left out there. */
function told(signals: readonly Signal[]): (string | number)[][] {
  const rows: (string | number)[][] = [];
  let alerting = false;
  for (const signal of signals) {
    const second = (signal.atMs - MONDAY_MS) / 1000;
    if (signal.kind === "stop") {
      if (alerting) rows.push(["stop", second, signal.why]);
      alerting = false;
    } else if (signal.kind !== "recurring") {
      rows.push([signal.kind, second, (signal.evidence.onsetMs - MONDAY_MS) / 1000]);
      alerting = true;
    }
  }
  return rows;
}

/** Series in which as many episodes were seen as the budget allows. */
const RECURS = new Set(["p2", "nb2", "clumpy", "daily200"]);

type Row = readonly (string | number)[];

function alerts(row: Row): boolean {
  return row[0] !== "stop";
}

describe("NbScan", () => {
  for (const golden of goldens) {
    it(`says what the reference says of ${golden.name} at ${golden.sensitivity} sensitivity`, () => {
      const detector = new NbScan({ sensitivity: golden.sensitivity, minCount: 10 });
      const signals: Signal[] = [];
      detector.advance(MONDAY_MS);
      let second = 0;
      for (const delta of golden.deltas.split(" ")) {
        second += Number(delta);
        detector.observe(MONDAY_MS + second * 1000, 1);
        signals.push(...detector.take());
      }
      detector.advance(MONDAY_MS + (golden.days * DAY_SECONDS + LATENESS_SECONDS) * 1000);
      signals.push(...detector.take());
      const rows = told(signals);
      // The reference shows the window that hit; ours the one that tells most.
      const expected = golden.signals
        .filter(alerts)
        .map(([kind, second, , , onset]) => [kind, second, onset]);
      // Ours learns a bucket a minute later, when what may come late has come: it may fire an event sooner or later.
      const fired = rows.filter(alerts);
      assert.deepEqual(
        fired.map(([kind, , onset]) => [kind, onset]),
        expected.map(([kind, , onset]) => [kind, onset]),
      );
      for (const [i, [, second]] of expected.entries()) {
        assert.ok(Math.abs(Number(fired[i]?.[1]) - Number(second)) <= 60, `${fired[i]} against ${second}`);
      }
      // The reference looks for the end at every event too, so it may see it up to 10 s apart, and learns sooner.
      const stops = rows.filter((row) => !alerts(row));
      for (const [i, stop] of golden.signals.filter((row) => !alerts(row)).entries()) {
        assert.equal(stops[i]?.[2], stop[2]);
        assert.ok(Math.abs(Number(stops[i]?.[1]) - Number(stop[1])) <= 60, `${stops[i]} against ${stop}`);
      }
      // Ours keeps profiles in single precision and calls a profile that proves nothing exactly flat. Where something
      // recurs it tells what would alert, which is more than the reference's threshold.
      const thresholds = detector.view().thresholds.map(({ count }) => count);
      for (const [i, threshold] of golden.thresholds.entries()) {
        const [least, most] = [threshold - 1, RECURS.has(golden.name) ? Infinity : threshold + 1];
        const shown = thresholds[i] as number;
        assert.ok(shown >= least && shown <= most, `${thresholds} against ${threshold}`);
      }
    });
  }
});
