import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { StdinSource, stdinKind } from "../../src/sources/stdin.ts";
import { streamInput } from "../../src/sources/stdin-input.ts";
import { keepsSourceLaw } from "../laws/source-law.ts";

const PROGRAM = fileURLToPath(new URL("stdin-program.ts", import.meta.url));

describe("stdin source", () => {
  keepsSourceLaw({
    kind: "stdin",
    resumes: false,
    place: () => {
      const pipe = new PassThrough();
      return {
        write: (bytes) => void pipe.write(bytes),
        end: () => void pipe.end(),
        open: (setup) => new StdinSource(setup, v.parse(stdinKind.schema, {}), () => streamInput(pipe)),
        close: () => void pipe.destroy(),
      };
    },
  });

  const text = "1\n2\nunfinished";
  const inputs: readonly [string, string, string][] = [
    ["a pipe", `printf '${text.replaceAll("\n", "\\n")}' | "$NODE" "$PROGRAM"`, text],
    ["a file", `"$NODE" "$PROGRAM" < input`, text],
    ["a closed descriptor", `"$NODE" "$PROGRAM" <&-`, ""],
    ["/dev/null", `"$NODE" "$PROGRAM" < /dev/null`, ""],
    [
      "a pipe that comes in pieces",
      `{ printf 1; sleep 0.1; printf '\\n2\\nunfin'; sleep 0.1; printf ished; } | "$NODE" "$PROGRAM"`,
      text,
    ],
  ];
  for (const [name, command, expected] of inputs) {
    it(`reads ${name} to its end and hands on the unfinished last line`, async () => {
      const directory = mkdtempSync(join(tmpdir(), "revokewatch-stdin-"));
      try {
        writeFileSync(join(directory, "input"), text);
        assert.deepEqual(await output(command, directory), { code: 0, text: expected });
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  it("hands on a hundred megabytes unchanged, in bounded memory", async () => {
    const count = `yes '{"level":30,"msg":"request completed"}' | head -c 100000000 | "$NODE" "$PROGRAM" count`;
    const { text } = await output(count, tmpdir());
    const { bytes, rss } = JSON.parse(text) as { bytes: number; rss: number };
    assert.equal(bytes, 100_000_000);
    assert.ok(rss < 200 * 2 ** 20, `${rss} bytes resident`);
  });

  it("ends after an abort while the pipe is silent", async () => {
    const child = spawn(process.execPath, [PROGRAM, "abort"], { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    for await (const bytes of child.stdout) text += String(bytes);
    child.stdin.destroy();
    assert.equal(text, "ended");
  });

  it("reads a descriptor that another process made non-blocking", async () => {
    const command = `{ sleep 0.05; printf '1\\n'; sleep 0.05; printf '2\\nunfinished'; } | { "$NODE" -e 'new (require("net").Socket)({fd:0})'; "$NODE" "$PROGRAM"; }`;
    const { code } = await output(command, tmpdir());
    assert.equal(code, 0);
  });
});

async function output(command: string, directory: string): Promise<{ code: number | null; text: string }> {
  const child = spawn("sh", ["-c", command], {
    cwd: directory,
    env: { ...process.env, NODE: process.execPath, PROGRAM },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (bytes) => (text += String(bytes)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, text };
}
