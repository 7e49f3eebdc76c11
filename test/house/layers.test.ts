// Who may import whom, as data, and that nobody imports in a ring, types included. A wall that is moved on purpose is
// moved here and in CONTRIBUTING.md, with the reason in the commit.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

const ROOT = join(import.meta.dirname, "../..");

/** Rooms in the order in which the first prefix that fits names the room of a file. */
const ROOMS: readonly (readonly [room: string, prefix: string])[] = [
  ["core/lines", "src/core/lines/"],
  ["core/events", "src/core/events/"],
  ["core/spikes", "src/core/spikes/"],
  ["core/keys", "src/core/keys/"],
  ["core/facts", "src/core/facts.ts"],
  ["core/incidents", "src/core/incidents/"],
  ["core/engine", "src/core/"],
  ["config", "src/config/"],
  ["host", "src/host/"],
  ["state", "src/state/"],
  ["sources", "src/sources/"],
  ["receivers", "src/receivers/"],
  ["outbox", "src/outbox/"],
  ["telemetry", "src/telemetry/"],
  ["http", "src/http/"],
  ["page", "src/page/"],
  ["version", "src/version.ts"],
  ["roster", "src/roster.ts"],
  ["settings", "src/settings.ts"],
  ["settings", "src/settings/"],
  ["pipeline", "src/pipeline.ts"],
  ["backtest", "src/backtest/"],
  ["app", "src/app.ts"],
  ["app", "src/app/"],
  ["cli", "src/cli/"],
  ["main", "src/main.ts"],
  ["launch", "src/launch.ts"],
];

/** What each room may import beside itself. `type:ROOM` allows types only. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  "core/lines": [],
  "core/events": ["core/lines"],
  "core/spikes": ["core/events"],
  "core/keys": ["core/events"],
  "core/facts": ["type:core/lines", "type:core/events", "type:core/incidents"],
  "core/incidents": ["core/spikes", "core/keys", "core/events", "type:core/facts"],
  "core/engine": ["core/lines", "core/events", "core/spikes", "core/keys", "core/incidents", "core/facts"],
  config: [],
  host: [],
  state: [],
  sources: ["type:core/lines", "config", "host"],
  receivers: ["type:core/incidents", "config", "host"],
  outbox: ["type:receivers", "type:core/incidents", "state", "host"],
  telemetry: [
    "host",
    "type:core/facts",
    "type:core/events",
    "type:core/incidents",
    "type:sources",
    "type:outbox",
    "type:receivers",
  ],
  http: ["host", "type:telemetry", "type:core/incidents", "type:config"],
  // Runs in the browser: it knows the program by its HTTP answers only.
  page: [],
  version: [],
  roster: ["sources", "receivers"],
  settings: [
    "roster",
    "config",
    "core/events",
    "core/spikes",
    "core/incidents",
    "type:sources",
    "type:receivers",
    "type:core/lines",
  ],
  pipeline: ["core/engine", "type:core/lines", "type:core/incidents", "sources", "outbox", "state", "host"],
  // Of sources only the cutting of lines; of receivers and http only how numbers, transitions and markup are written.
  backtest: [
    "core/lines",
    "core/events",
    "core/spikes",
    "core/incidents",
    "core/engine",
    "type:core/facts",
    "config",
    "host",
    "sources",
    "receivers",
    "http",
  ],
  app: ["*"],
  cli: ["*"],
  main: ["*"],
  // The entry of the compiled program: it loads the bundle in which all the rest is.
  launch: ["host"],
};

/** Modules of Node that the pure core may use. */
const CORE_MODULES = new Set(["node:buffer"]);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = globSync("src/**/*.ts", { cwd: ROOT });
const imports = files.flatMap(importsOf);

describe("layers", () => {
  it("every file belongs to a room", () => {
    assert.deepEqual(
      files.filter((file) => roomOf(file) === null),
      [],
    );
    assert.ok(files.length > 50, "the source was found");
  });

  it("imports run only where the table allows", () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      if (!to.startsWith("src/")) return false;
      const room = roomOf(from) ?? "";
      const target = roomOf(to) ?? "";
      const may = MAY[room] ?? [];
      if (room === target || may.includes("*") || may.includes(target)) return false;
      return !(typeOnly && may.includes(`type:${target}`));
    });
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} -> ${to}`),
      [],
    );
  });

  it("the core imports no package and no module of Node but buffer", () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith("src/core/") && !to.startsWith("src/") && !CORE_MODULES.has(to),
    );
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} -> ${to}`),
      [],
    );
  });

  it("nobody imports in a ring, types included", () => {
    const next = Map.groupBy(
      imports.filter(({ to }) => to.startsWith("src/")),
      ({ from }) => from,
    );
    const done = new Set<string>();
    const rings: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) return void rings.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      if (done.has(file)) return;
      for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    assert.deepEqual(rings, []);
  });

  it("the clock, chance and child processes stay where they belong", () => {
    const wrong = files.flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const found: string[] = [];
      if (
        file.startsWith("src/core/") &&
        /Date\.now\(|Math\.random\(|setTimeout\(|performance\.now\(/.test(text)
      ) {
        found.push(`${file}: clock or chance in the core`);
      }
      const spawns = ["src/sources/journald.ts", "src/host/systemd.ts"];
      if (/node:child_process/.test(text) && !spawns.includes(file)) found.push(`${file}: starts processes`);
      if (/process\.exit\(/.test(text) && file !== "src/main.ts") found.push(`${file}: ends the process`);
      return found;
    });
    assert.deepEqual(wrong, []);
  });
});

function roomOf(file: string): string | null {
  return ROOMS.find(([, prefix]) => file.startsWith(prefix))?.[0] ?? null;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  const found: Import[] = [];
  for (const match of text.matchAll(
    /\b(?:import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\sfrom\s+)?["']([^"']+)["']/g,
  )) {
    found.push({ from: file, to: target(file, String(match[2])), typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)) {
    found.push({ from: file, to: target(file, String(match[1])), typeOnly: false });
  }
  return found;
}

function target(file: string, specifier: string): string {
  return specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier;
}
