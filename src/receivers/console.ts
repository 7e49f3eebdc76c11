// The console: one transition a line on stdout as JSON, or as readable text when stdout is a terminal. Always there, and
// the only receiver that needs no network.

import type { Writable } from "node:stream";
import * as v from "valibot";
import type { Transition } from "../core/incidents/transition.ts";
import { brief } from "./briefing.ts";
import { consoleText } from "./console-text.ts";
import { failure } from "./http-errors.ts";
import type { Outcome, Receiver, ReceiverKind, ReceiverSetup } from "./receiver.ts";
import { transitionJson } from "./transition-json.ts";

const schema = v.strictObject({
  format: v.optional(
    v.pipe(
      v.picklist(["auto", "json", "text"]),
      v.description("json: one transition a line; text: for people; auto: text when stdout is a terminal"),
    ),
    "auto",
  ),
});

/** What may be configured. */
export type ConsoleOptions = v.InferOutput<typeof schema>;

/** Where the console writes, and what it is told about that place. */
interface ConsoleTarget {
  readonly stream: Writable;
  readonly terminal: boolean;
  readonly colours: boolean;
}

/** How long a reader of our stdout may stand still before the hand-over counts as failed, milliseconds. */
const WRITE_TIMEOUT_MS = 10_000;

/** The kind `console`. */
export const consoleKind: ReceiverKind<ConsoleOptions> = {
  word: "console",
  forPeople: false,
  schema,
  create: async (setup, options) => {
    const terminal = process.stdout.isTTY === true;
    const colours = terminal && (process.env["NO_COLOR"] ?? "") === "";
    return consoleReceiver(setup, options, { stream: process.stdout, terminal, colours });
  },
};

/** @param timeoutMs for one write. */
export function consoleReceiver(
  setup: ReceiverSetup,
  options: ConsoleOptions,
  target: ConsoleTarget,
  timeoutMs: number = WRITE_TIMEOUT_MS,
): Receiver {
  const asText = options.format === "text" || (options.format === "auto" && target.terminal);
  return {
    name: setup.name,
    kind: "console",
    deliver(message, signal) {
      const shown = asText
        ? consoleText(brief(message, setup, setup.clock.now()), target.colours)
        : transitionLine(message.transition);
      return write(target.stream, shown, signal, timeoutMs);
    },
    async verify() {
      return target.stream.writable
        ? { kind: "delivered", reference: null, detail: "stdout is open" }
        : failure("auth", "stdout is closed");
    },
    async close() {},
  };
}

/** The transition as one line of JSON, with the newline. */
export function transitionLine(transition: Transition): string {
  return `${transitionJson(transition)}\n`;
}

/** Later messages of an incident get back that there was a first. */
const SAID_BEFORE = JSON.stringify({ printed: true });

async function write(
  stream: Writable,
  shown: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Outcome> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  if (limit.aborted) return failure("transient", "stdout: aborted");
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  // What a standing pipe has not taken yet lies in its buffer and may still be read.
  const onAbort = (): void =>
    resolve(failure("ambiguous", signal.aborted ? "stdout: aborted" : "stdout: not read in time"));
  limit.addEventListener("abort", onAbort, { once: true });
  stream.write(shown, (error) => {
    limit.removeEventListener("abort", onAbort);
    if (error === null || error === undefined) {
      resolve({ kind: "delivered", reference: SAID_BEFORE, detail: "printed" });
    } else {
      resolve(failure("transient", `stdout: ${(error as NodeJS.ErrnoException).code ?? "write failed"}`));
    }
  });
  return promise;
}
