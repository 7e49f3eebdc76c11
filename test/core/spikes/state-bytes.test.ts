import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { StateReader, StateWriter } from "../../../src/core/spikes/state-bytes.ts";

describe("state bytes", () => {
  it("come back bit for bit", () => {
    const counts = fc.array(fc.oneof(fc.constant(0), fc.maxSafeNat()), { maxLength: 50 });
    const singles = fc.array(fc.oneof(fc.constant(0), fc.float({ noDefaultInfinity: true })), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(
        fc.double(),
        fc.maxSafeNat(),
        fc.boolean(),
        counts,
        singles,
        (number, count, flag, many, floats) => {
          const values = Float64Array.from(many);
          const narrow = Float32Array.from(floats, (value) => (Object.is(value, -0) ? 0 : value));
          const to = new StateWriter(7, 3);
          to.number(number);
          to.count(count);
          to.flag(flag);
          to.counts(values);
          to.singles(narrow);
          to.block(Uint8Array.of(1, 2, 3));
          const from = new StateReader(to.bytes(), 7, 3);
          assert.ok(Object.is(from.number(), number));
          assert.equal(from.count(), count);
          assert.equal(from.flag(), flag);
          const [readValues, readNarrow] = [new Float64Array(values.length), new Float32Array(narrow.length)];
          from.counts(readValues);
          from.singles(readNarrow);
          assert.deepEqual([readValues, readNarrow], [values, narrow]);
          assert.deepEqual(from.block(), Uint8Array.of(1, 2, 3));
          from.end();
        },
      ),
    );
  });

  it("leave zeros out", () => {
    const to = new StateWriter(1, 1);
    to.singles(new Float32Array(100_000));
    assert.ok(to.bytes().length < 10);
  });

  it("refuse runs that do not fit, whatever bytes they are given", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const from = new StateReader(Uint8Array.of(1, 1, ...bytes), 1, 1);
        const into = new Float64Array(20);
        try {
          from.counts(into);
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      }),
    );
  });
});
