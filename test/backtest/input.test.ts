import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Input, openInput } from "../../src/backtest/input.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** Text that does not compress to nothing. */
const TEXT = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${Math.sin(i)}\n`).join("");
const NO_STDIN = Readable.from([]);

function fileOf(test: TestContext, bytes: Uint8Array | string): string {
  const folder = tempFolder();
  test.after(() => folder[Symbol.dispose]());
  const path = folder.join("a.log");
  writeFileSync(path, bytes);
  return path;
}

async function readAll(input: Input): Promise<{ text: string; fault: string | null }> {
  const pieces: Buffer[] = [];
  try {
    for (let bytes: Buffer | null; (bytes = await input.read()) !== null;) pieces.push(Buffer.from(bytes));
    return { text: Buffer.concat(pieces).toString(), fault: null };
  } catch (error) {
    return { text: Buffer.concat(pieces).toString(), fault: (error as Error).message };
  } finally {
    input.close();
  }
}

describe("input", () => {
  const WHOLE: readonly (readonly [string, Uint8Array | string])[] = [
    ["a plain file", TEXT],
    ["an empty file", ""],
    ["a file shorter than any magic number", "a\n"],
    ["gzip, told by its content", gzipSync(TEXT)],
    [
      "concatenated members of gzip",
      Buffer.concat([gzipSync(TEXT.slice(0, 5000)), gzipSync(TEXT.slice(5000))]),
    ],
    ["zstd", zstdCompressSync(TEXT)],
  ];
  for (const [name, bytes] of WHOLE) {
    const text = bytes.length > 5 ? TEXT : String(bytes);
    it(`reads ${name}`, async (t) => {
      const path = fileOf(t, bytes);
      const input = openInput(path, NO_STDIN);
      assert.equal(input.size, Buffer.byteLength(bytes as string));
      assert.deepEqual(await readAll(input), { text, fault: null });
      assert.equal(input.consumed, input.size);
    });
    it(`reads ${name} from a pipe in pieces of any size`, async () => {
      const whole = Buffer.from(bytes);
      const pieces = [whole.subarray(0, 1), whole.subarray(1, 3), whole.subarray(3)].filter(
        (p) => p.length > 0,
      );
      const input = openInput("-", Readable.from(pieces, { objectMode: true }));
      assert.equal(input.size, null);
      assert.deepEqual(await readAll(input), { text, fault: null });
    });
  }

  for (const [name, bytes] of [
    ["gzip", gzipSync(TEXT)],
    ["zstd", zstdCompressSync(TEXT)],
  ] as const) {
    it(`gives what came before the end of a truncated ${name} file, and says that it was cut off`, async (t) => {
      const path = fileOf(t, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      const { text, fault } = await readAll(openInput(path, NO_STDIN));
      assert.match(fault ?? "", /ends too early/);
      assert.ok(text.length > TEXT.length * 0.3, `only ${text.length} characters came`);
      assert.ok(TEXT.startsWith(text));
    });
  }

  it("says that gzip data is damaged", async (t) => {
    const bytes = gzipSync(TEXT);
    const half = Math.floor(bytes.length / 2);
    bytes.fill(0xff, half, half + 64);
    const { fault } = await readAll(openInput(fileOf(t, bytes), NO_STDIN));
    assert.match(fault ?? "", /^the gzip data is damaged: Z_DATA_ERROR$/);
  });

  it("wakes from a silent pipe when it is closed", async () => {
    const input = openInput("-", new Readable({ read: () => undefined }));
    const reading = input.read();
    input.close();
    assert.equal(await reading.catch(() => null), null);
  });
});
