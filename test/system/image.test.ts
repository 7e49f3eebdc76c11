// The image as its recipe describes it, laid out by bubblewrap where there is no engine: a read-only root that holds Node and
// the bundle alone, another user, no capability, and one directory to write to.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { requireDebian } from "../support/debian.ts";
import { burst } from "../support/log-lines.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { tempFolder } from "../support/temp-folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const STATE = "/var/lib/revokewatch";

const recipe =
  readFileSync(`${root}Dockerfile`, "utf8")
    .split(/^FROM /m)
    .at(-1) ?? "";

/** What the last stage says behind this word, an exec form taken apart. */
function argv(word: string): string[] {
  const [, found] = new RegExp(`^${word}\\b[^[]*(\\[.*\\])$`, "ms").exec(recipe) ?? [];
  assert.ok(found !== undefined, word);
  return JSON.parse(found.split("\n")[0] ?? "") as string[];
}

/** Mounts and rights for a container with this directory as its state. */
function container(state: string): string[] {
  const [, uid = "", gid = ""] = /^USER (\d+):(\d+)$/m.exec(recipe) ?? [];
  const [, from = "", to = ""] = /^COPY --from=build \/build\/(\S+) (\S+)$/m.exec(recipe) ?? [];
  const system = ["bin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]);
  return [
    ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--as-pid-1", "--die-with-parent"],
    ["--uid", uid, "--gid", gid, "--cap-drop", "ALL", "--clearenv"],
    ["--ro-bind", "/usr", "/usr", ...system, "--proc", "/proc", "--dev", "/dev"],
    ["--ro-bind", realpathSync(process.execPath), "/image/node", "--setenv", "PATH", "/image:/usr/bin"],
    ["--ro-bind", `${root}${from}`, to, "--bind", state, STATE],
    ["--setenv", "STATE_DIRECTORY", STATE, "--chdir", STATE, "--remount-ro", "/"],
  ].flat();
}

describe("image", () => {
  let bwrap: string;

  before(() => {
    bwrap = requireDebian("bwrap");
  });

  const once = (state: string, command: readonly string[], input = "") =>
    spawnSync(bwrap, [...container(state), "--", ...command], { encoding: "utf8", input });

  it("runs, is healthy, writes to its state alone and ends at SIGTERM", async () => {
    using folder = tempFolder();
    const state = folder.join("state");
    // Docker gives the volume the owner that the image has; a user namespace maps the tester to that owner.
    mkdirSync(state);
    const args = [...argv("ENTRYPOINT"), ...argv("CMD"), "--listen", "127.0.0.1:0", "-"];
    const child = spawn(bwrap, ["--info-fd", "3", ...container(state), "--", ...args], {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    let log = "";
    let info = "";
    child.stderr?.on("data", (bytes: Buffer) => (log += String(bytes)));
    child.stdio[3]?.on("data", (bytes: Buffer) => (info += String(bytes)));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const until = async <T>(found: () => T | undefined): Promise<T> => {
      for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
        const value = found();
        if (value !== undefined) return value;
        await sleep(50);
      }
      child.kill("SIGKILL");
      return assert.fail(log);
    };
    const url = await until(() => /"url":"([^"]+)","msg":"Watching"/.exec(log)?.[1]);
    const healthcheck = [...argv("HEALTHCHECK"), "--url"];
    assert.equal(once(state, [...healthcheck, url]).stdout, "revokewatch is healthy.\n");
    assert.equal(once(state, [...healthcheck, "http://127.0.0.1:1"]).status, 1);
    const pid = Number((JSON.parse(info) as { "child-pid": number })["child-pid"]);
    assert.match(readFileSync(`/proc/${pid}/status`, "utf8"), /^CapEff:\s+0+$/m);

    process.kill(pid, "SIGTERM");
    assert.equal(await ended, 0);
    assert.ok(readdirSync(state).includes("revokewatch.db"));
  });

  it("reads stdin, and has no other place to write to", () => {
    using folder = tempFolder();
    const state = folder.join("state");
    mkdirSync(state);
    const [node = "", ...args] = argv("ENTRYPOINT");
    const { status, stdout } = once(state, [node, ...args, "explain", "-"], burst(2, Date.now(), 1, "x"));
    assert.deepEqual([status, stdout.match(/ event /g)?.length], [0, 2]);
    const touch =
      "for place in / /app/dist /image /usr /etc; do touch $place/x 2>/dev/null && echo $place; done";
    assert.equal(once(state, ["sh", "-c", touch]).stdout, "");
  });
});
