// Secrets of the configuration, and secrets that stand in a log where they must not: none of them leaves by any door,
// however much the daemon is asked to tell, and none lies in its state.

import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { start } from "../support/daemon.ts";
import { fakeSlack } from "../support/fake-slack.ts";
import { fakeSmtp } from "../support/fake-smtp.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { tinyHttp } from "../support/tiny-http.ts";

const CHANNEL = "C0123456789";

/** Of the configuration; each works. */
const OWN = {
  slackToken: "xoxb-1234567890-OWNSLACKTOKEN",
  hookPath: "T0OWN/B0OWN/OWNHOOKPATH",
  smtpPassword: "OWNSMTPPASSWORD1",
  webhookPath: "OWNWEBHOOKPATH1",
  webhookSecret: "whsec_T1dOU0lHTklOR1NFQ1JFVA==",
  webhookHeader: "OWNHEADERVALUE1",
  heartbeatPath: "OWNHEARTBEATPATH",
  adminToken: "OWNADMINTOKEN123",
};

/** As clients put them into logs. */
const LOGGED = {
  apiKey: "ast_live_0123456789abcdefLOGGEDKEY9",
  bearer: "LOGGEDBEARERabcdef123",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJMT0dHRUQifQ.LOGGEDJWTSIGNATURE",
  aws: "AKIALOGGEDAWSKEY1234",
  slack: "xoxp-99887766-LOGGEDSLACKTOKEN",
  github: "ghp_LOGGEDGITHUBTOKEN0123456789abcd",
  password: "LOGGEDPASSWORD77",
};

const FIELDS = [
  "request_id",
  "service",
  "hostname",
  "message",
  "doc_url",
  "level_name",
  "trace_id",
  "source",
];

/** An event with one of the secrets in each field that is read. */
function line(i: number, secrets: readonly string[]): string {
  const at = (n: number): string => secrets[(i + n) % secrets.length] ?? "";
  const told = Object.fromEntries(FIELDS.map((field, n) => [field, at(n)]));
  return `${JSON.stringify({
    time: Date.now(),
    level: "error",
    error: "api_key_revoked",
    ...told,
    doc_url: `https://u:${LOGGED.password}@docs.asterwise.com/x?token=${LOGGED.password}`,
    message: `${at(3)} Authorization: Bearer ${LOGGED.bearer} password=${LOGGED.password}`,
    api_key: LOGGED.apiKey,
  })}\n`;
}

describe("a secret", () => {
  it("leaves by no door at level trace, and lies in no file of the state", async (t) => {
    const folder = tempFolder();
    const slack = await fakeSlack({ token: OWN.slackToken });
    const smtp = await fakeSmtp(["robot", OWN.smtpPassword]);
    const webhook = await tinyHttp();
    const monitor = await tinyHttp();
    const files: Record<string, string> = {
      "slack-token": OWN.slackToken,
      "slack-hook": `${slack.webhookUrl}?${OWN.hookPath}`,
      "smtp-password": OWN.smtpPassword,
      "webhook-url": `${webhook.url}/${OWN.webhookPath}`,
      "webhook-secret": OWN.webhookSecret,
      "heartbeat-url": `${monitor.url}/${OWN.heartbeatPath}`,
      "admin-token": OWN.adminToken,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(folder.join(name), text, { mode: 0o600 });
    const config = folder.join("revokewatch.yaml");
    writeFileSync(
      config,
      `version: 1
rules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}, group_by: [service]}]
heartbeat: {url_file: heartbeat-url, every: 1s}
http: {admin_token_file: admin-token}
receivers:
  - {name: slack, slack: {token_file: slack-token, channel: ${CHANNEL}, api_url: "${slack.url}"}}
  - {name: hook, slack: {webhook_url_file: slack-hook}}
  - name: lead
    email: {host: 127.0.0.1, port: ${smtp.port}, tls: none, username: robot, password_file: smtp-password, from: a@x.example, to: [b@x.example]}
  - name: bridge
    webhook: {url_file: webhook-url, secret_file: webhook-secret, headers: {X-Auth: ${OWN.webhookHeader}}}
`,
    );
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const state = folder.join("state");
    const args = ["-c", config, "--state-dir", state, "--listen", "127.0.0.1:0", "--log-level", "trace"];
    const daemon = start(["run", ...args, log]);
    t.after(async () => {
      daemon.child.kill("SIGKILL");
      await Promise.all([slack.stop(), smtp.stop(), webhook.stop(), monitor.stop()]);
      folder[Symbol.dispose]();
    });
    const url = (await daemon.watching()) ?? "";
    // Once all works, and once every answer is an error that a client library might quote.
    // A word without a shape or a name beside it is nothing that anybody could know for a secret.
    const { bearer, password, ...shaped } = LOGGED;
    const secrets = [...Object.values(shaped), `Bearer ${bearer}`, `password=${password}`];
    appendFileSync(log, Array.from({ length: 70 }, (_, i) => line(i, secrets)).join(""));
    await daemon.until("all four receivers", () => {
      const told = [slack.channel(CHANNEL), slack.channel("hook"), smtp.accepted, webhook.received];
      return told.every(({ length }) => length > 0);
    });
    await daemon.until("a heartbeat", () => monitor.received.length > 0);
    slack.fault({ kind: "error", error: `invalid_auth ${OWN.slackToken}` }, { times: Infinity });
    smtp.fault({ at: "auth", answer: [535, `no ${OWN.smtpPassword}`] });
    webhook.answer({ status: 302, headers: { location: `http://evil.example/${OWN.webhookPath}` } });
    monitor.answer({ status: 500, body: OWN.heartbeatPath });
    const late = secrets.map((secret) => `late-${secret.slice(0, 4).toLowerCase()}`);
    appendFileSync(log, Array.from({ length: 70 }, (_, i) => line(i, [...late, ...secrets])).join(""));
    await daemon.until("refusals", () => (daemon.stderr().match(/was not accepted/g)?.length ?? 0) >= 4);

    const doors: Record<string, string> = {};
    for (const path of ["", "metrics", "api/v1/status", "api/v1/incidents", "api/v1/outbox", "api/v1/keys"]) {
      doors[`/${path}`] = await (await fetch(`${url}/${path}`)).text();
    }
    doors["slack"] = JSON.stringify([slack.channel(CHANNEL), slack.channel("hook")]);
    doors["mail"] = JSON.stringify(smtp.accepted);
    doors["webhook"] = JSON.stringify(webhook.received.map(({ body }) => body));
    for (const name of readdirSync(state))
      doors[`state/${name}`] = readFileSync(`${state}/${name}`, "latin1");
    const { stdout, stderr } = await daemon.stop();
    for (const name of readdirSync(state)) {
      if (name.endsWith(".lock")) continue;
      doors[`state/${name} after the end`] = readFileSync(`${state}/${name}`, "latin1");
    }
    Object.assign(doors, { stdout, stderr });
    const leaks = Object.entries(doors).flatMap(([door, text]) =>
      Object.entries({ ...OWN, ...LOGGED })
        .filter(([, secret]) => text.includes(secret))
        .map(([name]) => `${name} by ${door}`),
    );
    assert.deepEqual(leaks, []);
    assert.match(doors["slack"], /ast_live_…KEY9/, "the key is told as it may be");
  });
});
