// Requests that change something: who may, in which form, and how the rest is refused.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, beforeEach, describe, it } from "node:test";
import type { HttpServer } from "../../src/http/server.ts";
import { actions, admin, asked, listenTo, views } from "./views.ts";

let server: HttpServer;
let open: HttpServer;

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly chunked?: boolean;
  readonly to?: () => HttpServer;
}

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function send(path: string, sent: Sent = {}): Promise<Got> {
  const { method = "POST", headers = {}, body = "{}", chunked = false, to = () => server } = sent;
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const all = { "content-type": "application/json", ...headers };
  const req = request({ host: "127.0.0.1", port: to().port, path, method, headers: all }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => (text += part));
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
    );
  });
  req.on("error", reject);
  if (chunked) req.setHeader("transfer-encoding", "chunked");
  req.end(method === "POST" || method === "PUT" ? body : undefined);
  return promise;
}

const SILENCES = "/api/v1/silences";
/** As a request comes through a proxy: its peer is this machine and it is not from it. */
const FROM_OUTSIDE = { "x-forwarded-for": "203.0.113.9" };

describe("a change over HTTP", () => {
  before(async () => {
    const setup = { port: 0, views, actions, token: () => admin.token, onAnswer() {}, onError() {} };
    server = await listenTo({ ...setup, host: "127.0.0.1" });
    open = await listenTo({ ...setup, host: "0.0.0.0" });
  });
  after(async () => {
    await server.close();
    await open.close();
  });
  beforeEach(() => {
    asked.length = 0;
    admin.token = null;
  });

  it("acknowledges an incident for this machine", async () => {
    const { status, body } = await send("/api/v1/incidents/7F3K/ack", { body: '{"by": "alice"}' });
    assert.equal(status, 200);
    assert.equal((JSON.parse(body) as { short_id: string }).short_id, "7F3K");
    assert.deepEqual(asked, [["acknowledge", "7F3K", '{"by": "alice"}']]);
  });

  it("adds a silence, with the key that makes it one", async () => {
    const { status } = await send(SILENCES, { headers: { "idempotency-key": "k1" }, body: '{"a": 1}' });
    assert.equal(status, 201);
    assert.deepEqual(asked, [["addSilence", '{"a": 1}', "k1"]]);
  });

  it("expires a silence, whose id may be encoded", async () => {
    assert.equal((await send(`${SILENCES}/config%3Aweekly`, { method: "DELETE" })).status, 200);
    assert.deepEqual(asked, [["expireSilence", "config:weekly"]]);
  });

  it("shows one silence and all of them", async () => {
    const all = JSON.parse((await send(SILENCES, { method: "GET" })).body) as unknown[];
    assert.equal(all.length, 1);
    assert.equal((await send(`${SILENCES}/weekly`, { method: "GET" })).status, 200);
    assert.equal((await send(`${SILENCES}/nothing`, { method: "GET" })).status, 404);
  });

  it("offers messages of the outbox again and drops them, one or all of a receiver", async () => {
    const one = "/api/v1/outbox/01A.1.slack";
    for (const [path, sent] of [
      [`${one}/retry`, {}],
      ["/api/v1/outbox/retry", { body: '{"receiver": "slack"}' }],
      [one, { method: "DELETE" }],
      ["/api/v1/outbox?receiver=slack", { method: "DELETE" }],
      ["/api/v1/outbox", { method: "DELETE" }],
    ] as const) {
      assert.equal((await send(path, sent)).status, 200, path);
    }
    assert.deepEqual(asked, [
      ["retryMessage", "01A.1.slack"],
      ["retryMessages", '{"receiver": "slack"}'],
      ["dropMessage", "01A.1.slack"],
      ["dropMessages", "slack"],
      ["dropMessages", null],
    ]);
  });

  it("shows the outbox, by receiver and state, and one message of it", async () => {
    const shown = async (query: string): Promise<string[]> => {
      const { body } = await send(`/api/v1/outbox${query}`, { method: "GET" });
      return (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
    };
    assert.deepEqual(await shown(""), ["01A.1.slack", "01B.1.lead"]);
    assert.deepEqual(await shown("?state=dead"), ["01A.1.slack"]);
    assert.deepEqual(await shown("?receiver=lead&state=dead"), []);
    assert.equal((await send("/api/v1/outbox/01B.1.lead", { method: "GET" })).status, 200);
    assert.equal((await send("/api/v1/outbox/01C.1.lead", { method: "GET" })).status, 404);
  });

  interface Refusal {
    readonly name: string;
    readonly path?: string;
    readonly sent: Sent;
    readonly token?: string;
    readonly status: number;
  }
  const refusals: readonly Refusal[] = [
    { name: "from outside when there is no token", sent: { headers: FROM_OUTSIDE }, status: 403 },
    { name: "from outside without the token", sent: { headers: FROM_OUTSIDE }, token: "s3cret", status: 401 },
    {
      name: "from outside with another token",
      sent: { headers: { ...FROM_OUTSIDE, authorization: "Bearer s3cre" } },
      token: "s3cret",
      status: 401,
    },
    {
      name: "from outside with the token as a password",
      sent: { headers: { ...FROM_OUTSIDE, authorization: "Basic s3cret" } },
      token: "s3cret",
      status: 401,
    },
    {
      name: "with an empty token file",
      sent: { headers: { ...FROM_OUTSIDE, authorization: "Bearer " } },
      token: "",
      status: 403,
    },
    {
      name: "by a page that has pointed its own name at this machine",
      sent: { headers: { host: "evil.example" }, to: () => open },
      status: 403,
    },
    {
      name: "to a listener of this machine under a foreign name",
      sent: { headers: { host: "evil.example" } },
      status: 403,
    },
    {
      name: "as a form",
      sent: { headers: { "content-type": "application/x-www-form-urlencoded" } },
      status: 415,
    },
    { name: "as plain text", sent: { headers: { "content-type": "text/plain" } }, status: 415 },
    { name: "over 64 KiB", sent: { body: "x".repeat(64 * 1024 + 1) }, status: 413 },
    {
      name: "over 64 KiB without saying so",
      sent: { body: "x".repeat(64 * 1024 + 1), chunked: true },
      status: 413,
    },
    { name: "by PUT", sent: { method: "PUT" }, status: 405 },
    { name: "by DELETE of all", sent: { method: "DELETE" }, status: 405 },
    {
      name: "by GET of an acknowledgement",
      path: "/api/v1/incidents/7F3K/ack",
      sent: { method: "GET" },
      status: 405,
    },
    { name: "by POST to an incident", path: "/api/v1/incidents/7F3K", sent: {}, status: 405 },
    {
      name: "from outside to drop a message",
      path: "/api/v1/outbox/01A.1.slack",
      sent: { method: "DELETE", headers: FROM_OUTSIDE },
      status: 403,
    },
    {
      name: "from outside to offer messages again",
      path: "/api/v1/outbox/retry",
      sent: { headers: FROM_OUTSIDE },
      token: "s3cret",
      status: 401,
    },
    { name: "under a path that is not there", path: "/api/v1/incidents/a/b/ack", sent: {}, status: 404 },
  ];
  for (const { name, path = SILENCES, sent, token, status } of refusals) {
    it(`is refused with ${status} ${name}`, async () => {
      admin.token = token ?? null;
      const got = await send(path, sent);
      assert.equal(got.status, status, got.body);
      assert.deepEqual(asked, []);
      assert.equal(got.headers["access-control-allow-origin"], undefined);
      assert.doesNotMatch(got.body, /s3cret/);
    });
  }

  it("is taken from outside with the token", async () => {
    admin.token = "s3cret";
    const headers = { ...FROM_OUTSIDE, authorization: "Bearer s3cret" };
    assert.equal((await send(SILENCES, { headers })).status, 201);
    assert.equal(
      (await send(SILENCES, { headers: { ...headers, host: "pod.cluster.local" }, to: () => open })).status,
      201,
    );
  });

  it("names the methods that there are", async () => {
    const got = await send(SILENCES, { method: "PATCH" });
    assert.equal(got.headers["allow"], "GET, HEAD, POST");
  });
});
