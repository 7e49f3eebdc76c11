import assert from "node:assert/strict";
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import type { Clock } from "../../src/host/clock.ts";
import { systemClock } from "../../src/host/clock.ts";
import { journaldKind } from "../../src/sources/journald.ts";
import type { Source } from "../../src/sources/source.ts";
import { patience } from "../support/patience.ts";
import { factList } from "./fact-list.ts";

// A journalctl that serves the lines of a file as entries, line number as cursor, and notes how it was called once it knows
// where it begins. `--follow`
// waits for more; the file `die` makes it end with 1 once.
const FAKE = `#!/bin/sh
from=1 follow=
for argument; do
  case $argument in
    --after-cursor=*) from=$((\${argument#--after-cursor=c} + 1));;
    --lines=0) from=$(($(wc -l < "$JOURNAL/entries") + 1));;
    --follow) follow=1;;
  esac
done
printf '%s\\n' "$*" >> "$JOURNAL/calls"
while :; do
  if [ -e "$JOURNAL/die" ]; then rm "$JOURNAL/die"; echo "Failed to open journal" >&2; exit 1; fi
  last=$(wc -l < "$JOURNAL/entries")
  if [ "$from" -le "$last" ]; then
    sed -n "$from,\${last}p" "$JOURNAL/entries" | awk -v n="$from" '{ printf "{\\"__CURSOR\\":\\"c%d\\",\\"MESSAGE\\":\\"%s\\"}\\n", n + NR - 1, $0 }'
    from=$((last + 1))
  fi
  [ -n "$follow" ] || exit 0
  sleep 0.02
done
`;

const directory = mkdtempSync(join(tmpdir(), "revokewatch-journal-"));
const saved = { ...process.env };

before(() => {
  writeFileSync(join(directory, "journalctl"), FAKE);
  chmodSync(join(directory, "journalctl"), 0o755);
  process.env["PATH"] = `${directory}:${process.env["PATH"]}`;
  process.env["JOURNAL"] = directory;
});
after(() => {
  process.env["PATH"] = saved["PATH"];
  delete process.env["JOURNAL"];
  rmSync(directory, { recursive: true });
});

describe("journald source", () => {
  it("begins with what comes after its first start and keeps the cursor of what it handed on", async () => {
    const run = journal(["old"]);
    await run.called("--lines=0");
    run.log("new");
    await run.until(() => run.messages.length === 1);
    await run.stop();
    assert.deepEqual(run.messages, ["new"]);
    assert.equal(run.positions.get("cursor"), "c2");
  });

  it("goes on behind the saved cursor, over everything that was logged while it was stopped", async () => {
    const run = journal(["1", "2", "3"], { positions: new Map([["cursor", "c1"]]) });
    await run.until(() => run.messages.length === 2);
    run.log("4");
    await run.until(() => run.messages.length === 3);
    await run.stop();
    assert.deepEqual(run.messages, ["2", "3", "4"]);
    assert.match(run.calls(), /--no-tail --after-cursor=c1/);
  });

  it("asks for what was logged since its first start when nothing came before it was stopped", async () => {
    const run = journal([], { positions: new Map([["since_ms", "1748176496789"]]) });
    await run.called("--since=@1748176496");
    await run.stop();
  });

  it("asks for the entries of every boot: what was logged before a restart of the machine is not lost", async () => {
    const run = journal([], { positions: new Map([["cursor", "c0"]]) });
    await run.called("--merge");
    await run.stop();
  });

  it("starts journalctl again behind the last entry when it dies, and repeats its last words", async () => {
    const run = journal([]);
    await run.called("--lines=0");
    run.log("1");
    await run.until(() => run.messages.length === 1);
    writeFileSync(join(directory, "die"), "");
    await run.until(() =>
      run.facts.includes("failed journal exit 1: Failed to open journal follow with journalctl"),
    );
    run.log("2");
    run.source.nudge();
    await run.until(() => run.messages.length === 2);
    await run.stop();
    assert.deepEqual(run.messages, ["1", "2"]);
  });

  it("reads everything and ends in batch mode", async () => {
    const run = journal(["1", "2"], { follow: false });
    await run.ended;
    assert.deepEqual(run.messages, ["1", "2"]);
    assert.doesNotMatch(run.calls(), /--follow/);
  });

  it("hands units and matches to journalctl", async () => {
    const run = journal([], { options: { units: ["a.service", "-b"], matches: ["_PID=1", "+", "_UID=0"] } });
    await run.called("--unit=a.service --unit=-b _PID=1 + _UID=0");
    await run.stop();
  });

  it("skips an entry over a mebibyte and counts it", async () => {
    const run = journal([], { follow: true });
    await run.called("--lines=0");
    run.log("x".repeat(2 ** 20));
    run.log("1");
    await run.until(() => run.messages.length === 1);
    await run.stop();
    assert.deepEqual(run.messages, ["1"]);
    assert.ok(run.facts.some((fact) => fact.startsWith("long journal ")));
  });

  it("refuses a match that journalctl would take for an option", () => {
    assert.throws(
      () => v.parse(journaldKind.schema, { matches: ["--file=/etc/passwd"] }),
      /expected a match such as/,
    );
  });
});

interface Journal {
  readonly source: Source;
  readonly messages: string[];
  readonly facts: string[];
  readonly positions: Map<string, string>;
  readonly ended: Promise<void>;
  log(message: string): void;
  calls(): string;
  called(text: string): Promise<void>;
  until(holds: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

function journal(
  entries: readonly string[],
  given: { positions?: Map<string, string>; follow?: boolean; options?: Record<string, unknown> } = {},
): Journal {
  writeFileSync(join(directory, "entries"), entries.map((entry) => `${entry}\n`).join(""));
  writeFileSync(join(directory, "calls"), "");
  const { positions = new Map<string, string>(), follow = true, options = {} } = given;
  const messages: string[] = [];
  const facts: string[] = [];
  const clock: Clock = systemClock();
  const source = journaldKind.create(
    {
      name: "journal",
      format: "auto",
      labels: {},
      follow,
      firstStart: true,
      lastCommitMs: null,
      positions,
      clock,
      facts: factList(facts),
    },
    v.parse(journaldKind.schema, options),
  );
  const stop = new AbortController();
  const ended = source.run((chunk) => {
    for (const line of chunk.bytes.toString().trim().split("\n")) {
      messages.push((JSON.parse(line) as { MESSAGE: string }).MESSAGE);
    }
  }, stop.signal);
  const calls = (): string => readFileSync(join(directory, "calls"), "utf8");
  return {
    source,
    messages,
    facts,
    positions,
    ended,
    log: (message) => appendFileSync(join(directory, "entries"), `${message}\n`),
    calls,
    until,
    called: async (text) => {
      await until(() => calls().includes(text));
      assert.ok(calls().includes(text), `journalctl was called with ${calls()}`);
    },
    stop: async () => {
      stop.abort();
      await ended;
      for (const [key, value] of source.takePositions()) {
        if (value === null) positions.delete(key);
        else positions.set(key, value);
      }
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  const signal = patience();
  while (!holds() && !signal.aborted) await delay(5);
}
