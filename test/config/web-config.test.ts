// Exporter-toolkit's web configuration: what is taken, and what is refused with its line.

import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { formatFinding } from "../../src/config/finding.ts";
import { loadWebConfig } from "../../src/config/web-config.ts";
import { tempFolder } from "../support/temp-folder.ts";
import {
  HASH,
  pem,
  placeCertificate,
  TLS_LINES,
  USER,
  USER_LINES,
  webConfigIn,
} from "../support/web-config.ts";

const indented = (text: string): string => text.trim().replaceAll("\n", "\n    ");

describe("a web configuration", () => {
  it("may be empty", async () => {
    using folder = tempFolder();
    assert.deepEqual(await webConfigIn(folder, ""), {
      tls: null,
      users: new Map(),
      headers: {},
      rateLimit: null,
      files: [folder.join("web.yml")],
    });
  });

  it("names files beside itself, and is read with their content", async () => {
    using folder = tempFolder();
    placeCertificate(folder);
    const web = await webConfigIn(
      folder,
      `${TLS_LINES}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n  min_version: TLS13\n` +
        `  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n  curve_preferences: [CurveP256, X25519]\n` +
        `  client_allowed_sans: [prometheus.example]\n${USER_LINES}` +
        `http_server_config:\n  http2: false\n  headers:\n    Strict-Transport-Security: max-age=60\n    X-Frame-Options: ""\n` +
        `rate_limit: {interval: 1s, burst: 20}\n`,
    );
    const { tls } = web;
    assert.equal(tls?.cert, pem("server.crt"));
    assert.equal(tls.key.open(), pem("server.key"));
    assert.equal(tls.clientCa, pem("ca.crt"));
    assert.equal(tls.clientAuth, "RequireAndVerifyClientCert");
    assert.deepEqual(tls.allowedSans, ["prometheus.example"]);
    assert.deepEqual([tls.minVersion, tls.maxVersion], ["TLSv1.3", "TLSv1.3"]);
    assert.match(String(tls.ciphers), /^TLS_AES_128_GCM_SHA256:.*:ECDHE-RSA-AES128-GCM-SHA256$/);
    assert.equal(tls.ecdhCurve, "P-256:X25519");
    assert.deepEqual(web.headers, { "strict-transport-security": "max-age=60" });
    assert.deepEqual(web.rateLimit, { intervalMs: 1000, burst: 20 });
    assert.deepEqual(
      web.files,
      ["web.yml", "server.crt", "server.key", "ca.crt"].map((name) => folder.join(name)),
    );
    assert.ok(!JSON.stringify(web).includes("PRIVATE KEY"), "the key stays shut");
  });

  it("may hold the certificate itself", async () => {
    using folder = tempFolder();
    const web = await webConfigIn(
      folder,
      `tls_server_config:\n  cert: |\n    ${indented(pem("server.crt"))}\n  key: |\n    ${indented(pem("server.key"))}\n`,
    );
    assert.equal(web.tls?.cert.trim(), pem("server.crt").trim());
    assert.deepEqual(web.files, [folder.join("web.yml")]);
  });

  it("knows no variables: a $ is a $", async () => {
    using folder = tempFolder();
    const text = 'http_server_config: {headers: {Content-Security-Policy: "a ${HOME} $$ b"}}';
    assert.equal((await webConfigIn(folder, text)).headers["content-security-policy"], "a ${HOME} $$ b");
  });

  it("warns of a key that others can read, and never of a certificate", async () => {
    using folder = tempFolder();
    placeCertificate(folder);
    chmodSync(folder.join("server.key"), 0o644);
    writeFileSync(folder.join("web.yml"), TLS_LINES);
    const { web, findings } = await loadWebConfig(folder.join("web.yml"), {});
    assert.ok(web !== null);
    assert.deepEqual(
      findings.map(({ severity, path, line }) => [severity, path, line]),
      [["warning", "tls_server_config.key_file", 3]],
    );
  });
});

const cases: readonly (readonly [what: string, text: string, expected: RegExp])[] = [
  [
    "a key that is none",
    "tls_server_confg: {}",
    /:1:1: error: at tls_server_confg: unknown key .*did you mean "tls_server_config"/,
  ],
  [
    "no certificate",
    "tls_server_config:\n  key_file: server.key",
    /:1:1: .*expected one of cert and cert_file, found none/,
  ],
  [
    "no key",
    "tls_server_config:\n  cert_file: server.crt",
    /:1:1: .*expected one of key and key_file, found none/,
  ],
  [
    "a file that is not there",
    "tls_server_config:\n  cert_file: no.crt\n  key_file: server.key",
    /:2:14: .*cert_file: the file cannot be read: it does not exist/,
  ],
  [
    "a certificate that is none",
    "tls_server_config:\n  cert_file: web.yml\n  key_file: server.key",
    /:2:14: .*expected a certificate in PEM form/,
  ],
  [
    "a key that is none",
    "tls_server_config:\n  cert_file: server.crt\n  key_file: server.crt",
    /:3:13: .*expected a private key in PEM form/,
  ],
  [
    "a key of another certificate",
    "tls_server_config:\n  cert_file: ca.crt\n  key_file: server.key",
    /:3:13: .*expected the key of the certificate/,
  ],
  [
    "file and text at once",
    "tls_server_config:\n  cert_file: server.crt\n  cert: x\n  key_file: server.key",
    /expected only one of cert and cert_file/,
  ],
  ["an old version of TLS", `${TLS_LINES}  min_version: TLS10`, /:4:16: .*expected TLS12 or TLS13/],
  [
    "a cipher suite that is none",
    `${TLS_LINES}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]`,
    /cipher_suites\[0\]: expected/,
  ],
  [
    "a policy that is none",
    `${TLS_LINES}  client_auth_type: RequireAndVerifyClientCrt`,
    /did you mean "RequireAndVerifyClientCert"/,
  ],
  ["a CA without a policy", `${TLS_LINES}  client_ca_file: ca.crt`, /:4:19: .*expected a client_auth_type/],
  [
    "a policy without a CA",
    `${TLS_LINES}  client_auth_type: RequireAndVerifyClientCert`,
    /:4:21: .*expected client_ca or client_ca_file/,
  ],
  [
    "names without a policy",
    `${TLS_LINES}  client_allowed_sans: [a]`,
    /client_allowed_sans: expected client_auth_type/,
  ],
  [
    "a password in the clear",
    "basic_auth_users:\n  alice: hunter2",
    /:2:10: .*expected the bcrypt hash of a password.*found something else$/m,
  ],
  [
    "a hash that takes minutes",
    `basic_auth_users:\n  alice: ${HASH.replace("$04$", "$19$")}`,
    /expected a hash of cost 4 to 14/,
  ],
  ["a header of its own", "http_server_config:\n  headers: {X-Powered-By: x}", /unknown key "X-Powered-By"/],
  ["a header's value", "http_server_config:\n  headers: {X-Frame-Options: allow}", /expected .*deny/],
  ["a rate without a unit", "rate_limit: {interval: 5, burst: 1}", /expected a duration with its unit/],
  ["two documents", "a: 1\n---\nb: 2", /expected one document/],
];

describe("a web configuration with", () => {
  for (const [what, text, expected] of cases) {
    it(`${what} is refused at its place`, async () => {
      using folder = tempFolder();
      placeCertificate(folder);
      const path = folder.join("web.yml");
      writeFileSync(path, `${text}\n`);
      const { web, findings } = await loadWebConfig(path, {});
      assert.equal(web, null);
      const said = findings.map(formatFinding).join("\n");
      assert.match(said, expected);
      assert.ok(said.startsWith(`${path}:`));
      assert.ok(!said.includes("hunter2") && !said.includes("PRIVATE"), "no secret is shown");
    });
  }

  it("no file at all is refused", async () => {
    const { web, findings } = await loadWebConfig("/nonexistent/web.yml", {});
    assert.equal(web, null);
    assert.match(findings.map(formatFinding).join("\n"), /the file cannot be read: it does not exist/);
  });
});

describe("the configuration that names it", () => {
  it("is refused with its findings, and carries what it says", async () => {
    const { loadSettings } = await import("../../src/settings.ts");
    const { roster } = await import("../../src/roster.ts");
    using folder = tempFolder();
    writeFileSync(folder.join("c.yaml"), "version: 1\nhttp: {web_config_file: web.yml}\n");
    writeFileSync(folder.join("web.yml"), "basic_auth_user: {}\n");
    const request = { configPath: "c.yaml", env: {}, cwd: folder.path, roster };
    const refused = await loadSettings(request);
    assert.equal(refused.settings, null);
    assert.equal(refused.findings[0]?.file, folder.join("web.yml"));
    writeFileSync(folder.join("web.yml"), USER_LINES);
    const { settings } = await loadSettings(request);
    assert.deepEqual(settings?.http.web?.users, new Map([[USER, HASH]]));
  });
});
