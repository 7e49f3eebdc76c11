// The web configuration of the real process: TLS and a password for whoever asks, also for its own command line, and a
// reload that nobody who scrapes notices.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { describe, it, type TestContext } from "node:test";
import { type Daemon, type Finished, start } from "../support/daemon.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { PASSWORD, pem, placeCertificate, TLS_LINES, USER, USER_LINES } from "../support/web-config.ts";

interface Scene {
  readonly folder: TempFolder;
  readonly config: string;
  readonly daemon: Daemon;
  readonly url: string;
  readonly authFile: string;
}

const LISTEN = "127.0.0.1:0";

async function scene(test: TestContext, certificate = "server"): Promise<Scene> {
  const folder = tempFolder();
  test.after(() => folder[Symbol.dispose]());
  placeCertificate(folder, certificate);
  writeFileSync(folder.join("web.yml"), TLS_LINES + USER_LINES);
  writeFileSync(folder.join("api.log"), "");
  const authFile = folder.join("login");
  writeFileSync(authFile, `${USER}:${PASSWORD}\n`);
  const config = folder.join("revokewatch.yaml");
  const lines = (port: string): string =>
    `version: 1\nsources: [{name: api, file: {paths: ["${folder.join("api.log")}"]}}]\n` +
    `http: {listen: "127.0.0.1:${port}", web_config_file: web.yml}\n`;
  writeFileSync(config, lines("0"));
  const daemon = start(["run", "-c", config, "--state-dir", folder.join("state"), "--listen", LISTEN]);
  test.after(() => daemon.child.kill("SIGKILL"));
  const url = String(await daemon.watching());
  writeFileSync(config, lines(new URL(url).port));
  return { folder, config, daemon, url, authFile };
}

const revokewatch = (...args: readonly string[]): Promise<Finished> => start(args).finished();

/** Asks again and again over kept connections, until told to stop; every status that was answered. */
function hammer(url: string): { stop(): Promise<Set<number | string>> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: pem("ca.crt") });
  const seen = new Set<number | string>();
  const headers = { authorization: `Basic ${btoa(`${USER}:${PASSWORD}`)}` };
  const over = new AbortController();
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const asked = request(`${url}/metrics`, { agent, headers }, (response) => {
        seen.add(response.statusCode ?? 0);
        response.resume().on("end", resolve);
      });
      asked.on("error", ({ code }: NodeJS.ErrnoException) => {
        seen.add(code ?? "error");
        resolve();
      });
      asked.end();
    });
  const loop = async (): Promise<void> => {
    while (!over.signal.aborted) await one();
  };
  const loops = [loop(), loop(), loop(), loop()];
  return {
    async stop() {
      over.abort();
      await Promise.all(loops);
      agent.destroy();
      return seen;
    },
  };
}

describe("a daemon with a web configuration", () => {
  it("is asked by its own command line, with an authority and a login or by its own configuration", async (t) => {
    const { config, url, authFile, folder } = await scene(t);
    assert.match(url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const trusted = ["--url", url, "--ca-file", folder.join("ca.crt")];
    const good = await revokewatch("healthcheck", ...trusted, "--auth-file", authFile);
    assert.deepEqual([good.code, good.stdout], [0, "revokewatch is healthy.\n"], good.stderr);
    const nobody = await revokewatch("status", ...trusted);
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /asks for a user and a password \(--auth-file\)/);
    const distrusted = await revokewatch("status", "--url", url, "--auth-file", authFile);
    assert.equal(distrusted.code, 1);
    assert.match(distrusted.stderr, /the certificate of https:\/\/127\S+ is not trusted: \w+ \(--ca-file\)/);
    const byConfig = await revokewatch("status", "-c", config, "--auth-file", authFile, "-o", "json");
    assert.equal(byConfig.code, 0, byConfig.stderr);
    assert.equal((JSON.parse(byConfig.stdout) as { sources: unknown[] }).sources.length, 1);
    const silence = ["silence", "add", "--for", "1h", "--match", "service=x", "--comment", "C", "--by", "a"];
    const added = await revokewatch(...silence, "-c", config, "--auth-file", authFile);
    assert.equal(added.code, 0, added.stderr);
    const missing = await revokewatch("keys", "-c", config, "--auth-file", "/nonexistent");
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /--auth-file: cannot read \/nonexistent: ENOENT/);
  });

  it("is known by the very certificate that its configuration names, whatever name that has", async (t) => {
    const { config, authFile, folder } = await scene(t, "elsewhere");
    const own = await revokewatch("healthcheck", "-c", config, "--auth-file", authFile);
    assert.equal(own.code, 0, own.stderr);
    placeCertificate(folder, "renewed");
    const other = await revokewatch("healthcheck", "-c", config, "--auth-file", authFile);
    assert.equal(other.code, 1, "another certificate is another server");
  });

  it("is reloaded without a request being lost", async (t) => {
    const { daemon, url, folder } = await scene(t);
    const scraping = hammer(url);
    for (let round = 2; round <= 4; round++) {
      placeCertificate(folder, round % 2 === 0 ? "renewed" : "server");
      daemon.child.kill("SIGHUP");
      await daemon.until(
        `start ${round}`,
        () => daemon.stderr().split('"msg":"Watching"').length - 1 === round,
      );
    }
    assert.deepEqual(await scraping.stop(), new Set([200]));
    const urls = [...daemon.stderr().matchAll(/"url":"([^"]+)"/g)].map(([, one]) => one);
    assert.deepEqual(new Set(urls), new Set([url]), "also where the port was picked by chance");
    assert.equal((await daemon.stop()).code, 0);
  });

  it("is not reloaded, nor started, with one that is wrong", async (t) => {
    const { daemon, folder, config } = await scene(t);
    writeFileSync(folder.join("web.yml"), `${TLS_LINES}basic_auth_users: {alice: hunter2}\n`);
    daemon.child.kill("SIGHUP");
    await daemon.until("the refusal", () => /web\.yml:4:27: error: .*bcrypt/.test(daemon.stderr()));
    assert.ok(!daemon.stderr().includes("hunter2"));
    writeFileSync(folder.join("web.yml"), USER_LINES);
    daemon.child.kill("SIGHUP");
    await daemon.until("the refusal", () => /TLS switched on or off.* needs a restart/.test(daemon.stderr()));
    assert.equal((await daemon.stop()).code, 0);
    writeFileSync(folder.join("web.yml"), "nonsense: 1\n");
    const check = await revokewatch("check", "--offline", config);
    assert.equal(check.code, 78);
    assert.match(check.stdout, /web\.yml:1:1: error: at nonsense: unknown key/);
    assert.equal((await revokewatch("run", "-c", config)).code, 78);
  });
});
