// `npm run bench [-- PART…]`: measures, prints tables, and writes them into bench/RESULTS.md, each in the place of the one
// that was there.

import { cpus } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catchup } from "./parts/catchup.ts";
import { follow } from "./parts/follow.ts";
import { growth } from "./parts/growth.ts";
import { latency } from "./parts/latency.ts";
import { memory } from "./parts/memory.ts";
import { peers } from "./parts/peers.ts";
import { rules } from "./parts/rules.ts";
import { startup } from "./parts/startup.ts";
import { stdin } from "./parts/stdin.ts";
import type { Part, Row } from "./part.ts";

const PARTS: readonly Part[] = [startup, catchup, stdin, rules, growth, follow, latency, memory];
/** They install software, so they run only by name. */
const BY_NAME: readonly Part[] = [peers];
const ALL = [...PARTS, ...BY_NAME];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !ALL.some((part) => part.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no part is called ${unknown.join(", ")}; there are ${ALL.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(2);
}

const RESULTS = join(import.meta.dirname, "RESULTS.md");
const HEADING = "## ";
const sections = sectionsOf(readFileSync(RESULTS, "utf8"));
for (const part of wanted.length === 0 ? PARTS : ALL.filter(({ name }) => wanted.includes(name))) {
  const rows = await part.measure((text) => process.stderr.write(`${part.name}: ${text}\n`));
  const section = `${table(rows)}\n`;
  process.stdout.write(`\n${HEADING}${part.title}\n\n${section}`);
  sections.set(part.title, section);
  writeFileSync(RESULTS, document());
}

function document(): string {
  const texts = ALL.flatMap(({ title }) => {
    const section = sections.get(title);
    return section === undefined ? [] : [`${HEADING}${title}\n\n${section}`];
  });
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.version}`;
  return `# Results

Written by \`npm run bench\` on ${machine}. Medians; ranges in brackets. Trust the ratios: both sides of one were
measured in turn, in the same run.

${texts.join("\n")}`;
}

/** The sections of results that are there, by title. */
function sectionsOf(text: string): Map<string, string> {
  return new Map(
    text
      .split(`\n${HEADING}`)
      .slice(1)
      .map((section) => {
        const [title = "", ...lines] = section.split("\n");
        return [title, `${lines.join("\n").trim()}\n`] as const;
      }),
  );
}

function table(rows: readonly Row[]): string {
  const head = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.map((row) => line(head.map((name) => row[name] ?? ""))),
  ].join("\n");
}
