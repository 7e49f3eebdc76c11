// A real file system of 2 MiB, filled to the last byte. Needs the right to mount in a name space of its own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { tempFolder } from "../support/temp-folder.ts";

const OPEN = new URL("../../src/state/open.ts", import.meta.url).href;
const mayMount = spawnSync("unshare", ["--mount", "true"]).status === 0;

const PROGRAM = `
  import { rmSync, writeFileSync, readdirSync } from "node:fs";
  import { openState } from ${JSON.stringify(OPEN)};
  const say = (what) => console.log(JSON.stringify(what));
  const document = (id) => ({ documents: [{ kind: "k", id, data: id }] });
  let state = openState("state", 0);
  state.commit(document("before"));
  state.close();
  try { writeFileSync("filler", Buffer.alloc(2 ** 22)); } catch (error) { say(error.code); }
  state = openState("state", 0);
  say([state.notices, state.documents("k").length]);
  say(state.commit({ documents: [{ kind: "k", id: "full", data: "x".repeat(2 ** 15) }] }).code);
  try { openState("other", 0); } catch (error) { say([error.refusal, readdirSync("other")]); }
  rmSync("filler");
  say(state.commit(document("after")));
  say(state.documents("k").map(({ id }) => id));
  try { writeFileSync("filler", Buffer.alloc(2 ** 22)); } catch {}
  say(state.commit({ documents: [{ kind: "k", id: "late", data: "x".repeat(2 ** 17) }] }).ok);
  rmSync("filler");
  state.close();
  state = openState("state", 0);
  say(state.documents("k").map(({ id }) => id));
  state.close();`;

describe("state on a full disk", { skip: mayMount ? false : "cannot mount here" }, () => {
  it("opens what it knew, answers that it cannot write, and writes all of it when there is room, at closing too", () => {
    using folder = tempFolder();
    const script = `mount -t tmpfs -o size=2m none "$0" && cd "$0" && exec "$1" --input-type=module --eval "$2"`;
    const run = spawnSync("unshare", ["--mount", "sh", "-c", script, folder.path, process.execPath, PROGRAM]);
    const said = run.stdout
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(
      said,
      [
        "ENOSPC",
        [[], 1],
        "SQLITE_FULL",
        ["failed", ["lock.db"]],
        { ok: true },
        ["before", "full", "after"],
        false,
        ["before", "full", "after", "late"],
      ],
      run.stderr.toString(),
    );
  });
});
