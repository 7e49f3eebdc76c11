// `revokewatch healthcheck`: exit 0 when the daemon answers healthy, for Docker's HEALTHCHECK where there is no curl.

import { daemonUrl, URL_HELP, URL_OPTION } from "./daemon-url.ts";
import { EXIT, UsageError } from "./verb.ts";
import type { Verb } from "./verb.ts";

/** A daemon that takes longer is not healthy; below Docker's own time-out of 5 s, so that its log tells the reason. */
const TIMEOUT_MS = 4_000;

/** Characters of the daemon's answer that are shown. */
const MAX_ANSWER_CHARS = 200;

// Not fetch: a check that runs twice a minute took 63 MiB and 120 ms with it, 45 MiB and 46 ms so. http/server.ts says
// why it is not imported.
const { get } = process.getBuiltinModule("node:http");

export const healthcheckVerb: Verb = {
  word: "healthcheck",
  summary: "exit 0 when the daemon answers healthy",
  synopsis: "",
  options: { url: URL_OPTION },
  optionHelp: { url: URL_HELP },
  async run(invocation) {
    const { values, positionals, stdout, stderr, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError(`healthcheck takes no arguments, found "${positionals[0]}"`);
    const url = new URL("/-/healthy", await daemonUrl(invocation));
    const { healthy, words } = await ask(url, signal);
    const line = healthy ? words : `Cannot call ${url.origin} healthy: ${words}`;
    if (values.output === "json") stdout.write(`${JSON.stringify({ healthy, detail: words })}\n`);
    else (healthy ? stdout : stderr).write(`${line}\n`);
    return healthy ? EXIT.ok : EXIT.negative;
  },
};

interface Answer {
  readonly healthy: boolean;
  /** What the daemon said, or why it said nothing. */
  readonly words: string;
}

function ask(url: URL, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const request = get(url, { signal: deadline, agent: false }, (response) => {
    let words = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => {
      words = (words + part).slice(0, MAX_ANSWER_CHARS);
    });
    response.on("end", () => resolve({ healthy: response.statusCode === 200, words: oneLine(words) }));
    response.on("error", () => resolve({ healthy: false, words: "the answer broke off" }));
  });
  request.on("error", (error: NodeJS.ErrnoException) => {
    const late = deadline.aborted && !signal.aborted;
    resolve({
      healthy: false,
      words: late ? `no answer within ${TIMEOUT_MS / 1000} s` : (error.code ?? "no answer"),
    });
  });
  return promise;
}

/** The text without anything that a terminal would obey: whatever listens there may not be ours. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").trim();
}
