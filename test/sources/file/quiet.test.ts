import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Chain } from "../../../src/sources/file/chain.ts";
import { Generation } from "../../../src/sources/file/generation.ts";
import { Quiet } from "../../../src/sources/file/quiet.ts";

const POLL_MS = 1000;

describe("quiet files", () => {
  let directory = "";
  before(() => (directory = mkdtempSync(join(tmpdir(), "revokewatch-quiet-"))));
  after(() => rmSync(directory, { recursive: true }));

  /** The directory's names changed `seconds` after some day. */
  function changed(seconds: number): void {
    utimesSync(directory, 1_700_000_000 + seconds, 1_700_000_000 + seconds);
  }

  function fileOf(size = 10): { chain: Chain; generation: Generation } {
    const path = join(directory, "a.log");
    const chain = new Chain(path, true);
    const generation = new Generation(1, path, path, { dev: 1n, ino: 1n, birthtimeNs: 1n });
    generation.size = size;
    generation.offset = 10;
    chain.add(generation);
    chain.current = generation;
    return { chain, generation };
  }

  /** In which of the polls from 100 s on the file is looked at. `each` is called before each. */
  function looks(
    chain: Chain,
    polls: number,
    {
      tellers = [directory] as readonly string[] | null,
      tells = true,
      each = (_poll: number): void => {},
    } = {},
  ): number[] {
    changed(0);
    const quiet = new Quiet(
      () => tellers,
      () => tells,
    );
    const looked: number[] = [];
    for (let poll = 0; poll < polls; poll++) {
      each(poll);
      if (quiet.due([chain], 100_000 + poll * POLL_MS, POLL_MS).length > 0) looked.push(poll);
    }
    return looked;
  }

  it("are looked at in every fifth poll", () => {
    assert.deepEqual(looks(fileOf().chain, 12), [0, 5, 10]);
  });

  it("are looked at in each poll where hints do not come, or nobody knows from where they would", () => {
    assert.deepEqual(looks(fileOf().chain, 4, { tells: false }), [0, 1, 2, 3]);
    assert.deepEqual(looks(fileOf().chain, 4, { tellers: null }), [0, 1, 2, 3]);
    assert.deepEqual(
      looks(fileOf().chain, 4, { tellers: [directory, join(directory, "none")] }),
      [0, 1, 2, 3],
    );
  });

  it("are looked at when the names of their directory have changed", () => {
    const each = (poll: number): void => void (poll === 3 && changed(3));
    assert.deepEqual(looks(fileOf().chain, 7, { each }), [0, 3]);
  });

  it("are none while they give bytes, and for five seconds after", () => {
    const { chain, generation } = fileOf();
    generation.activeMs = 101_500;
    assert.deepEqual(looks(chain, 9), [0, 1, 2, 3, 4, 5, 6]);
  });

  it("are none while something is unread, unclear, or rotated beside them", () => {
    assert.deepEqual(looks(fileOf(11).chain, 3), [0, 1, 2]);
    const { chain: troubled } = fileOf();
    troubled.trouble = "EACCES";
    assert.deepEqual(looks(troubled, 3), [0, 1, 2]);
    const { chain: rotated, generation } = fileOf();
    rotated.add(new Generation(0, generation.path, `${generation.path}.1`, generation.id));
    assert.deepEqual(looks(rotated, 3), [0, 1, 2]);
    assert.deepEqual(looks(new Chain(generation.path, true), 3), [0, 1, 2]);
  });
});
