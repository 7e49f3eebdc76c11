import assert from "node:assert/strict";
import { alwaysTo } from "../../src/settings/routes.ts";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import * as v from "valibot";
import { formatFinding } from "../../src/config/finding.ts";
import type { Environment } from "../../src/config/interpolate.ts";
import { DEFAULT_TIMES } from "../../src/core/incidents/times.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { ReceiverKind } from "../../src/receivers/receiver.ts";
import type { WebhookOptions } from "../../src/receivers/webhook.ts";
import { type Roster, roster } from "../../src/roster.ts";
import { loadSettings, type Settings, withFileArguments } from "../../src/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** The findings of a configuration, each as its line, with `c:` for the file. */
async function findingsOf(text: string | Buffer, env: Environment = {}): Promise<readonly string[]> {
  using folder = tempFolder();
  writeFileSync(folder.join("c"), text);
  const { findings } = await loadSettings({ configPath: "c", env, cwd: folder.path, roster });
  return findings.map(formatFinding);
}

async function settingsOf(text: string, env: Environment = {}): Promise<Settings> {
  using folder = tempFolder();
  writeFileSync(folder.join("c"), text);
  const { settings, findings } = await loadSettings({ configPath: "c", env, cwd: folder.path, roster });
  assert.ok(settings !== null, findings.map(formatFinding).join("\n"));
  return settings;
}

async function fromEnvironment(env: Environment) {
  const { settings, findings } = await loadSettings({
    configPath: null,
    env: { HOME: "/home/u", ...env },
    cwd: "/",
    roster,
  });
  return { settings, findings: findings.map(formatFinding) };
}

const CONSOLE = "receivers: [{name: out, console: {}}]";

describe("a bad configuration", () => {
  const cases: readonly (readonly [name: string, text: string, ...findings: string[]])[] = [
    ["without a version", CONSOLE, "c:1:1: error: at version: the key is required, found none"],
    ["of another version", "version: 2", "c:1:10: error: at version: expected 1, found 2"],
    ["that is a list", "[1]", "c:1:1: error: expected a mapping, found a list of 1"],
    ["that is a word", "hello", 'c:1:1: error: expected a mapping, found "hello"'],
    [
      "with unknown keys at every level",
      "version: 1\nsourcs: []\nrules:\n  - name: r\n    mach: {}\n    match: {coeds: [], zzz: 1}\nlog: {levle: info}",
      'c:2:1: error: at sourcs: unknown key "sourcs"; did you mean "sources"?',
      'c:5:5: error: at rules[0].mach: unknown key "mach"; did you mean "match"?',
      'c:6:13: error: at rules[0].match.coeds: unknown key "coeds"; did you mean "codes"?',
      'c:6:24: error: at rules[0].match.zzz: unknown key "zzz"; expected one of codes, phrases, code_fields, where',
      'c:7:7: error: at log.levle: unknown key "levle"; did you mean "level"?',
    ],
    [
      "with a heartbeat that is no address",
      "version: 1\nheartbeat: {url_file: /a, every: 1ms}",
      'c:2:34: error: at heartbeat.every: expected a duration from 1s to 1h, found "1ms"',
    ],
    [
      "with a merge key",
      "version: 1\nlog: {<<: {}}",
      'c:2:7: error: at log["<<"]: unknown key "<<"; expected one of level',
    ],
    [
      "with a key given twice",
      "version: 1\nlog: {}\nlog: {}",
      "c:3:1: error: at log: the key is given twice, first in line 2",
    ],
    [
      "with wrong types",
      "version: 1\nsources: {}\nrules: [3]\nhttp: {listen: 80}\nlinks:\nlog: {level: [info]}",
      "c:2:10: error: at sources: expected a list, found a mapping",
      "c:3:9: error: at rules[0]: expected a mapping, found 3",
      "c:4:16: error: at http.listen: expected a text, found 80",
      "c:5:7: error: at links: expected a mapping, found nothing",
      'c:6:14: error: at log.level: expected "trace" or "debug" or "info" or "warn" or "error" or "fatal" or "silent", found a list of 1',
    ],
    [
      "with a word that is nearly one of the choices",
      "version: 1\nrules: [{name: r, sensitivity: hihg}]",
      'c:2:32: error: at rules[0].sensitivity: expected "low" or "medium" or "high", found "hihg"; did you mean "high"?',
    ],
    [
      "with durations and sizes that are none",
      "version: 1\nsources: [{name: a, file: {paths: [x], poll: 1, max_line_bytes: 1 MB/s}}]\nrules: [{name: r, threshold: {count: 0, window: 5 minutes}}]",
      "c:2:46: error: at sources[0].file.poll: expected a text, found 1",
      'c:2:65: error: at sources[0].file.max_line_bytes: expected a size of 1024 to 67108864 bytes such as "1MiB", found "1 MB/s"',
      "c:3:38: error: at rules[0].threshold.count: expected a number of at least 1, found 0",
      'c:3:49: error: at rules[0].threshold.window: expected a duration with its unit, such as "90s" or "1h30m", found "5 minutes"',
    ],
    [
      "with a window out of bounds",
      "version: 1\nrules: [{name: r, threshold: {count: 1, window: 500ms}}]",
      'c:2:49: error: at rules[0].threshold.window: expected a duration from 1s to 7d, found "500ms"',
    ],
    [
      "with numbers out of bounds",
      "version: 1\nrules: [{name: r, min_count: 1.5, request_ids: {max: 51}}]",
      "c:2:30: error: at rules[0].min_count: expected a whole number, found 1.5",
      "c:2:54: error: at rules[0].request_ids.max: expected a number of at most 50, found 51",
    ],
    [
      "with no kind, and with two",
      "version: 1\nsources:\n  - name: a\n  - {name: b, stdin: {}, journald: {}}\n" + CONSOLE,
      "c:3:5: error: at sources[0]: expected exactly one of file, stdin, journald, found none",
      "c:4:26: error: at sources[1].journald: expected exactly one of file, stdin, journald, found stdin and journald",
    ],
    [
      "with names that are not unique, or are no names",
      "version: 1\nsources: [{name: a, stdin: {}}, {name: a, stdin: {}}]\nreceivers: [{name: x y, console: {}}]",
      'c:2:40: error: at sources[1].name: expected a name of its own, found "a", which sources[0] has',
      'c:3:20: error: at receivers[0].name: expected a name of at most 64 letters, digits, dots, dashes and underscores, found "x y"',
    ],
    [
      "with names that lead nowhere",
      "version: 1\nrules: [{name: r, notify: [out, otu, nobody]}]\nreceivers: [{name: out, console: {}, fallback: lead}]",
      'c:2:33: error: at rules[0].notify[1]: expected the name of a receiver, found "otu"; did you mean "out"?',
      'c:2:38: error: at rules[0].notify[2]: expected the name of a receiver, found "nobody"',
      'c:3:48: error: at receivers[0].fallback: expected the name of a receiver, found "lead"',
    ],
    [
      "with routes that lead nowhere or have no sense",
      "version: 1\nrules: [{name: r, notify: [{to: otu, severity: grave, aftre: 5m}, {to: out, unless: acked}]}]\nreceivers: [{name: out, console: {}}]",
      'c:2:33: error: at rules[0].notify[0].to: expected the name of a receiver, found "otu"; did you mean "out"?',
      'c:2:48: error: at rules[0].notify[0].severity: expected "info" or "warning" or "critical", found "grave"',
      'c:2:55: error: at rules[0].notify[0].aftre: unknown key "aftre"; did you mean "after"?',
      "c:2:77: error: at rules[0].notify[1].unless: unless has no effect without after",
    ],
    [
      "with a mention that is none, or for no step",
      'version: 1\nrules: [{name: r, notify: [{to: out, mention: "<!here>"}, {to: out, after: 5m, mention: "@all"}]}]\nreceivers: [{name: out, console: {}}]',
      "c:2:38: error: at rules[0].notify[0].mention: mention has no effect without after",
      'c:2:89: error: at rules[0].notify[1].mention: expected a mention such as <!subteam^S0123456>, <@U0123456> or <!here>, found "@all"',
    ],
    [
      "with rules that inhibit nothing, each other, or what they cannot tell apart",
      "version: 1\nrules: [{name: a, group_by: [], inhibits: [bb, b, a]}, {name: b, inhibits: [c]}, {name: c, group_by: [host], inhibits: [a]}]",
      'c:2:44: error: at rules[0].inhibits[0]: expected the name of a rule, found "bb"; did you mean "b"?',
      'c:2:48: error: at rules[0].inhibits[1]: expected rules that do not inhibit each other, found "b"',
      'c:2:51: error: at rules[0].inhibits[2]: expected rules that do not inhibit each other, found "a"',
      'c:2:77: error: at rules[1].inhibits[0]: expected rules that do not inhibit each other, found "c"',
      'c:2:121: error: at rules[2].inhibits[0]: expected rules that do not inhibit each other, found "a"',
    ],
    [
      "with a wide rule that groups by what the narrow one does not",
      "version: 1\nrules: [{name: a, group_by: [host], inhibits: [b]}, {name: b}]",
      'c:2:48: error: at rules[0].inhibits[0]: expected a rule that groups by host too, found "b"',
    ],
    [
      "with times out of their bounds",
      "version: 1\nrules: [{name: a, for: 2h, repeat: 1s}]",
      'c:2:24: error: at rules[0].for: expected a duration from 0s to 1h, found "2h"',
      'c:2:36: error: at rules[0].repeat: expected a duration from 1m to 7d, found "1s"',
    ],
    [
      "with routes all of which wait",
      "version: 1\nrules: [{name: r, notify: [{to: out, after: 15m}]}]\nreceivers: [{name: out, console: {}}]",
      "c:2:27: warning: at rules[0].notify: nobody is told at once: every entry waits for its after",
    ],
    [
      "with fallbacks in a circle",
      "version: 1\nreceivers:\n  - {name: a, console: {}, fallback: b}\n  - {name: b, console: {}, fallback: c}\n  - {name: c, console: {}, fallback: b}\n  - {name: d, console: {}, fallback: d}",
      "c:4:38: error: at receivers[1].fallback: expected fallbacks that end, found the circle b -> c -> b",
      "c:6:38: error: at receivers[3].fallback: expected fallbacks that end, found the circle d -> d",
    ],
    [
      "with a threshold beside the knobs it replaces",
      "version: 1\nrules: [{name: r, threshold: {count: 1, window: 1m}, sensitivity: low, min_count: 2}]",
      "c:2:54: error: at rules[0].sensitivity: sensitivity has no effect beside threshold; expected one of the two",
      "c:2:72: error: at rules[0].min_count: min_count has no effect beside threshold; expected one of the two",
    ],
    [
      "with a rule that nothing can match",
      "version: 1\nrules: [{name: r, match: {codes: [], phrases: []}}]",
      "c:2:26: error: at rules[0].match: expected at least one of codes and phrases, found both empty",
    ],
    [
      "without a rule",
      "version: 1\nrules: []",
      "c:2:8: error: at rules: expected at least 1 entries, found an empty list",
    ],
    [
      "with a rule that tells nobody",
      "version: 1\nrules: [{name: r, notify: []}]",
      "c:2:27: warning: at rules[0].notify: the rule notifies nobody; its incidents show in metrics and on the page only",
    ],
    [
      "with groups by what no event has",
      "version: 1\nsources: [{name: a, stdin: {}, labels: {team: x}}]\nrules: [{name: r, group_by: [team, servce]}]",
      'c:3:36: error: at rules[0].group_by[1]: expected one of service, host, source, key, level or a label of a source, found "servce"; did you mean "service"?',
    ],
    [
      "with conditions that are none",
      `version: 1\nrules: [{name: r, match: {where: {a: {regex: "("}, b: {gte: x}, c: {eq: 1}, d: [1], e: {}, f: {regex: "${"a".repeat(501)}"}}}}]`,
      'c:2:46: error: at rules[0].match.where.a.regex: expected a regular expression as JavaScript writes them (with the flag u), found "("',
      'c:2:61: error: at rules[0].match.where.b.gte: expected a number, found "x"',
      "c:2:68: error: at rules[0].match.where.c: expected at least one of gte, lte, in, regex, found none",
      'c:2:69: error: at rules[0].match.where.c.eq: unknown key "eq"; expected one of gte, lte, in, regex',
      "c:2:80: error: at rules[0].match.where.d: expected a text or a number or true or false or a mapping, found a list of 1",
      "c:2:88: error: at rules[0].match.where.e: expected at least one of gte, lte, in, regex, found none",
      `c:2:103: error: at rules[0].match.where.f.regex: expected at most 500 characters, found "${"a".repeat(60)}…"`,
    ],
    [
      "with an expression that a log line can make run for hours",
      `version: 1\nrules: [{name: r, match: {where: {a: {regex: "^(a+)+$"}}}}]`,
      "c:2:46: warning: at rules[0].match.where.a.regex: the expression repeats what repeats itself, as (a+)+; a hostile log line can make it run for hours",
    ],
    [
      "with links that are none",
      "version: 1\nrules: [{name: r, runbook_url: 'javascript:x', request_ids: {link: 'https://x'}}]",
      'c:2:32: error: at rules[0].runbook_url: expected an http: or https: URL, found "javascript:x"',
      'c:2:68: error: at rules[0].request_ids.link: expected {request_id} somewhere in the link, found "https://x"',
    ],
    [
      "with a state directory that depends on where it is started",
      "version: 1\nstate_dir: state",
      'c:2:12: error: at state_dir: expected an absolute path, found "state"',
    ],
    [
      "with a variable that is not set",
      "version: 1\nlog: {level: '${NONE}'}",
      "c:2:14: error: at log.level: environment variable NONE is not set",
    ],
    [
      "with a variable that holds the wrong thing",
      "version: 1\nlog: {level: '${LEVEL}'}",
      'c:2:14: error: at log.level: expected "trace" or "debug" or "info" or "warn" or "error" or "fatal" or "silent", found what LEVEL holds',
    ],
    [
      "with a secret written out, and one in both ways",
      "version: 1\nreceivers:\n  - {name: a, slack: {token: xoxb-0123456789, channel: C1}}\n  - {name: b, webhook: {url: 'https://h/s3cr3t', url_file: f}}",
      "c:3:30: warning: at receivers[0].slack.token: the secret is written out; keep it in a file (token_file) or a variable (${NAME})",
      "c:4:25: error: at receivers[1].webhook.url: expected only one of url and url_file, found both",
      "c:4:30: warning: at receivers[1].webhook.url: the secret is written out; keep it in a file (url_file) or a variable (${NAME})",
    ],
    [
      "with a secret of the wrong type or in the wrong place",
      "version: 1\nreceivers:\n  - name: a\n    slack: {token: [sssssss], channel: C1, tokn: ttttttt}\n  - {name: b, email: {host: h, from: a@b.example, to: [], password: 12345678}}",
      "c:4:20: error: at receivers[0].slack.token: expected a text, found a list of 1",
      'c:4:44: error: at receivers[0].slack.tokn: unknown key "tokn"; did you mean "token"?',
      "c:5:55: error: at receivers[1].email.to: expected at least 1 entries, found an empty list",
      "c:5:69: error: at receivers[1].email.password: expected a text, found [redacted]",
    ],
    [
      "with hostile keys",
      'version: 1\n"a\\u202eb\\n\\x1b[31m": 1',
      'c:2:1: error: at ["a\\u{202e}b…"]: unknown key "a\\u{202e}b…"; expected one of version, state_dir, sources, rules, receivers, silences, auto_reload, heartbeat, http, links, log',
    ],
  ];
  for (const [name, text, ...findings] of cases) {
    it(name, async () => {
      assert.deepEqual(await findingsOf(text, { LEVEL: "loud-and-clear" }), findings);
    });
  }

  it("that is over 1 MiB", async () => {
    const comment = `version: 1 #${"x".repeat(2 ** 20)}`;
    assert.deepEqual(await findingsOf(comment), ["c: error: expected at most 1048576 bytes, found more"]);
  });

  it("that is not UTF-8", async () => {
    assert.deepEqual(await findingsOf(Buffer.from([0x61, 0xff])), [
      "c: error: expected UTF-8, found other bytes",
    ]);
  });

  it("that is not there", async () => {
    const { findings } = await loadSettings({ configPath: "/none/c", env: {}, cwd: "/", roster });
    assert.deepEqual(findings.map(formatFinding), [
      "/none/c: error: the file cannot be read: it does not exist",
    ]);
  });

  it("with thousands of faults is cut short, aloud", async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `unknown${i}: 1`);
    const findings = await findingsOf(`version: 1\n${keys.join("\n")}`);
    assert.equal(findings.length, 501);
    assert.equal(findings.at(-1), "c: error: 500 further findings are not listed");
  });
});

describe("settings", () => {
  it("carry the times of an incident's life, those of the detector with it", async () => {
    const times = "for: 2m, resolve_after: 0s, cooldown: 1h30m, repeat: 10m, ack_timeout: 20m";
    const { rules } = await settingsOf(
      `version: 1\nrules: [{name: a, group_by: [], inhibits: [b], ${times}}, {name: b}]`,
    );
    assert.deepEqual(rules[0]?.times, { forMs: 120_000, repeatMs: 600_000, ackTimeoutMs: 1_200_000 });
    assert.deepEqual(rules[0]?.detector, {
      kind: "adaptive",
      sensitivity: "medium",
      minCount: 10,
      resolveAfterMs: 0,
      cooldownMs: 5_400_000,
    });
    assert.deepEqual([rules[0]?.inhibits, rules[1]?.inhibits], [["b"], []]);
  });

  it("have every default when the file says nothing", async () => {
    const settings = await settingsOf("version: 1", { HOME: "/home/u" });
    assert.deepEqual(settings, {
      version: 1,
      stateDir: "/home/u/.local/state/revokewatch",
      sources: [],
      rules: [
        {
          name: "api_key_revoked",
          match: DEFAULT_MATCH,
          groupBy: ["service"],
          detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
          times: DEFAULT_TIMES,
          inhibits: [],
          notify: [alwaysTo("console")],
          runbookUrl: null,
          newKeyNotice: false,
          requestIds: { max: 10, link: null },
        },
      ],
      receivers: [
        {
          name: "console",
          kind: "console",
          options: { format: "auto" },
          fallback: null,
          fallbackAfterMs: 120_000,
          allowLinkLocal: false,
          budget: null,
        },
      ],
      silences: [],
      autoReload: false,
      heartbeat: { url: null, everyMs: 60_000, allowLinkLocal: false },
      http: {
        listen: { host: "127.0.0.1", port: 10_401 },
        externalUrl: null,
        webConfigFile: null,
        web: null,
        adminToken: null,
      },
      links: { allowedHosts: ["docs.asterwise.com"] },
      log: { level: "info" },
    });
  });

  it("carry what the file says", async () => {
    const settings = await settingsOf(`
version: 1
state_dir: /state
sources:
  - {name: a, stdin: {max_line_bytes: 64KiB}, format: cri, labels: {service: s}}
rules:
  - name: r
    match: {codes: [x], where: {a.b: 401, c: {in: [1, x], gte: 2, lte: 3}, d: {regex: "^x"}, e: true}}
    group_by: []
    threshold: {count: 20, window: 5m}
    notify: [b]
    runbook_url: https://r.example/
    request_ids: {max: 3, link: "https://l.example/?q={request_id}"}
receivers:
  - {name: b, console: {format: json}, fallback: c, fallback_after: 30s}
  - {name: c, console: {}}
http: {listen: "[::1]:9", external_url: "https://watch.example/revoked/"}
links: {allowed_hosts: []}
log: {level: debug}
`);
    const none = { equals: null, in: null, gte: null, lte: null, regex: null };
    assert.deepEqual(settings.sources, [
      {
        name: "a",
        kind: "stdin",
        options: { maxLineBytes: 65_536 },
        format: "cri",
        labels: { service: "s" },
      },
    ]);
    assert.deepEqual(settings.rules, [
      {
        name: "r",
        match: {
          ...DEFAULT_MATCH,
          codes: ["x"],
          where: [
            { ...none, path: "a.b", equals: "401" },
            { ...none, path: "c", in: ["1", "x"], gte: 2, lte: 3 },
            { ...none, path: "d", regex: /^x/u },
            { ...none, path: "e", equals: "true" },
          ],
        },
        groupBy: [],
        detector: { kind: "threshold", count: 20, windowMs: 300_000 },
        times: DEFAULT_TIMES,
        inhibits: [],
        notify: [alwaysTo("b")],
        runbookUrl: "https://r.example/",
        newKeyNotice: false,
        requestIds: { max: 3, link: "https://l.example/?q={request_id}" },
      },
    ]);
    assert.deepEqual(
      settings.receivers.map(({ name, fallback, fallbackAfterMs }) => [name, fallback, fallbackAfterMs]),
      [
        ["b", "c", 30_000],
        ["c", null, 120_000],
      ],
    );
    assert.deepEqual(
      [settings.stateDir, settings.http.listen, settings.links.allowedHosts, settings.log.level],
      ["/state", { host: "::1", port: 9 }, [], "debug"],
    );
  });

  it("take numbers and booleans out of variables", async () => {
    const text = `version: 1
rules: [{name: r, min_count: "\${COUNT}"}]
receivers:
  - {name: m, email: {host: "\${HOST}", port: "\${PORT}", tls: none, from: a@x.example, to: [b@x.example], status_in_subject: "\${YES}"}}`;
    const { rules, receivers } = await settingsOf(text, {
      COUNT: "7",
      HOST: "123",
      PORT: "2525",
      YES: "true",
    });
    assert.deepEqual(rules[0]?.detector, { kind: "adaptive", sensitivity: "medium", minCount: 7 });
    const options = receivers[0]?.options as Record<string, unknown>;
    assert.deepEqual([options["host"], options["port"], options["statusInSubject"]], ["123", 2525, true]);
  });

  it("read secret files beside the configuration, whatever the working directory", async () => {
    using folder = tempFolder();
    mkdirSync(folder.join("etc"));
    writeFileSync(folder.join("etc/c"), "version: 1\nreceivers: [{name: w, webhook: {url_file: token}}]");
    writeFileSync(folder.join("etc/token"), "s3cr3t\n", { mode: 0o600 });
    const loaded = await loadSettings({ configPath: "etc/c", env: {}, cwd: folder.path, roster });
    assert.deepEqual(loaded.findings, []);
    const options = loaded.settings?.receivers[0]?.options as WebhookOptions;
    assert.equal(options.url.open(), "s3cr3t");
    assert.deepEqual(loaded.secretFiles, [folder.join("etc/token")]);
  });

  it("warn of a secret's file that others can read, except where a mount decides its mode", async () => {
    using folder = tempFolder();
    const text = "version: 1\nreceivers: [{name: w, webhook: {url_file: token}}]";
    const warning =
      "c:2:43: warning: at receivers[0].webhook.url_file: the file of this secret can be read by its group or by everyone; expected mode 0600 or 0400";
    writeFileSync(folder.join("c"), text);
    writeFileSync(folder.join("token"), "x");
    const load = async (env: Environment) => {
      const { findings } = await loadSettings({ configPath: "c", env, cwd: folder.path, roster });
      return findings.map(formatFinding);
    };
    chmodSync(folder.join("token"), 0o640);
    assert.deepEqual(await load({}), [warning]);
    assert.deepEqual(await load({ CREDENTIALS_DIRECTORY: folder.path }), []);
    chmodSync(folder.join("token"), 0o600);
    assert.deepEqual(await load({}), []);

    mkdirSync(folder.join("..data"));
    writeFileSync(folder.join("..data/key"), "x", { mode: 0o644 });
    symlinkSync("..data/key", folder.join("mounted"));
    writeFileSync(folder.join("c"), text.replace("token", "mounted"));
    assert.deepEqual(await load({}), []);
  });

  it("show no secret however they are printed", async () => {
    const settings = await settingsOf(
      'version: 1\nreceivers: [{name: w, webhook: {url: "${T}", headers: {X: "${T}"}}}]',
      { T: "https://x/s3cr3t" },
    );
    const printed = inspect(settings, { depth: 20 }) + JSON.stringify(settings);
    assert.ok(!printed.includes("s3cr3t"), printed);
    const options = settings.receivers[0]?.options as WebhookOptions;
    assert.equal(options.url.open(), "https://x/s3cr3t");
  });
});

describe("the place of the configuration", () => {
  it("is -c before $REVOKEWATCH_CONFIG, and relative to the working directory", async () => {
    using folder = tempFolder();
    writeFileSync(folder.join("a"), "version: 1\nlog: {level: debug}");
    writeFileSync(folder.join("b"), "version: 1\nlog: {level: error}");
    const load = (configPath: string | null) =>
      loadSettings({ configPath, env: { REVOKEWATCH_CONFIG: "b" }, cwd: folder.path, roster });
    const [first, second] = [await load("a"), await load(null)];
    assert.deepEqual([first.path, first.settings?.log.level], ["a", "debug"]);
    assert.deepEqual([second.path, second.settings?.log.level], ["b", "error"]);
  });

  it("is nowhere when nothing names one", async () => {
    const loaded = await loadSettings({
      configPath: null,
      env: { REVOKEWATCH_CONFIG: "" },
      cwd: "/",
      roster,
    });
    assert.equal(loaded.path, null);
    assert.equal(loaded.settings?.rules[0]?.name, "api_key_revoked");
  });
});

describe("the state directory", () => {
  const cases: readonly (readonly [env: Environment, directory: string])[] = [
    [{ HOME: "/home/u" }, "/home/u/.local/state/revokewatch"],
    [{ HOME: "/home/u", XDG_STATE_HOME: "/xdg" }, "/xdg/revokewatch"],
    [{ HOME: "/home/u", XDG_STATE_HOME: "relative" }, "/home/u/.local/state/revokewatch"],
    [{ HOME: "/home/u", XDG_STATE_HOME: "/xdg", STATE_DIRECTORY: "/var/lib/a:/var/lib/b" }, "/var/lib/a"],
  ];
  for (const [env, directory] of cases) {
    it(`is ${directory} with ${JSON.stringify(env)}`, async () => {
      assert.equal((await fromEnvironment(env)).settings?.stateDir, directory);
    });
  }
});

describe("receivers out of the environment", () => {
  const slack = { SLACK_BOT_TOKEN: "xoxb-0123456789", SLACK_CHANNEL: "C1" };
  const email = {
    SMTP_URL: "smtp://u%40x:p%3Ass@mx.example:2525",
    ALERT_EMAIL_FROM: "a@x.example",
    ALERT_EMAIL_TO: "b@x.example, c@x.example,",
  };

  it("are Slack by token and e-mail, and rules notify both", async () => {
    const { settings, findings } = await fromEnvironment({ ...slack, ...email });
    assert.deepEqual(findings, []);
    assert.deepEqual(
      settings?.receivers.map(({ name, kind }) => [name, kind]),
      [
        ["slack", "slack"],
        ["email", "email"],
      ],
    );
    assert.deepEqual(settings?.rules[0]?.notify, [alwaysTo("slack"), alwaysTo("email")]);
    const options = settings?.receivers[1]?.options as {
      readonly port: number;
      readonly tls: string;
      readonly login: { readonly username: string; readonly password: { open(): string } };
      readonly to: readonly { readonly address: string }[];
    };
    assert.deepEqual([options.port, options.tls, options.login.username], [2525, "required", "u@x"]);
    assert.equal(options.login.password.open(), "p:ss");
    assert.deepEqual(
      options.to.map(({ address }) => address),
      ["b@x.example", "c@x.example"],
    );
  });

  it("are Slack's webhook when that is all there is", async () => {
    const { settings, findings } = await fromEnvironment({
      SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T/B/x",
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(
      settings?.receivers.map(({ name }) => name),
      ["slack"],
    );
  });

  it("are Slack's webhook beside half of a token and channel, with a warning", async () => {
    const { settings, findings } = await fromEnvironment({
      SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T/B/x",
      SLACK_CHANNEL: "C1",
    });
    assert.deepEqual(findings, [
      "environment: warning: expected SLACK_BOT_TOKEN beside SLACK_CHANNEL for Slack, found none",
    ]);
    assert.equal(settings?.receivers[0]?.name, "slack");
  });

  it("may answer elsewhere than at slack.com", async () => {
    const { settings } = await fromEnvironment({ ...slack, SLACK_API_URL: "http://127.0.0.1:9/api/" });
    const options = settings?.receivers[0]?.options as { readonly apiUrl: string };
    assert.equal(options.apiUrl, "http://127.0.0.1:9/api/");
  });

  it("stand in for those that a file leaves out, and not beside those it has", async () => {
    const without = await settingsOf("version: 1\nrules: [{name: r, notify: [slack]}]", slack);
    const beside = await settingsOf(`version: 1\n${CONSOLE}`, slack);
    assert.deepEqual(
      [without.receivers[0]?.name, beside.receivers.map(({ name }) => name)],
      ["slack", ["out"]],
    );
  });

  const tls: readonly (readonly [url: string, tls: string, port: number])[] = [
    ["smtp://mx.example", "required", 587],
    ["smtps://mx.example", "implicit", 465],
    ["smtp://mx.example?tls=none", "none", 25],
    ["smtp://[::1]:26/?tls=none", "none", 26],
  ];
  for (const [url, mode, port] of tls) {
    it(`read ${url} as TLS ${mode}`, async () => {
      const { settings, findings } = await fromEnvironment({ ...email, SMTP_URL: url });
      assert.deepEqual(findings, []);
      const options = settings?.receivers[0]?.options as { tls: string; port: number };
      assert.deepEqual([options.tls, options.port], [mode, port]);
    });
  }

  const faults: readonly (readonly [name: string, env: Environment, ...findings: string[]])[] = [
    [
      "a token without its channel",
      { SLACK_BOT_TOKEN: "xoxb-0123456789" },
      "environment: error: expected SLACK_CHANNEL beside SLACK_BOT_TOKEN for Slack, found none",
    ],
    [
      "a channel without its token",
      { SLACK_CHANNEL: "C1" },
      "environment: error: expected SLACK_BOT_TOKEN beside SLACK_CHANNEL for Slack, found none",
    ],
    [
      "a server without addresses",
      { SMTP_URL: email.SMTP_URL, ALERT_EMAIL_TO: "" },
      "environment: error: expected ALERT_EMAIL_FROM and ALERT_EMAIL_TO beside SMTP_URL for e-mail, found none",
    ],
    [
      "an address that is none",
      { ...email, ALERT_EMAIL_TO: "b@x.example,nobody" },
      'environment: error: at receivers[0].email.to[1]: expected one e-mail address such as "lead@example.com" or "Name <lead@example.com>", found what ALERT_EMAIL_TO holds',
    ],
    [
      "a URL that is none",
      { ...email, SMTP_URL: "user:s3cr3t@mx" },
      "environment: error: SMTP_URL: expected smtp://user:password@host:587 or smtps://…",
    ],
    [
      "a user with a broken escape",
      { ...email, SMTP_URL: "smtp://u:100%@mx" },
      "environment: error: SMTP_URL: expected smtp://user:password@host:587 or smtps://…, with % written as %25",
    ],
    [
      "a URL that switches off what cannot be",
      { ...email, SMTP_URL: "smtps://mx?tls=none" },
      "environment: error: SMTP_URL: expected no tls parameter, or tls=none with smtp://",
    ],
    [
      "a user without a password",
      { ...email, SMTP_URL: "smtp://u@mx" },
      "environment: error: at receivers[0].email: expected both a username and a password, or neither",
    ],
  ];
  for (const [name, env, ...expected] of faults) {
    it(`object to ${name}`, async () => {
      const { settings, findings } = await fromEnvironment(env);
      assert.deepEqual([settings, findings], [null, expected]);
    });
  }
});

describe("a kind that nobody thought of", () => {
  const pager: ReceiverKind = {
    word: "pager",
    forPeople: true,
    schema: v.strictObject({
      pin: v.pipe(v.string(), v.digits("expected digits")),
      key: v.optional(v.string()),
      key_file: v.optional(v.string()),
    }),
    create: () => Promise.reject(new Error("not asked for")),
  };
  const larger: Roster = { ...roster, receiverKinds: [...roster.receiverKinds, pager] };

  async function load(text: string) {
    using folder = tempFolder();
    writeFileSync(folder.join("c"), text);
    return await loadSettings({ configPath: "c", env: {}, cwd: folder.path, roster: larger });
  }

  it("is read with its own options, and its secrets are known as such", async () => {
    const { settings, findings } = await load(
      "version: 1\nreceivers: [{name: p, pager: {pin: '1', key: abcdefgh}}]",
    );
    assert.deepEqual(settings?.receivers[0]?.kind, "pager");
    assert.deepEqual(findings.map(formatFinding), [
      "c:2:46: warning: at receivers[0].pager.key: the secret is written out; keep it in a file (key_file) or a variable (${NAME})",
    ]);
  });

  it("has its faults found like any other", async () => {
    const { findings } = await load(
      "version: 1\nreceivers: [{name: p, pagr: {}}, {name: q, pager: {pin: x, kee: y}}]",
    );
    const kinds = larger.receiverKinds.map(({ word }) => word).join(", ");
    assert.deepEqual(findings.map(formatFinding), [
      `c:2:13: error: at receivers[0]: expected exactly one of ${kinds}, found none`,
      'c:2:23: error: at receivers[0].pagr: unknown key "pagr"; did you mean "pager"?',
      'c:2:57: error: at receivers[1].pager.pin: expected digits, found "x"',
      'c:2:60: error: at receivers[1].pager.kee: unknown key "kee"; did you mean "key"?',
    ]);
  });
});

describe("FILE arguments", () => {
  it("replace the sources and leave the rest", async () => {
    const before = await settingsOf("version: 1\nsources: [{name: j, journald: {}}]\nlog: {level: debug}");
    const after = withFileArguments(before, ["a.log", "-", "b/*.log"]);
    assert.deepEqual(
      after.sources.map(({ name, kind, format }) => [name, kind, format]),
      [
        ["file", "file", "auto"],
        ["stdin", "stdin", "auto"],
      ],
    );
    const options = after.sources[0]?.options as { readonly paths: readonly string[] };
    assert.deepEqual(options.paths, ["a.log", "b/*.log"]);
    assert.deepEqual({ ...after, sources: before.sources }, before);
  });

  it("change nothing when there are none", async () => {
    const before = await settingsOf("version: 1\nsources: [{name: j, journald: {}}]");
    assert.equal(withFileArguments(before, []), before);
  });

  it("are refused when empty", async () => {
    const before = await settingsOf("version: 1");
    assert.throws(() => withFileArguments(before, [""]), RangeError);
  });
});
