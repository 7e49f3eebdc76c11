// The console: one transition a line on stdout as JSON, or as readable text when stdout is a terminal. Always there, and
// the only receiver that needs no network.

import * as v from "valibot";
import type { ReceiverKind } from "./receiver.ts";

const schema = v.strictObject({
  format: v.optional(
    v.pipe(
      v.picklist(["auto", "json", "text"]),
      v.description("json: one transition a line; text: for people; auto: text when stdout is a terminal"),
    ),
    "auto",
  ),
});

export type ConsoleOptions = v.InferOutput<typeof schema>;

/** The kind `console`. */
export const consoleKind: ReceiverKind<ConsoleOptions> = {
  word: "console",
  schema,
  create: async () => {
    throw new Error("not built");
  },
};
