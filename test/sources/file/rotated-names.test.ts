import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { possibleBases, rotatedNames } from "../../../src/sources/file/rotated-names.ts";

const CASES: readonly [
  scheme: string,
  base: string,
  oldestFirst: readonly string[],
  strangers: readonly string[],
][] = [
  [
    "logrotate's numbers",
    "app.log",
    ["app.log.10", "app.log.3.gz", "app.log.2", "app.log.2.gz", "app.log.1"],
    ["app.log", "app.log.1x", "myapp.log.1", "app.log.12345", "app.log.tmp"],
  ],
  [
    "logrotate's dateext",
    "app.log",
    ["app.log-20251231.gz", "app.log-20260101", "app.log-20260101.1", "app.log-20260102-15"],
    ["app.log-2026", "app.log-x20260101"],
  ],
  [
    "logrotate's dates with seconds",
    "app.log",
    ["app.log-20260101-1767225600.gz", "app.log-20260101-1767229200", "app.log-20260102-1767312000.gz"],
    [],
  ],
  [
    "dates before the extension",
    "app.log",
    ["app-2026-01-01.log", "app-2026-01-02.log.gz", "app.2026-01-03.log"],
    ["app-server.log", "app-1.log"],
  ],
  [
    "log4j and Python",
    "app.log",
    ["app.log.2026-01-01", "app.log.2026-01-01-13", "app.log.2026-01-02_00-00-00"],
    [],
  ],
  [
    "pm2",
    "app-out.log",
    ["app-out__2026-01-01_00-00-00.log", "app-out__2026-01-02_00-00-00.log"],
    ["app-error__2026-01-01_00-00-00.log"],
  ],
  ["the kubelet", "0.log", ["0.log.20260101-120000.gz", "0.log.20260101-130000"], ["1.log", "10.log"]],
  ["names without an extension", "syslog", ["syslog.2.gz", "syslog.1"], ["syslogd"]],
  [
    "numbers before the extension",
    "app.log",
    ["app.10.log.gz", "app.2.log", "app.1.log", "app.0.log"],
    ["app.1x.log", "app.12345.log", "other.1.log"],
  ],
  ["one old file", "app.log", ["app.log.old"], ["app.log.older"]],
];

describe("rotated names", () => {
  for (const [scheme, base, oldestFirst, strangers] of CASES) {
    it(`orders ${scheme}, oldest first`, () => {
      const shuffled = [...strangers, ...oldestFirst.toReversed()];
      assert.deepEqual(
        rotatedNames(base, shuffled).map((one) => one.name),
        oldestFirst,
      );
    });

    it(`finds the log that ${scheme} belong to`, () => {
      for (const name of oldestFirst) assert.ok(possibleBases(name).includes(base), name);
      for (const name of strangers) assert.ok(!possibleBases(name).includes(base), name);
    });
  }
});
