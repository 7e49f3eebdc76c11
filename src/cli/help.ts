// What `--help` prints: the list of verbs, and the options of one.

import { OUTPUTS, type Verb } from "./verb.ts";

const commonHelp = (outputs: readonly string[]): readonly (readonly [string, string])[] => [
  [
    "-c, --config FILE",
    "configuration (else $REVOKEWATCH_CONFIG, else /etc/revokewatch/revokewatch.yaml when it exists)",
  ],
  [`-o, --output ${outputs.join("|")}`, "how the answer is printed; json is one object a line"],
  ["-h, --help", "this text"],
  ["-V, --version", "version, revision and Node version"],
];

export function overview(verbs: readonly Verb[]): string {
  const lines = verbs.map((verb) => [`${verb.word} ${verb.synopsis}`.trimEnd(), verb.summary] as const);
  return [
    "revokewatch watches logs for revoked API keys and alerts when their use rises unexpectedly.",
    "",
    "Usage: revokewatch [VERB] [OPTIONS] [ARGUMENTS]     (without a verb: run)",
    "",
    table(lines),
    "",
    "Options of every verb:",
    table(commonHelp(OUTPUTS)),
    "",
    "`revokewatch VERB --help` tells the options of one verb.",
    "",
  ].join("\n");
}

export function helpFor(verb: Verb): string {
  const own = Object.entries(verb.options).map(([name, option]) => {
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    return [
      `${short}--${name}${option.type === "string" ? " VALUE" : ""}`,
      verb.optionHelp[name] ?? "",
    ] as const;
  });
  return [
    `Usage: revokewatch ${verb.word} [OPTIONS] ${verb.synopsis}`.trimEnd(),
    "",
    verb.summary,
    "",
    table([...own, ...commonHelp(verb.outputs ?? OUTPUTS)]),
    "",
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
