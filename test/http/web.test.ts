// The server under a web configuration: real TLS, real passwords, real headers, on loopback.

import assert from "node:assert/strict";
import { request } from "node:https";
import type { RequestOptions } from "node:https";
import { describe, it, type TestContext } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import type { HttpServer } from "../../src/http/server.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import {
  PASSWORD,
  pem,
  placeCertificate,
  TLS_LINES,
  USER,
  USER_LINES,
  webConfigIn,
} from "../support/web-config.ts";
import { actions, listenTo, views } from "./views.ts";

const TOKEN = "s3cret-token";
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

interface Scene {
  readonly folder: TempFolder;
  readonly server: HttpServer;
}

async function scene(test: TestContext, text: string): Promise<Scene> {
  const folder = tempFolder();
  placeCertificate(folder);
  const server = await listenTo({
    host: "127.0.0.1",
    port: 0,
    web: await webConfigIn(folder, text),
    views,
    actions,
    token: () => TOKEN,
    onAnswer() {},
    onError: (error) => assert.fail(String(error)),
  });
  test.after(async () => {
    await server.close();
    folder[Symbol.dispose]();
  });
  return { folder, server };
}

/** Status and headers of an answer over TLS, or the error's code. */
function get(server: HttpServer, options: RequestOptions = {}): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const asked = { ca: pem("ca.crt"), agent: false, headers: basic(USER, PASSWORD), ...options };
  const sent = request(`${server.url}/-/healthy`, asked, (response) => {
    response.resume();
    response.on("end", () => resolve(response.statusCode ?? 0));
  });
  sent.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "error"));
  sent.end();
  return promise;
}

/** The certificate that the server shows. */
async function shown(server: HttpServer): Promise<string | undefined> {
  const socket: TLSSocket = connect({ port: server.port, host: "127.0.0.1", ca: pem("ca.crt") });
  await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return typeof subject.CN === "string" ? subject.CN : undefined;
}

describe("basic authentication", () => {
  const cases = [
    { what: "the right password", headers: basic(USER, PASSWORD), status: 200 },
    { what: "a wrong password", headers: basic(USER, "hunter2"), status: 401 },
    { what: "another user", headers: basic("mallory", PASSWORD), status: 401 },
    { what: "no password", headers: {}, status: 401 },
    { what: "nonsense", headers: { authorization: "Basic ???" }, status: 401 },
    { what: "no colon", headers: { authorization: `Basic ${btoa("x")}` }, status: 401 },
    { what: "the admin token", headers: { authorization: `Bearer ${TOKEN}` }, status: 200 },
    { what: "another token", headers: { authorization: "Bearer x" }, status: 401 },
  ];
  for (const { what, headers, status } of cases) {
    it(`answers ${what} with ${status}, on every path`, async (t) => {
      const { server } = await scene(t, USER_LINES);
      for (const path of ["/metrics", "/", "/-/healthy", "/api/v1/status"]) {
        const response = await fetch(server.url + path, { headers });
        await response.text();
        assert.equal(response.status, status, path);
        if (status === 401) assert.match(String(response.headers.get("www-authenticate")), /^Basic realm=/);
      }
    });
  }

  it("lets nobody change anything who could not before", async (t) => {
    const { server } = await scene(t, USER_LINES);
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/v1/silences`, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "application/json", ...headers },
      });
    assert.equal((await post({})).status, 401);
    assert.equal((await post({ ...basic(USER, PASSWORD), "x-forwarded-for": "10.0.0.1" })).status, 401);
    assert.equal((await post(basic(USER, PASSWORD))).status, 201);
  });
});

describe("the web configuration", () => {
  it("sets headers in place of ours", async (t) => {
    const { server } = await scene(
      t,
      "http_server_config: {headers: {X-Frame-Options: sameorigin, Strict-Transport-Security: max-age=60}}",
    );
    const { headers } = await fetch(`${server.url}/-/healthy`);
    assert.equal(headers.get("x-frame-options"), "sameorigin");
    assert.equal(headers.get("strict-transport-security"), "max-age=60");
    assert.equal(headers.get("x-content-type-options"), "nosniff", "others stay");
  });

  it("adds a content security policy to ours, so that it can forbid more and allow nothing", async (t) => {
    const theirs = "default-src *; script-src * 'unsafe-inline'";
    const { server } = await scene(
      t,
      `http_server_config: {headers: {Content-Security-Policy: "${theirs}"}}`,
    );
    const { headers } = await fetch(`${server.url}/`);
    const [ours = "", ...more] = (headers.get("content-security-policy") ?? "").split(", ");
    assert.match(ours, /^default-src 'none'; script-src 'self';/);
    assert.deepEqual(more, [theirs]);
  });

  it("limits the rate", async (t) => {
    const { server } = await scene(t, "rate_limit: {interval: 1h, burst: 3}");
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push((await fetch(`${server.url}/-/healthy`)).status);
    assert.deepEqual(codes, [200, 200, 200, 429, 429]);
  });
});

describe("TLS", () => {
  it("is spoken, and plain HTTP is not", async (t) => {
    const { server } = await scene(t, TLS_LINES + USER_LINES);
    assert.match(server.url, /^https:/);
    assert.equal(await get(server), 200);
    assert.equal(await get(server, { headers: {} }), 401);
    assert.match(String(await get(server, { ca: pem("stranger.crt") })), /CERT|UNABLE/);
    await assert.rejects(fetch(server.url.replace("https:", "http:")));
  });

  it("takes on a renewed certificate while it listens, and open connections go on", async (t) => {
    const { folder, server } = await scene(t, TLS_LINES);
    assert.equal(await shown(server), "server");
    const open = connect({ port: server.port, host: "127.0.0.1", ca: pem("ca.crt") });
    let answers = "";
    open.setEncoding("utf8").on("data", (text: string) => (answers += text));
    const ask = (): boolean => open.write("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const answered = async (count: number): Promise<void> => {
      while ((answers.match(/is healthy/g) ?? []).length < count)
        await new Promise((done) => open.once("data", done));
    };
    ask();
    await answered(1);
    placeCertificate(folder, "renewed");
    assert.equal(server.configure(await webConfigIn(folder, TLS_LINES)), true);
    assert.equal(await shown(server), "renewed");
    ask();
    await answered(2);
    open.destroy();
  });

  it("cannot be switched off, or ask for other certificates, without a restart", async (t) => {
    const { folder, server } = await scene(t, TLS_LINES);
    assert.equal(server.configure(await webConfigIn(folder, USER_LINES)), false);
    assert.equal(server.configure(null), false);
    const asking = `${TLS_LINES}  client_auth_type: RequireAnyClientCert\n`;
    assert.equal(server.configure(await webConfigIn(folder, asking)), false);
    assert.equal(await get(server), 200, "everything is as before");
  });

  it("speaks TLS 1.3 also where only suites of 1.2 are named, and the suites that are named", async (t) => {
    const { server } = await scene(
      t,
      `${TLS_LINES}  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n`,
    );
    assert.equal(await get(server, { minVersion: "TLSv1.3" }), 200);
    assert.equal(await get(server, { maxVersion: "TLSv1.2" }), 200);
    const other = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" } as const;
    assert.match(String(await get(server, other)), /^(?:ERR_SSL|ECONNRESET|EPROTO)/);
  });

  it("refuses TLS 1.2 where 1.3 is the least", async (t) => {
    const { server } = await scene(t, `${TLS_LINES}  min_version: TLS13\n`);
    assert.match(String(await get(server, { maxVersion: "TLSv1.2" })), /^(?:ERR_SSL|ECONNRESET|EPROTO)/);
    assert.equal(await get(server), 200);
  });
});

const CLIENT = { cert: pem("client.crt"), key: pem("client.key") };
const OTHER = { cert: pem("other.crt"), key: pem("other.key") };
const STRANGER = { cert: pem("stranger.crt"), key: pem("stranger.key") };

describe("certificates of clients", () => {
  const ca = "  client_ca_file: ca.crt\n";
  const cases: readonly {
    policy: string;
    more?: string;
    nobody: boolean;
    stranger: boolean;
    client: boolean;
    other: boolean;
  }[] = [
    { policy: "RequestClientCert", nobody: true, stranger: true, client: true, other: true },
    { policy: "RequireAnyClientCert", nobody: false, stranger: true, client: true, other: true },
    { policy: "VerifyClientCertIfGiven", more: ca, nobody: true, stranger: false, client: true, other: true },
    {
      policy: "RequireAndVerifyClientCert",
      more: ca,
      nobody: false,
      stranger: false,
      client: true,
      other: true,
    },
    {
      policy: "RequireAndVerifyClientCert",
      more: `${ca}  client_allowed_sans: ["spiffe://example/prometheus"]\n`,
      nobody: false,
      stranger: false,
      client: true,
      other: false,
    },
  ];
  for (const { policy, more = "", ...expected } of cases) {
    it(`are held to ${policy}${more.includes("sans") ? " and names" : ""}`, async (t) => {
      const { server } = await scene(t, `${TLS_LINES}  client_auth_type: ${policy}\n${more}`);
      const may = async (shows: RequestOptions): Promise<boolean> => (await get(server, shows)) === 200;
      assert.deepEqual(
        {
          nobody: await may({}),
          stranger: await may(STRANGER),
          client: await may(CLIENT),
          other: await may(OTHER),
        },
        expected,
      );
    });
  }
});

describe("a server between two configurations", () => {
  it("answers 503 before the first, and afterwards shows the old one but changes nothing", async (t) => {
    const { server } = await scene(t, "");
    const post = () =>
      fetch(`${server.url}/api/v1/silences`, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "application/json" },
      });
    assert.equal((await post()).status, 201);
    server.rest();
    assert.equal((await post()).status, 503);
    assert.equal((await fetch(`${server.url}/metrics`)).status, 200);
    server.show({ views, actions, token: () => null });
    assert.equal((await post()).status, 201);
  });
});
