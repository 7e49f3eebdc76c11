// `revokewatch healthcheck`: exit 0 when the daemon answers healthy, for Docker's HEALTHCHECK where there is no curl.

import { type Daemon, DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { certificateFault, exchange } from "./exchange.ts";
import { EXIT, UsageError } from "./verb.ts";
import type { Verb } from "./verb.ts";

/** A daemon that takes longer is not healthy; below Docker's own time-out of 5 s, so that its log tells the reason. */
const TIMEOUT_MS = 4_000;

/** Characters of the daemon's answer that are shown. */
const MAX_ANSWER_CHARS = 200;

export const healthcheckVerb: Verb = {
  word: "healthcheck",
  summary: "exit 0 when the daemon answers healthy",
  synopsis: "",
  options: DAEMON_OPTIONS,
  optionHelp: DAEMON_HELP,
  async run(invocation) {
    const { values, positionals, stdout, stderr, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError(`healthcheck takes no arguments, found "${positionals[0]}"`);
    const daemon = await daemonOf(invocation);
    const { healthy, words } = await ask(daemon, signal);
    const line = healthy ? words : `Cannot call ${daemon.url.origin} healthy: ${words}`;
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

async function ask(daemon: Daemon, signal: AbortSignal): Promise<Answer> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const asked = { method: "GET", headers: {}, signal: AbortSignal.any([signal, deadline]) };
  try {
    const { status, body } = await exchange(daemon, "/-/healthy", asked);
    return { healthy: status === 200, words: oneLine(body.slice(0, MAX_ANSWER_CHARS)) };
  } catch (error) {
    if (deadline.aborted && !signal.aborted) {
      return { healthy: false, words: `no answer within ${TIMEOUT_MS / 1000} s` };
    }
    const fault = certificateFault(error, daemon.url.origin);
    return { healthy: false, words: fault ?? (error as NodeJS.ErrnoException).code ?? "no answer" };
  }
}

/** The text without anything that a terminal would obey: whatever listens there may not be ours. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").trim();
}
