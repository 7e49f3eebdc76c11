// The message for a terminal: the briefing in a few lines, coloured when colours are wanted. Text from a log holds no
// escape sequences here: safe-text.ts has taken every control character out of it.

import type { Briefing } from "./briefing.ts";
import type { Tone } from "./briefing-state.ts";
import { count } from "./numbers.ts";
import { plain } from "./spans.ts";

const COLOUR: Readonly<Record<Tone, string>> = {
  critical: "1;31",
  warning: "1;33",
  info: "1;34",
  good: "1;32",
};

/** The whole message, ending in an empty line. */
export function consoleText(briefing: Briefing, colours: boolean): string {
  const paint = (code: string, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { requestIds, trend } = briefing;
  const ids = requestIds.items.map(({ id }) => id);
  const more = requestIds.more > 0 ? [`and ${count(requestIds.more)} more`] : [];
  const width = Math.max(0, ...briefing.facts.map(({ label }) => label.length)) + 2;
  const lines = [
    [briefing.news, briefing.headline].map(plain).join(" ").trim(),
    plain(briefing.since),
    ...(briefing.stillUsed.length === 0 ? [] : [plain(briefing.stillUsed)]),
    ...briefing.facts.map(({ label, value }) => `${paint("2", `${label}:`.padEnd(width))}${plain(value)}`),
    ...(trend === null ? [] : [`${trend.bars}  ${paint("2", trend.caption)}`]),
    ...(ids.length === 0 ? [] : [`${paint("2", "Request ids:")} ${[...ids, ...more].join(", ")}`]),
    ...briefing.advice.map(plain),
    ...briefing.links.map(({ label, url }) => `${label}: ${url}`),
    ...briefing.caveats.map((line) => paint("33", `! ${plain(line)}`)),
    paint("2", plain(briefing.footer)),
    ...(briefing.acknowledge === null ? [] : [paint("2", `ack: ${briefing.acknowledge}`)]),
  ];
  const head = paint(COLOUR[briefing.tone], `${briefing.status}  ${briefing.title}`);
  return `${[head, ...lines.map((line) => `  ${line}`)].join("\n")}\n\n`;
}
