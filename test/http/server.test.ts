// A real server on loopback, asked by a bare socket: what a client may do, and what it gets.

import assert from "node:assert/strict";
import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { ListenError } from "../../src/http/listen-error.ts";
import type { HttpServer, Patience } from "../../src/http/server.ts";
import { listen } from "../../src/http/server.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { actions, admin, health, listenTo, views } from "./views.ts";

let server: HttpServer;
const answered: [string, number][] = [];
const errors: unknown[] = [];

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  path: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const asked = request({ host: server.host, port: server.port, path, method, headers }, (response) => {
    const parts: Buffer[] = [];
    response.on("data", (part: Buffer) => parts.push(part));
    response.on("end", () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(parts).toString(),
      }),
    );
  });
  asked.on("error", reject);
  asked.end(body);
  return promise;
}

/** Everything the server says to some raw bytes until it closes the connection. */
function raw(bytes: string, port = server.port): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, "127.0.0.1");
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  socket.on("close", () => resolve(Buffer.concat(parts).toString()));
  socket.on("error", reject);
  socket.write(bytes);
  return promise;
}

describe("http server", () => {
  before(async () => {
    server = await listenTo({
      host: "127.0.0.1",
      port: 0,
      views,
      actions,
      token: () => admin.token,
      onAnswer: (handler, code) => answered.push([handler, code]),
      onError: (error) => errors.push(error),
    });
  });
  after(() => server.close());

  it("picks a port and tells its address when it is given port 0", () => {
    assert.notEqual(server.port, 0);
    assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  });

  const healthy = ["/-/healthy", "/healthz", "/livez"];
  const ready = ["/-/ready", "/readyz"];
  for (const path of [...healthy, ...ready]) {
    it(`answers 200 to GET and HEAD of ${path}`, async () => {
      assert.equal((await ask(path)).status, 200);
      const head = await ask(path, { method: "HEAD" });
      assert.deepEqual([head.status, head.body], [200, ""]);
    });
  }

  it("answers 503 with the reason while it is alive and not ready", async (t) => {
    t.after(() => Object.assign(health, { ready: true, reason: null }));
    Object.assign(health, { ready: false, reason: "reading the backlog" });
    const got = await ask("/readyz");
    assert.deepEqual([got.status, got.body], [503, "revokewatch is not ready: reading the backlog.\n"]);
    assert.equal((await ask("/livez")).status, 200);
  });

  it("hands the Accept header to the metrics and their type to the client", async () => {
    const got = await ask("/metrics", { headers: { accept: "application/openmetrics-text" } });
    assert.equal(got.headers["content-type"], "x/application/openmetrics-text");
    assert.equal(got.headers.vary, "Accept");
    assert.equal(got.body, "metrics\n");
  });

  it("prints the status and the incidents as JSON", async () => {
    assert.deepEqual(JSON.parse((await ask("/api/v1/status")).body), views.status());
    const got = await ask("/api/v1/incidents");
    assert.equal(got.headers["content-type"], "application/json; charset=utf-8");
    assert.deepEqual(JSON.parse(got.body), views.incidents());
  });

  const states: [string, number, readonly string[]][] = [
    ["?state=firing", 200, ["01A"]],
    ["?state=resolved", 200, ["01B"]],
    ["?state=firing,resolved", 200, ["01A", "01B"]],
    ["?state=firing&state=resolved", 200, ["01A", "01B"]],
    ["?state=", 200, ["01A", "01B"]],
    ["?state=acked", 200, []],
    ["?state=burning", 400, []],
  ];
  for (const [query, status, ids] of states) {
    it(`lists ${ids.join(" and ") || "nothing"} for ${query}`, async () => {
      const got = await ask(`/api/v1/incidents${query}`);
      assert.equal(got.status, status);
      const body = JSON.parse(got.body);
      if (status === 200) {
        assert.deepEqual(
          body.map((incident: { id: string }) => incident.id),
          ids,
        );
      } else assert.match(body.error, /pending, firing, acked, resolving, resolved/);
    });
  }

  it("finds one incident by its id, and answers 404 for another", async () => {
    assert.equal(JSON.parse((await ask("/api/v1/incidents/01A")).body).id, "01A");
    const none = await ask("/api/v1/incidents/zz");
    assert.deepEqual([none.status, JSON.parse(none.body).error], [404, "No incident has this id."]);
  });

  const nowhere = [
    "/nope",
    "/metrics/",
    "//",
    "/api/v1",
    "/api/v1/incidents/",
    "/api/v1/incidents/a/b",
    "/api/v1/incidents/%zz",
  ];
  for (const path of nowhere) {
    it(`answers 404 to ${path}`, async () => assert.equal((await ask(path)).status, 404));
  }

  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    it(`answers 405 with Allow to ${method}`, async () => {
      const got = await ask("/metrics", { method });
      assert.deepEqual([got.status, got.headers.allow], [405, "GET, HEAD"]);
    });
  }

  it("answers 413 to a body that says it is over 64 KiB", async () => {
    const got = await ask("/metrics", { method: "POST", body: "x".repeat(64 * 1024 + 1) });
    assert.equal(got.status, 413);
  });

  it("answers 431 to headers over its limit", async () => {
    assert.equal((await ask("/metrics", { headers: { cookie: "c".repeat(9_000) } })).status, 431);
  });

  const hosts: [string, number][] = [
    ["127.0.0.1:10401", 200],
    ["localhost", 200],
    ["LOCALHOST:9", 200],
    ["[::1]:10401", 200],
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost.evil.example:10401", 403],
    ["10.0.0.1", 403],
  ];
  for (const [host, status] of hosts) {
    it(`answers ${status} to the Host header "${host}"`, async () => {
      assert.equal((await ask("/metrics", { headers: { host } })).status, status);
    });
  }

  it("lets no page of another origin read an answer", async () => {
    const { headers } = await ask("/metrics", { headers: { origin: "https://evil.example" } });
    const cors = Object.keys(headers).filter((name) => name.startsWith("access-control"));
    assert.deepEqual(cors, []);
    assert.equal(headers["x-content-type-options"], "nosniff");
  });

  it("gives a client a 500 without the words of the error, and goes on", async (t) => {
    t.mock.method(views, "status", () => {
      throw new Error("secret words");
    });
    const got = await ask("/api/v1/status");
    assert.deepEqual([got.status, got.body.includes("secret")], [500, false]);
    assert.match(String(errors.at(-1)), /secret words/);
    assert.deepEqual(answered.at(-1), ["/api/v1/status", 500]);
    assert.equal((await ask("/metrics")).status, 200);
  });

  it("states each answer under the route's name, whatever the alias or id", async () => {
    answered.length = 0;
    for (const path of ["/livez", "/readyz", "/api/v1/incidents/01A", "/nope"]) await ask(path);
    assert.deepEqual(answered, [
      ["/-/healthy", 200],
      ["/-/ready", 200],
      ["/api/v1/incidents/:id", 200],
      ["other", 404],
    ]);
  });

  it("closes the connection after a request that is no HTTP", async () => {
    assert.match(await raw("hello there\r\n\r\n"), /^HTTP\/1\.1 400 /);
  });

  it("answers HTTP/1.0 without a Host header", async () => {
    assert.match(await raw("GET /-/healthy HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 /);
  });

  // Only the time-out that is meant is short.
  const patient = { headersMs: PATIENCE_MS, requestMs: PATIENCE_MS, keptMs: PATIENCE_MS, checkMs: 20 };
  const parked: [string, string, Partial<Patience>, RegExp][] = [
    ["sends nothing", "", { headersMs: 50 }, /^HTTP\/1\.1 408 /],
    ["stops in its headers", "GET / HTTP/1.1\r\nHost: local", { headersMs: 50 }, /^HTTP\/1\.1 408 /],
    [
      "stops after an answer",
      "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n",
      { keptMs: 50 },
      /^HTTP\/1\.1 200 /,
    ],
  ];
  for (const [act, bytes, short, heard] of parked) {
    it(`ends the connection of a client that ${act}`, { timeout: PATIENCE_MS }, async (t) => {
      const patience = { ...patient, ...short };
      const setup = {
        host: "127.0.0.1",
        port: 0,
        views,
        actions,
        token: () => null,
        onAnswer() {},
        onError() {},
      };
      const impatient = await listenTo(setup, patience);
      t.after(() => impatient.close());
      assert.match(await raw(bytes, impatient.port), heard);
    });
  }

  it("says which address is in use and what to do", async () => {
    const setup = {
      host: "127.0.0.1",
      port: server.port,
      web: null,
      onAnswer() {},
      onError() {},
    };
    await assert.rejects(listen(setup), (error) => {
      assert.ok(error instanceof ListenError);
      assert.equal(error.code, "EADDRINUSE");
      assert.match(
        error.message,
        new RegExp(
          `^Cannot listen on 127\\.0\\.0\\.1:${server.port}: the port is in use.*--listen.*--no-http`,
        ),
      );
      return true;
    });
  });

  for (const host of ["", "0.0.0.0"]) {
    it(`listens on every address for "${host}", and names one that can be opened`, async () => {
      const other = await listenTo({
        host,
        port: 0,
        views,
        actions,
        token: () => null,
        onAnswer() {},
        onError() {},
      });
      assert.equal(other.url, `http://localhost:${other.port}`);
      const closed = Promise.withResolvers<number>();
      const asked = request({ host: "127.0.0.1", port: other.port, headers: { host: "pod.cluster.local" } });
      asked.on("response", (response) => closed.resolve(response.resume().statusCode ?? 0));
      asked.end();
      assert.equal(await closed.promise, 200);
      await other.close();
    });
  }

  it("closes while a client keeps its connection open", async () => {
    const other = await listenTo({
      host: "127.0.0.1",
      port: 0,
      views,
      actions,
      token: () => null,
      onAnswer() {},
      onError() {},
    });
    const socket = connect(other.port, other.host);
    const closed = Promise.withResolvers<void>();
    socket.on("error", () => undefined);
    socket.on("close", () => closed.resolve());
    socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    await other.close();
    await closed.promise;
  });
});
