import assert from "node:assert/strict";
import { unlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { Generation } from "../../../src/sources/file/generation.ts";
import { overBudget, pinnedAmong } from "../../../src/sources/file/pinned.ts";
import { TailRig } from "./tail-rig.ts";

interface Held {
  readonly seq: number;
  readonly size: number;
  readonly offset: number;
}

function held({ seq, size, offset }: Held): Generation {
  const generation = new Generation(seq, "app.log", "app.log", {
    dev: 1n,
    ino: BigInt(seq),
    birthtimeNs: 1n,
  });
  return Object.assign(generation, { size, offset, fd: 0, current: false, unlinked: true });
}

const CASES: readonly [string, readonly Held[], maxBytes: number, leaving: readonly number[]][] = [
  ["nothing while there is room", [{ seq: 1, size: 50, offset: 0 }], 50, []],
  ["the oldest first", [2, 1].map((seq) => ({ seq, size: 40, offset: 0 })), 50, [1]],
  ["as many as it takes", [1, 2, 3].map((seq) => ({ seq, size: 40, offset: 0 })), 50, [1, 2]],
  [
    "one that is read to its end before an older one that is not",
    [
      { seq: 1, size: 40, offset: 0 },
      { seq: 2, size: 40, offset: 40 },
    ],
    50,
    [2],
  ],
  ["one that is alone over the budget", [{ seq: 1, size: 51, offset: 0 }], 50, [1]],
];

describe("the budget for deleted files", () => {
  for (const [name, all, maxBytes, leaving] of CASES) {
    it(`lets go ${name}`, () => {
      assert.deepEqual(
        overBudget(all.map(held), maxBytes).map(({ seq }) => seq),
        leaving,
      );
    });
  }

  it("is about deleted files that are kept open, and no others", () => {
    const one = { seq: 1, size: 9, offset: 0 };
    const others = [{ fd: null }, { unlinked: false }, { current: true }];
    assert.deepEqual(pinnedAmong(others.map((change) => Object.assign(held(one), change))), []);
    assert.equal(pinnedAmong([held(one)]).length, 1);
  });

  it("counts to the byte what is let go unread", async () => {
    await using rig = new TailRig();
    rig.write("app.log", "");
    await rig.follow({ max_pinned_bytes: "1MiB" });
    const text = "0123456789abcde\n".repeat(2 ** 18);
    rig.onLines = () => {
      // A sink that is slower than the poll, and a file that is deleted while it is read.
      rig.onLines = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
      unlinkSync(rig.path("app.log"));
      rig.write("app.log", "new\n");
    };
    rig.append("app.log", text);
    await rig.until(() => rig.lines.includes("new"));
    const lost = rig.facts.flatMap((fact) => /^lost app\.log (\d+) pinned_budget$/.exec(fact)?.[1] ?? []);
    assert.equal(lost.length, 1, rig.facts.join("\n"));
    assert.equal((rig.lines.length - 1) * 16 + Number(lost[0]), text.length);
    assert.ok(
      rig.facts.some((fact) => fact.startsWith("gap app.log pinned_budget")),
      rig.facts.join("\n"),
    );
  });

  it("closes a deleted file that was read to its end without a loss", async () => {
    await using rig = new TailRig();
    rig.write("app.log", "");
    await rig.follow({ max_pinned_bytes: "1MiB", rotate_quiet: "1h" });
    const lines = 2 ** 17;
    rig.append("app.log", "0123456789abcde\n".repeat(lines));
    await rig.until(() => rig.lines.length >= lines);
    unlinkSync(rig.path("app.log"));
    await rig.until(() => rig.facts.some((fact) => fact.startsWith("closed")));
    assert.ok(rig.facts.includes("closed app.log"), rig.facts.join("\n"));
    assert.deepEqual(
      rig.facts.filter((fact) => /^(lost|gap)/.test(fact)),
      [],
    );
  });
});
