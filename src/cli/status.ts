// `revokewatch status`: what the running daemon reads, counts, and still has to say.

import { shownJson } from "../host/shown-text.ts";
import type { Status } from "../http/views.ts";
import { ask } from "./ask.ts";
import { DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { statusText } from "./status-text.ts";
import { roomOf } from "./table.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** The verb `status`. */
export const statusVerb: Verb = {
  word: "status",
  summary: "what the running daemon reads, counts, and still has to say",
  synopsis: "",
  options: DAEMON_OPTIONS,
  optionHelp: DAEMON_HELP,
  run: status,
};

async function status(invocation: Invocation): Promise<number> {
  const { values, positionals, stdout, stderr } = invocation;
  if (positionals.length > 0) throw new UsageError(`status takes no arguments, found "${positionals[0]}"`);
  const answer = await ask(await daemonOf(invocation), "/api/v1/status");
  if ("problem" in answer) {
    stderr.write(`revokewatch: ${answer.problem}\n`);
    return EXIT.negative;
  }
  const found = answer.body as Status;
  stdout.write(values["output"] === "json" ? `${shownJson(found)}\n` : statusText(found, roomOf(stdout)));
  return EXIT.ok;
}
