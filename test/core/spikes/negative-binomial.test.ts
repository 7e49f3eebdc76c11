// Reference values: SciPy 1.17, nbinom.logsf(k-1, r, r/(r+mean)) and nbinom.logpmf, poisson likewise; the quantities of
// R's pnbinom(k-1, size, mu = mean, lower.tail = FALSE, log.p = TRUE) and dnbinom.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { logGamma } from "../../../src/core/spikes/log-gamma.ts";
import { logPmf, logTail, upperQuantile } from "../../../src/core/spikes/negative-binomial.ts";
import { logScanRate, scanThreshold } from "../../../src/core/spikes/scan-rate.ts";

const POISSON = Infinity;

/** k, mean, size, ln P(N ≥ k), ln P(N = k). */
const TABLE: readonly (readonly [number, number, number, number, number])[] = [
  [3, 1.5, 2, -1.5433647510504835, -2.2748307959125658],
  [10, 1.2, 0.5, -4.6973267753629235, -5.831106955089669],
  [20, 4, 1.5, -5.323189849459658, -6.680907461009164],
  [100, 10, 3, -20.556213448378674, -22.088491503563787],
  [5, 20, 4, -0.031136149900571196, -4.053293970146843],
  [50, 20, 0.2, -2.0978341834317455, -6.07582605554569],
  [12, 0.01, 1e8, -75.25848559084923, -75.25925511962157],
  [1, 0.3, 0.3, -1.6726567519678726, -2.105064139053865],
  [300, 60, 25, -50.572768935284365, -52.00650680481769],
  [2000, 1000, 40, -14.669729637869299, -18.574394612360308],
  [10, 1, POISSON, -16.009909825202023, -16.104412573075514],
  [5, 0.1, POISSON, -16.38365078162436, -16.400417207752273],
  [40, 10, POISSON, -27.940044460002568, -28.217235994995548],
  [3, 5, POISSON, -0.13313377966369797, -1.9634457319257543],
  [100, 60, POISSON, -13.422436818303797, -14.304919333353439],
  [1200, 1000, POISSON, -21.481654963403034, -23.249914548281595],
];

function close(actual: number, expected: number, relative = 1e-6): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

describe("logGamma", () => {
  it("gives ln of the factorials and of the half", () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      close(logGamma(n), Math.log(factorial), 1e-12);
      factorial *= n;
    }
    close(logGamma(0.5), Math.log(Math.PI) / 2, 1e-12);
    close(logGamma(1e8), 1742068066.1038342, 1e-14);
  });
});

describe("negative binomial", () => {
  for (const [k, mean, size, tail, pmf] of TABLE) {
    it(`agrees with the table at k = ${k}, mean ${mean}, size ${size}`, () => {
      close(logTail(k, mean, size), tail);
      close(logPmf(k, mean, size), pmf);
    });
  }

  it("does not underflow for a million events where ten are usual", () => {
    const tail = logTail(1e6, 10, 20);
    assert.ok(tail < -3e5 && Number.isFinite(tail), String(tail));
  });

  it("sums its tail of very clumpy counts as well as its terms one by one do", () => {
    const [mean, size] = [10, 10 / 159];
    let below = 0;
    for (let k = 0; k < 400; k++) below += Math.exp(logPmf(k, mean, size));
    close(logTail(400, mean, size), Math.log(1 - below), 1e-3);
  });

  it("holds nothing when nothing is expected", () => {
    assert.equal(logPmf(0, 0, 1), 0);
    assert.equal(logTail(1, 0, 1), -Infinity);
    assert.equal(logTail(0, 0, 1), 0);
  });

  it("has tails that fall with k and rise with the mean", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 1e-6, max: 2000, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e10, noNaN: true }),
        (k, mean, size) => {
          const slack = 1e-9;
          assert.ok(logTail(k + 1, mean, size) <= logTail(k, mean, size) + slack);
          assert.ok(logTail(k, mean, size) <= logTail(k, mean * 1.5, size) + slack);
          assert.ok(logTail(k, mean, size) <= slack);
        },
      ),
    );
  });

  it("finds the smallest count that is rare enough", () => {
    for (const [, mean, size] of TABLE) {
      const k = upperQuantile(Math.log(0.001), mean, size);
      assert.ok(logTail(k, mean, size) <= Math.log(0.001));
      assert.ok(logTail(k - 1, mean, size) > Math.log(0.001));
    }
  });
});

describe("scan rate", () => {
  it("is Alm's (k - mean)·p(k) for Poisson", () => {
    close(logScanRate(40, 10, POISSON), Math.log(30) + logPmf(40, 10, POISSON), 1e-12);
  });

  it("is at least the probability of a single window", () => {
    for (const [k, mean, size] of TABLE) {
      assert.ok(logScanRate(k, mean, size) >= logTail(k, mean, size));
    }
  });

  it("counts the up-crossings of a simulated sliding window to within a fifth", () => {
    // A million events at ten a window; minimal standard generator, so that every run is the same run.
    let state = 1;
    const draw = (): number => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const times: number[] = [];
    for (let now = 0; times.length < 1e6;) times.push((now += -Math.log(draw()) / 10));
    let crossings = 0;
    let head = 0;
    let lastHighAt = -Infinity;
    for (let i = 0; i < times.length; i++) {
      const now = times[i] as number;
      while ((times[head] as number) <= now - 1) head++;
      if (i - head + 1 < 22) continue;
      // A clump: the window is back at 22 while it still holds events of the last time.
      if (now - lastHighAt > 1) crossings++;
      lastHighAt = now;
    }
    const windows = times.at(-1) as number;
    const ratio = crossings / windows / Math.exp(logScanRate(22, 10, POISSON));
    assert.ok(ratio > 0.5 && ratio < 1.2, `ratio ${ratio}`);
  });

  it("gives the smallest threshold within the rate, and never one below the least", () => {
    const logRate = Math.log(300 / (4 * 7 * 86_400));
    const k = scanThreshold(logRate, 3, 5, 1);
    assert.ok(logScanRate(k, 3, 5) <= logRate);
    assert.ok(logScanRate(k - 1, 3, 5) > logRate);
    assert.equal(scanThreshold(logRate, 0.001, 5, 10), 10);
  });
});
