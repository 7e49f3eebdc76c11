// The schema of the whole configuration. The parts that stand here are those that belong to no source, receiver or rule.

import { isAbsolute } from "node:path";
import * as v from "valibot";
import { type Listen, parseListen } from "../config/listen.ts";
import { Secret } from "../config/secrets.ts";
import type { Roster } from "../roster.ts";
import { receiversSchema, sourcesSchema } from "./entries.ts";
import { rulesSchema } from "./rules.ts";
import { silencesSchema } from "./silences.ts";

const DEFAULT_LISTEN = "127.0.0.1:10401";
const MAX_LINK_HOSTS = 64;
/** A host name as URL.hostname gives it. */
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

const listen = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Listen => {
    const parsed = parseListen(dataset.value);
    if (parsed !== null) return parsed;
    addIssue({ message: "expected HOST:PORT, such as 127.0.0.1:10401 or :10401" });
    return NEVER;
  }),
);

const http = v.strictObject({
  listen: v.optional(
    v.pipe(
      listen,
      v.description("HOST:PORT of metrics, health, API and status page; :PORT for every address."),
    ),
    DEFAULT_LISTEN,
  ),
  admin_token_file: v.nullish(
    v.pipe(
      v.string(),
      v.nonEmpty(),
      v.description(
        "File with the token (Authorization: Bearer) with which other machines may acknowledge and silence; this machine needs none. Read anew at each request.",
      ),
    ),
  ),
});

function tokenOf(path: string | null): Secret | null {
  return path === null ? null : Secret.file(path);
}

/** The schema of the whole configuration, with the kinds of `roster`. */
export function settingsSchema(roster: Roster) {
  return v.pipe(
    v.strictObject({
      version: v.pipe(v.literal(1), v.description("Version of this format; always 1.")),
      state_dir: v.optional(
        v.pipe(
          v.string(),
          v.check(isAbsolute, "expected an absolute path"),
          v.description(
            "Directory of the state, created with mode 0700. Default: $STATE_DIRECTORY, else $XDG_STATE_HOME/revokewatch, else ~/.local/state/revokewatch.",
          ),
        ),
      ),
      sources: v.optional(sourcesSchema(roster.sourceKinds), []),
      rules: rulesSchema,
      receivers: v.optional(receiversSchema(roster.receiverKinds), []),
      silences: v.optional(silencesSchema, []),
      http: v.optional(v.pipe(http, v.description("The HTTP server.")), {}),
      links: v.optional(
        v.pipe(
          v.strictObject({
            allowed_hosts: v.optional(
              v.pipe(
                v.array(
                  v.pipe(
                    v.string(),
                    v.regex(HOST, "expected a host name in lower case, such as docs.example.com"),
                  ),
                ),
                v.maxLength(MAX_LINK_HOSTS),
                v.description(
                  "Hosts that an address out of a log line may be linked to; others stay plain text.",
                ),
              ),
              ["docs.asterwise.com"],
            ),
          }),
          v.transform((input) => ({ allowedHosts: input.allowed_hosts as readonly string[] })),
          v.description("Links in messages."),
        ),
        {},
      ),
      log: v.optional(
        v.pipe(
          v.strictObject({
            level: v.optional(
              v.pipe(
                v.picklist(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
                v.description("Least level that is written."),
              ),
              "info",
            ),
          }),
          v.description("The daemon's own log, on stderr."),
        ),
        {},
      ),
    }),
    v.title("revokewatch configuration"),
    v.transform((input) => ({
      version: input.version,
      stateDir: input.state_dir ?? null,
      sources: input.sources,
      rules: input.rules,
      receivers: input.receivers,
      silences: input.silences,
      http: {
        listen: input.http.listen,
        adminToken: tokenOf(input.http.admin_token_file ?? null),
      },
      links: input.links,
      log: input.log,
    })),
  );
}
