// "Is the old key dead yet?" as people ask it: the real daemon, killed and started again, and its command line.

import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type Finished, start } from "../support/daemon.ts";
import { eventLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const OLD_KEY = "ast_live_0123456789abcdefOLDK";

function revokewatch(...args: readonly string[]): Promise<Finished> {
  return start(args).finished();
}

interface Listed {
  readonly key: string;
  readonly count: number;
  readonly last_request_id: string | null;
}

const parsed = ({ stdout }: Finished): Listed[] =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Listed);

describe("revokewatch keys", () => {
  it("lists what is still used, also after kill -9, and never a whole key", async (t) => {
    using folder = tempFolder();
    const log = folder.join("api.log");
    const state = folder.join("state");
    writeFileSync(log, "");
    const args = ["run", "--state-dir", state, "--listen", "127.0.0.1:0", log];
    const use = (count: number, prefix: string): void => {
      for (let i = 0; i < count; i++) {
        appendFileSync(log, eventLine({ timeMs: Date.now(), requestId: `${prefix}_${i}`, key: OLD_KEY }));
      }
    };
    const first = start(args);
    t.after(() => first.child.kill("SIGKILL"));
    const url = String(await first.watching());
    const none = await revokewatch("keys", "--url", url);
    assert.deepEqual([none.code, none.stdout], [0, "no revoked key is in use\n"]);
    use(3, "a");
    const answer = async (at: string): Promise<Listed[]> =>
      (await (await fetch(`${at}/api/v1/keys`)).json()) as Listed[];
    await first.until("the uses", async () => (await answer(url))[0]?.count === 3);
    await first.until("the commit", async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return /revokewatch_state_saves_total\{outcome="ok"\} [1-9]/.test(text);
    });
    await first.stop("SIGKILL");

    const second = start(args);
    t.after(() => second.child.kill("SIGKILL"));
    const again = String(await second.watching());
    await second.until("the kept uses", async () => (await answer(again))[0]?.count === 3);
    use(1, "b");
    await second.until("one more use", async () => (await answer(again))[0]?.count === 4);

    const table = await revokewatch("keys", "--url", again, "--seen-within", "1h", "--service", "checkout");
    assert.equal(table.code, 0, table.stderr);
    const [head, row, ...rest] = table.stdout.split("\n");
    assert.match(String(head), /^ {2}KEY +HASH +RULE +GROUP +FIRST SEEN +LAST SEEN +USES +SERVICES +HOSTS/);
    assert.match(
      String(row),
      /ast_live_…OLDK +[0-9a-f]{8} +api_key_revoked +checkout .* 4 +checkout +web-1 +b_0$/,
    );
    assert.deepEqual(rest, [""]);
    assert.ok(!table.stdout.includes(OLD_KEY.slice(9, 25)));

    const json = await revokewatch("keys", "--url", again, "-o", "json");
    assert.deepEqual(
      parsed(json).map(({ key, count, last_request_id }) => [key, count, last_request_id]),
      [["ast_live_…OLDK", 4, "b_0"]],
    );
    const other = await revokewatch("keys", "--url", again, "--service", "ledger", "-o", "json");
    assert.deepEqual([other.code, other.stdout], [0, ""]);
    const wrong = await revokewatch("keys", "--url", again, "--seen-within", "soon");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /seen_within takes a duration/);
    assert.match(
      await (await fetch(`${again}/metrics`)).text(),
      /revokewatch_tracked_keys\{rule="api_key_revoked"\} 1/,
    );
    assert.equal((await second.stop()).code, 0);
  });
});
