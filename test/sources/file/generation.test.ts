import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Generation, openFile } from "../../../src/sources/file/generation.ts";
import { printOf } from "../../../src/sources/file/identity.ts";
import { decodePositions, encodePosition, revive } from "../../../src/sources/file/positions.ts";

const TEXT = "a line of the log\n".repeat(100);
const OFFSET = 900;
const BEFORE = Buffer.from(TEXT).subarray(OFFSET - 512, OFFSET);

function read(use: (generation: Generation, path: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "revokewatch-generation-"));
  try {
    const path = join(directory, "app.log");
    writeFileSync(path, TEXT);
    const opened = openFile(path);
    assert.ok(opened.kind === "opened");
    const generation = new Generation(1, path, path, opened.look);
    generation.attach(opened.fd, opened.look);
    generation.seek(OFFSET);
    use(generation, path);
    generation.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("generation", () => {
  it("holds the bytes before its position while it is open", () => {
    read((generation) => assert.deepEqual(generation.anchor, BEFORE));
  });

  it("knows the bytes before its position by their print alone once it is closed", () => {
    read((generation) => {
      generation.close();
      assert.equal(generation.anchor.length, 0);
      assert.deepEqual(generation.identity().anchor, printOf(BEFORE));
    });
  });

  it("takes no first bytes of something that was written in the place of what was read", () => {
    read((generation, path) => {
      writeFileSync(path, "something else\n".repeat(100));
      generation.growHead();
      assert.equal(generation.head.length, 0);
    });
  });

  it("has the identity that was saved, also before it is opened again", () => {
    read((generation) => {
      const [saved] = decodePositions(new Map([["1", encodePosition(generation)]]));
      assert.ok(saved !== undefined);
      const { head, anchor } = revive(saved).identity();
      assert.deepEqual(
        { head, anchor },
        { head: printOf(Buffer.from(TEXT).subarray(0, OFFSET)), anchor: printOf(BEFORE) },
      );
    });
  });
});
